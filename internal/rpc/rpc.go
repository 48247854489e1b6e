// Package rpc carries the edge's part of the operation table between processes: an edge forwards a request with its
// caller's own credential, core authenticates and answers it as if it had come directly. The edge decides nothing and
// holds nothing; core believes it the address and user agent, and records who stated them.
package rpc

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// The names under which the parts of a request and an answer that are no header of theirs travel.
const (
	keyMethod    = ":method"
	keyURI       = ":uri"
	keyHost      = ":host"
	keyLength    = ":length"
	keyAddress   = ":address"
	keyUserAgent = ":user-agent"
	keyStatus    = ":status"
)

// dropped are headers of one hop, which mean nothing to the next.
var dropped = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded",
}

// Forwarder is the edge's side.
type Forwarder struct{ carrier op.Carrier }

// NewForwarder forwards over a carrier.
func NewForwarder(c op.Carrier) *Forwarder { return &Forwarder{carrier: c} }

// Forward sends a request of a row to core and its answer back. An error comes before the first byte of an answer.
func (f *Forwarder) Forward(w http.ResponseWriter, r *http.Request, row op.Row, origin op.Origin) error {
	call := op.Call{Operation: row.ID, Group: row.Group, Header: outgoing(r, origin)}
	if r.ContentLength != 0 && r.Body != nil {
		call.Body = r.Body
	}
	reply, err := f.carrier.Call(r.Context(), call)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }() // ends a stream that the caller left; nothing to learn from it
	status, err := strconv.Atoi(first(reply.Header, keyStatus))
	if err != nil || status < 200 || status > 599 {
		return problem.Wrap(err, problem.Internal, "internal", "Something went wrong on our side.")
	}
	for name, values := range reply.Header {
		if !strings.HasPrefix(name, ":") {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(status)
	return copyFlushing(w, reply.Body)
}

func outgoing(r *http.Request, origin op.Origin) map[string][]string {
	h := map[string][]string{
		keyMethod: {r.Method}, keyURI: {r.URL.RequestURI()}, keyHost: {r.Host}, keyLength: {strconv.FormatInt(r.ContentLength, 10)},
		keyAddress: {origin.Address}, keyUserAgent: {origin.UserAgent},
	}
	for name, values := range r.Header {
		if !slices.Contains(dropped, name) {
			h[name] = values
		}
	}
	return h
}

func first(h map[string][]string, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// copyFlushing passes each chunk on at once, as event streams need. When the answer breaks after its beginning, the
// connection is cut, so that nobody takes a part for the whole.
func copyFlushing(w http.ResponseWriter, body io.Reader) error {
	ctrl := http.NewResponseController(w)
	buf := make([]byte, 32<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return nil // the caller left
			}
			if err := ctrl.Flush(); err != nil {
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// Serve is core's side: it answers forwarded requests of these rows with the handler, which must be one that was
// mounted for an edge. Whatever names another row is refused, whoever asks.
func Serve(rows []op.Row, h http.Handler) op.CallHandler {
	open := map[string]op.Row{}
	for _, r := range rows {
		if r.AtEdge() {
			open[r.ID] = r
		}
	}
	return func(ctx context.Context, c op.Call, w op.ReplyWriter) error {
		row, ok := open[c.Operation]
		if !ok || row.Group != c.Group || first(c.Header, keyMethod) != row.Method && !isHead(row, c) {
			return problem.New(problem.Forbidden, "not_at_edge", "An edge cannot ask for this operation.")
		}
		r, err := incoming(ctx, c)
		if err != nil {
			return err
		}
		a := &answer{w: w, header: http.Header{}}
		h.ServeHTTP(a, r)
		return a.end()
	}
}

func isHead(row op.Row, c op.Call) bool {
	return row.Method == http.MethodGet && first(c.Header, keyMethod) == http.MethodHead
}

func incoming(ctx context.Context, c op.Call) (*http.Request, error) {
	bad := problem.New(problem.Malformed, "malformed_call", "The forwarded request is not readable.")
	target, err := url.ParseRequestURI(first(c.Header, keyURI))
	if err != nil || target.Host != "" {
		return nil, bad
	}
	length, err := strconv.ParseInt(first(c.Header, keyLength), 10, 64)
	if err != nil || length < -1 {
		return nil, bad
	}
	ctx = op.WithOrigin(ctx, op.Origin{
		Address: clip(first(c.Header, keyAddress), 64), UserAgent: clip(first(c.Header, keyUserAgent), 512), Via: c.Peer,
	})
	r := (&http.Request{
		Method: first(c.Header, keyMethod), URL: target, RequestURI: target.RequestURI(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: first(c.Header, keyHost), Header: http.Header{}, ContentLength: length, Body: io.NopCloser(c.Body),
	}).WithContext(ctx)
	for name, values := range c.Header {
		if !strings.HasPrefix(name, ":") && !slices.Contains(dropped, name) {
			r.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return r, nil
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// answer is an http.ResponseWriter over a reply.
type answer struct {
	w      op.ReplyWriter
	header http.Header
	begun  bool
	err    error
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.begun || status < 200 {
		return
	}
	a.begun = true
	h := map[string][]string{keyStatus: {strconv.Itoa(status)}}
	for name, values := range a.header {
		h[name] = values
	}
	a.err = a.w.Head(h)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.w.Write(p)
	a.err = err
	return n, err
}

// Flush implements http.Flusher; every Write arrives without delay.
func (a *answer) Flush() { a.WriteHeader(http.StatusOK) }

func (a *answer) end() error {
	a.WriteHeader(http.StatusOK)
	return a.err
}
