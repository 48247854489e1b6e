package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Forwarder takes a request of a row to core and its answer back. An error comes before the first byte.
type Forwarder interface {
	Forward(w http.ResponseWriter, r *http.Request, row op.Row, origin op.Origin) error
}

// EdgeDeps is what the edge needs: no store, no key, no data directory.
type EdgeDeps struct {
	Rows      []op.Row
	Forward   Forwarder
	Clock     clock.Clock
	Log       *slog.Logger
	Metrics   *Metrics
	PublicURL string
	Proxies   []netip.Prefix
	Site      http.Handler
	Refuse    Refuse // of rows that answer with pages; nil: problem documents
	Rates     Rates
}

// Edge is the public part of the table, forwarded.
type Edge struct {
	d      EdgeDeps
	mux    *http.ServeMux
	limits *limiter
	ctx    context.Context // ends when streams are to end
	stop   context.CancelFunc
}

// EndStreams ends streams that run, so that they hold no stop of the server up.
func (e *Edge) EndStreams() { e.stop() }

// NewEdge mounts the rows that belong at an edge.
func NewEdge(d EdgeDeps) *Edge {
	e := &Edge{d: d, mux: http.NewServeMux(), limits: newLimiter(d.Rates, d.Clock)}
	e.ctx, e.stop = context.WithCancel(context.Background())
	for _, row := range d.Rows {
		if row.AtEdge() {
			e.mux.HandleFunc(row.Method+" "+row.Path, func(w http.ResponseWriter, r *http.Request) { e.forward(w, r, row) })
		}
	}
	e.mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return e
}

// ServeHTTP answers one request.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header(), e.d.PublicURL)
	_, pattern := e.mux.Handler(r)
	switch {
	case pattern != "":
		e.mux.ServeHTTP(w, r)
	case e.d.Site != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) && !isAPI(r.URL.Path):
		e.d.Site.ServeHTTP(w, r)
	default:
		op.WriteProblem(w, problem.New(problem.NotFound, "no_such_path", "There is nothing at this path."))
	}
}

// forward sheds what core would refuse anyway, and passes the rest on.
func (e *Edge) forward(w http.ResponseWriter, r *http.Request, row op.Row) {
	start := time.Now()
	a := &answer{ResponseWriter: w}
	e.d.Metrics.enter()
	err := e.pass(a, r, row)
	if err != nil && a.status == 0 {
		e.d.Refuse.write(a, r, row, err)
	}
	e.d.Metrics.leave(row.ID, a.status, time.Since(start))
	attrs := []any{"operation", row.ID, "status", a.status, "ms", time.Since(start).Milliseconds()}
	if err != nil {
		attrs = append(attrs, "code", problem.From(err).Code)
	}
	e.d.Log.Debug("forward", attrs...)
}

func (e *Edge) pass(w *answer, r *http.Request, row op.Row) error {
	origin := op.Origin{Address: clientAddress(r, e.d.Proxies), UserAgent: r.UserAgent()}
	if wait := e.limits.take("edge/"+origin.Address, e.limits.rates.API); wait > 0 {
		return limited(wait)
	}
	limit := row.BodyLimit()
	if r.ContentLength > limit {
		return problem.New(problem.TooLarge, "body_too_large", "The body is larger than this operation takes.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	timeout := handleTimeout
	if row.Stream {
		timeout = streamTimeout
	}
	ctrl := http.NewResponseController(w)
	_ = ctrl.SetReadDeadline(time.Now().Add(timeout)) // a recorder in a test has none
	_ = ctrl.SetWriteDeadline(time.Now().Add(timeout))
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	if row.Stream && row.Method == http.MethodGet {
		defer context.AfterFunc(e.ctx, cancel)()
	}
	return e.d.Forward.Forward(w, r.WithContext(ctx), row, origin)
}
