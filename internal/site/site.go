// Package site serves the pages of the application: for now plain ones that work without the web apps, which are
// embedded here when they are built. It reads no data: what a page shows of an envelope is handed to it.
package site

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

//go:embed assets pages
var files embed.FS

// policy is the content policy of every page: nothing from elsewhere, no inline code, no framing.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Site is the pages.
type Site struct {
	pages  *template.Template
	assets http.Handler
}

// New reads the embedded pages.
func New() (*Site, error) {
	pages, err := template.ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, err
	}
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, err
	}
	return &Site{pages: pages, assets: http.StripPrefix("/assets/", http.FileServerFS(assets))}, nil
}

// ServeHTTP serves what no row of the table claims.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/":
		s.page(w, http.StatusOK, "home.html", nil)
	case r.URL.Path == "/sign-in":
		s.page(w, http.StatusOK, "sign-in.html", nil)
	case strings.HasPrefix(r.URL.Path, "/assets/") && !strings.HasSuffix(r.URL.Path, "/"):
		w.Header().Set("Cache-Control", "public, max-age=3600")
		s.assets.ServeHTTP(w, r)
	default:
		s.page(w, http.StatusNotFound, "message.html", problem.New(problem.NotFound, "no_such_page", "There is no page at this address."))
	}
}

// Link shows what a signing link leads to: sender and subject, and nothing else. It implements op.LinkPage.
func (s *Site) Link(w http.ResponseWriter, g *ceremony.Glance, err error) {
	if err != nil {
		p := problem.From(err)
		s.page(w, op.StatusOf(p.Kind), "message.html", p)
		return
	}
	s.page(w, http.StatusOK, "link.html", g)
}

func (s *Site) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		op.WriteProblem(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader left
}
