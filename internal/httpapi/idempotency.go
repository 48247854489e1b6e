package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Figures of idempotency.
const (
	answerLife = 24 * time.Hour
	runLease   = 2 * time.Minute // longer than any call may take
	maxKey     = 255
	maxAnswer  = 1 << 20
)

// keptHeaders are replayed with an answer. Cookies are credentials and never kept.
var keptHeaders = []string{"Content-Type", "Etag", "Location", "Tus-Resumable"}

// once runs a call unless one with the same key has run, whose answer it then gives again.
func (s *Server) once(c *call, key string, next http.Handler) {
	a, err := s.begin(c, key)
	if err != nil {
		op.WriteProblem(c.w, err)
		return
	}
	stands, err := s.d.Idempotency.Begin(c.r.Context(), a)
	if err != nil {
		op.WriteProblem(c.w, err)
		return
	}
	if stands != nil {
		replay(c, a, stands)
		return
	}
	s.keep(c, a, next)
}

func (s *Server) begin(c *call, key string) (*op.Answer, error) {
	if len(key) > maxKey {
		return nil, problem.InField("header/Idempotency-Key", "too_long", "An idempotency key has at most 255 bytes.")
	}
	request, err := digest(c)
	if err != nil {
		return nil, err
	}
	now := s.d.Clock.Now()
	actor := c.principal.Actor()
	return &op.Answer{
		Org: c.principal.Org, Caller: actor.Kind + "/" + string(actor.ID), Key: key, Operation: c.row.ID, Request: request,
		Lease: string(id.New()), LeaseEnds: now.Add(runLease), CreatedAt: now, ExpiresAt: now.Add(answerLife),
	}, nil
}

// bodyDigest is kept beside the headers of an answer to a file and never sent.
const bodyDigest = "Body-Sha256"

// digest covers method, path and body. Of a file only length and type are covered: it streams on to its handler, and
// is compared when the call is repeated.
func digest(c *call) ([]byte, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n%s\n%d\n", c.r.Method, c.r.URL.RequestURI(), c.r.Header.Get("Content-Type"), c.r.ContentLength)
	fmt.Fprintf(h, "%s\n%s\n", c.r.Header.Get("Upload-Length"), c.r.Header.Get("Upload-Metadata")) // of tus
	if c.row.Stream {
		return h.Sum(nil), nil
	}
	body, err := io.ReadAll(c.r.Body)
	if err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return nil, problem.New(problem.TooLarge, "body_too_large", "The body is larger than this operation takes.")
		}
		return nil, problem.Wrap(err, problem.Malformed, "body_truncated", "The body did not arrive completely.")
	}
	h.Write(body)
	c.r.Body = io.NopCloser(bytes.NewReader(body))
	return h.Sum(nil), nil
}

var errKeyReused = problem.New(problem.Invalid, "idempotency_key_reused", "This idempotency key belongs to another request.")

func replay(c *call, asked, stands *op.Answer) {
	w := c.w
	switch {
	case !bytes.Equal(asked.Request, stands.Request) || asked.Operation != stands.Operation:
		op.WriteProblem(w, errKeyReused)
	case stands.Status == 0:
		op.WriteProblem(w, problem.New(problem.Conflict, "still_running", "The first call with this key is still running.").After(time.Second))
	case stands.Secret:
		op.WriteProblem(w, problem.New(problem.Conflict, "secret_already_shown", "This was done before. Its answer bore a secret, which is shown once only."))
	default:
		writeKept(c, stands)
	}
}

func writeKept(c *call, a *op.Answer) {
	w := c.w
	var header http.Header
	if err := json.Unmarshal(a.Header, &header); err != nil {
		op.WriteProblem(w, fmt.Errorf("httpapi: read kept answer: %w", err))
		return
	}
	if want := header.Get(bodyDigest); want != "" {
		h := sha256.New()
		if _, err := io.Copy(h, c.r.Body); err != nil || hex.EncodeToString(h.Sum(nil)) != want {
			op.WriteProblem(w, errKeyReused)
			return
		}
	}
	for _, name := range keptHeaders {
		if v := header.Get(name); v != "" {
			w.Header().Set(name, v)
		}
	}
	w.Header().Set("Idempotent-Replayed", "true")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}

// keep runs the call and stores a good answer before it is sent: an answer that was seen is one that is repeated.
func (s *Server) keep(c *call, a *op.Answer, next http.Handler) {
	file := sha256.New()
	if c.row.Stream {
		c.r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(c.r.Body, file), c.r.Body}
	}
	rec := &recorder{header: c.w.Header()}
	finished := false
	defer func() {
		if !finished { // a panic: nothing was answered, the key is free again
			s.abandon(c, a)
		}
	}()
	next.ServeHTTP(rec, c.r)
	finished = true
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	if rec.status >= 300 {
		s.abandon(c, a)
		rec.send(c.w)
		return
	}
	a.Status, a.Secret = rec.status, c.row.Secret
	kept := http.Header{}
	for _, name := range keptHeaders {
		if v := rec.header.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	if c.row.Stream {
		kept.Set(bodyDigest, hex.EncodeToString(file.Sum(nil)))
	}
	a.Header, _ = json.Marshal(kept) // a map of strings
	if !a.Secret {
		a.Body = rec.body.Bytes()
	}
	if err := s.d.Idempotency.Finish(context.WithoutCancel(c.r.Context()), a); err != nil {
		s.d.Log.Error("answer was not kept", "operation", c.row.ID, "error", err.Error())
	}
	rec.send(c.w)
}

func (s *Server) abandon(c *call, a *op.Answer) {
	if err := s.d.Idempotency.Abandon(context.WithoutCancel(c.r.Context()), a); err != nil {
		s.d.Log.Error("idempotency key was not freed", "operation", c.row.ID, "error", err.Error())
	}
}

// recorder holds an answer back.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.body.Len()+len(p) > maxAnswer {
		return 0, errors.New("httpapi: answer of an idempotent call is too large to keep")
	}
	return r.body.Write(p)
}

func (r *recorder) send(w http.ResponseWriter) {
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) // the caller is gone; a repeat gets the kept answer
}
