// Package site serves what browsers see: the shells of the web apps, their files, and the pages that work without
// script. It reads no data: what a page shows of an envelope is handed to it.
package site

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

//go:embed assets pages
var own embed.FS

// Config says what there is to serve.
type Config struct {
	Files fs.FS    // the builds: console, signer, placeholder.html; nil: none
	Live  bool     // the builds may change while we run
	Edge  bool     // a place without a console
	DevUI *url.URL // a Vite server of the console, in place of its build; nil: none
}

// Site is the pages.
type Site struct {
	cfg       Config
	pages     *template.Template
	own, apps *library
	bundles   map[string]*bundle
	dev       http.Handler
}

// New reads the templates and the builds' manifests.
func New(cfg Config) (*Site, error) {
	if cfg.Files == nil {
		cfg.Files = embed.FS{}
	}
	pages, err := template.New("").Funcs(functions).ParseFS(own, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("site: read pages: %w", err)
	}
	assets, err := fs.Sub(own, "assets")
	if err != nil {
		return nil, fmt.Errorf("site: read assets: %w", err)
	}
	s := &Site{cfg: cfg, pages: pages, own: newLibrary(assets, false), apps: newLibrary(cfg.Files, cfg.Live), bundles: map[string]*bundle{}}
	for _, app := range []string{consoleApp, signerApp} {
		if s.bundles[app], err = readBundle(cfg.Files, app); err != nil {
			return nil, err
		}
	}
	if cfg.DevUI != nil {
		s.dev = proxy(cfg.DevUI)
	}
	return s, nil
}

// bundle is the build of an app; nil where there is none.
func (s *Site) bundle(app string) *bundle {
	if !s.cfg.Live {
		return s.bundles[app]
	}
	b, err := readBundle(s.cfg.Files, app)
	if err != nil { // it is being written just now
		return s.bundles[app]
	}
	return b
}

// Warm reads and compresses the large files of the builds, so that the first reader need not wait for it.
func (s *Site) Warm(ctx context.Context) error {
	return fs.WalkDir(s.cfg.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !hashed.MatchString(name) || s.cfg.Edge && strings.HasPrefix(name, consoleApp) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, err = s.apps.get(name)
		return err
	})
}

// ServeHTTP serves what no row of the table claims.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/assets/"):
		s.asset(w, r, strings.TrimPrefix(path, "/assets/"))
	case path == "/continue":
		s.proceed(w, r)
	case path == "/verify":
		s.verifyForm(w, r)
	case path == "/favicon.ico":
		s.own.serve(w, r, "icon.svg")
	case !s.cfg.Edge && isConsole(path):
		s.console(w, r)
	default:
		s.Refuse(w, r, problem.New(problem.NotFound, "no_such_page", "There is no page at this address."))
	}
}

func (s *Site) asset(w http.ResponseWriter, r *http.Request, name string) {
	app, _, nested := strings.Cut(name, "/")
	switch {
	case s.dev != nil && app == consoleApp:
		s.dev.ServeHTTP(w, r)
	case nested && (app == consoleApp && !s.cfg.Edge || app == signerApp):
		s.apps.serve(w, r, name)
	case nested:
		http.Error(w, "There is no such file.", http.StatusNotFound)
	default:
		s.own.serve(w, r, name)
	}
}

// render draws a page.
func (s *Site) render(w http.ResponseWriter, status int, policy, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		op.WriteProblem(w, fmt.Errorf("site: draw %s: %w", name, err))
		return
	}
	pageHeaders(w.Header(), policy)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader left
}
