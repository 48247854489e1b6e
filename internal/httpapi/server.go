// Package httpapi carries the operation table over HTTP: it authenticates, checks each row's audience, permission,
// limits and origin, keeps answers of idempotent calls, and writes problems. It holds no rule of a domain.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Accounts resolves the credentials of staff and API accounts.
type Accounts interface {
	Principal(ctx context.Context, secret string) (*access.Principal, error)
	APIPrincipal(ctx context.Context, token string) (*access.Principal, error)
}

// Sittings resolves the credential of a recipient: the ceremony in the path and the secret of its cookie.
type Sittings interface {
	Principal(ctx context.Context, ceremony id.ID, secret string) (*access.Principal, error)
}

// Services resolves the credential of a service at the role signer. It may replace the request's body with one that it
// checks as it is read.
type Services interface {
	Service(r *http.Request) (*access.Principal, error)
}

// Refuse shows a person why there is no page.
type Refuse func(w http.ResponseWriter, r *http.Request, err error)

// write answers with an error in the way that suits the row.
func (f Refuse) write(w http.ResponseWriter, r *http.Request, row op.Row, err error) {
	if row.Page && f != nil {
		f(w, r, err)
		return
	}
	op.WriteProblem(w, err)
}

// Deps is what the server needs.
type Deps struct {
	Table       *op.Table
	Accounts    Accounts
	Sittings    Sittings
	Services    Services // of the role signer; nil: none
	Idempotency op.Idempotency
	Audit       op.Auditor
	Clock       clock.Clock
	Log         *slog.Logger
	Metrics     *Metrics
	PublicURL   string         // scheme and host under which browsers reach us
	Proxies     []netip.Prefix // whose X-Forwarded-For is believed
	Version     string
	Description op.Row       // where the OpenAPI document is; without a path: openly, at /api/openapi.json
	Site        http.Handler // pages; nil: none
	Refuse      Refuse       // of rows that answer with pages; nil: problem documents
	Rates       Rates
}

// Server is the table as one http.Handler.
type Server struct {
	d       Deps
	mux     *http.ServeMux
	direct  map[route]http.Handler // rows whose path is fixed, which need no matching
	csrf    *http.CrossOriginProtection
	limits  *limiter
	openapi func() ([]byte, error)
	closing chan struct{}
	close   sync.Once
}

// EndStreams ends event streams and downloads that run, so that they hold no stop of the server up.
func (s *Server) EndStreams() { s.close.Do(func() { close(s.closing) }) }

// New mounts the table.
func New(d Deps) (*Server, error) {
	s := &Server{d: d, mux: http.NewServeMux(), csrf: http.NewCrossOriginProtection(), limits: newLimiter(d.Rates, d.Clock), closing: make(chan struct{}), direct: map[route]http.Handler{}}
	if d.PublicURL != "" {
		if err := s.csrf.AddTrustedOrigin(d.PublicURL); err != nil {
			return nil, err
		}
	}
	describe := d.Table.Mount(s.mux, d.Version, s.mount)
	s.openapi = sync.OnceValues(describe)
	if d.Description.Path == "" {
		s.mux.HandleFunc("GET /api/openapi.json", s.serveOpenAPI)
		return s, nil
	}
	s.mux.Handle("GET "+d.Description.Path, s.wrap(d.Description, http.HandlerFunc(s.serveOpenAPI)))
	return s, nil
}

// route is what a request is told by where no part of the path is a value.
type route struct{ method, path string }

// mount is wrap, and remembers rows of fixed paths.
func (s *Server) mount(row op.Row, next http.Handler) http.Handler {
	h := s.wrap(row, next)
	if !strings.ContainsAny(row.Path, "{}") && !strings.HasSuffix(row.Path, "/") {
		s.direct[route{row.Method, row.Path}] = h
	}
	return h
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header(), s.d.PublicURL)
	if h := s.direct[route{r.Method, r.URL.Path}]; h != nil {
		h.ServeHTTP(w, r)
		return
	}
	h, pattern := s.mux.Handler(r)
	switch {
	case pattern != "":
		s.mux.ServeHTTP(w, r)
	case s.d.Site != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) && !isAPI(r.URL.Path):
		s.d.Site.ServeHTTP(w, r)
	default:
		s.noRoute(w, r, h)
	}
}

// noRoute answers what the mux would, 404 or 405 or a redirect, as a problem document.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request, h http.Handler) {
	probe := &statusProbe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusMethodNotAllowed)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Method Not Allowed","status":405,"code":"method_not_allowed","detail":"This path takes other methods; see Allow."}`))
		return
	}
	op.WriteProblem(w, problem.New(problem.NotFound, "no_such_path", "There is nothing at this path."))
}

// statusProbe learns what a handler would answer.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }

func (s *Server) serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	doc, err := s.openapi()
	if err != nil {
		op.WriteProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(doc)
}

// Figures of connections.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	readTimeout   = 30 * time.Second // of a body, unless the row streams
	writeTimeout  = time.Minute
	streamTimeout = time.Hour // of one upload or download
	handleTimeout = 50 * time.Second
	maxHeader     = 32 << 10
)

// HTTPServer returns a server with the timeouts that suit any handler of this package.
func HTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
