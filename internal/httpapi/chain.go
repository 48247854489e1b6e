package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// call is one request on its way through the chain.
type call struct {
	row       op.Row
	w         *answer
	r         *http.Request
	origin    op.Origin
	principal *access.Principal
	renew     func(context.Context) (*access.Principal, error) // resolves the credential again
	release   []func()
}

// wrap is the one chain: every check of a row, in this order.
func (s *Server) wrap(row op.Row, next http.Handler) http.Handler {
	steps := []func(*call) error{s.deadlines, s.body, s.crossOrigin, s.identify, s.audience, s.throttle, s.permission, s.audit}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx, outcome := op.WithOutcome(r.Context())
		c := &call{row: row, w: &answer{ResponseWriter: w}, r: r.WithContext(ctx), origin: s.originOf(r)}
		s.d.Metrics.enter()
		defer s.finish(c, outcome, start)
		defer s.recovered(c, outcome)
		for _, step := range steps {
			if err := step(c); err != nil {
				outcome.Err = err
				s.d.Refuse.write(c.w, c.r, row, err)
				return
			}
		}
		s.run(c, next)
	})
}

func (s *Server) run(c *call, next http.Handler) {
	if key := c.r.Header.Get("Idempotency-Key"); c.row.Idempotent && key != "" && c.principal.Org != "" {
		s.once(c, key, next)
		return
	}
	next.ServeHTTP(c.w, c.r)
}

// recovered turns a panic into an internal problem; the stack goes to the log only.
func (s *Server) recovered(c *call, outcome *op.Outcome) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	outcome.Err = fmt.Errorf("httpapi: %s: panic: %v", c.row.ID, v)
	s.d.Log.Error("panic", "operation", c.row.ID, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	if c.w.status == 0 {
		s.d.Refuse.write(c.w, c.r, c.row, outcome.Err)
	}
}

// finish gives back what the steps took, and counts and logs the call.
func (s *Server) finish(c *call, outcome *op.Outcome, start time.Time) {
	for _, f := range c.release {
		f()
	}
	took := time.Since(start)
	s.d.Metrics.leave(c.row.ID, c.w.status, took)
	s.auditFailure(c, outcome.Err)
	s.note(c, outcome.Err, took)
}

// note logs the call; what nobody would read is not put together.
// noteLevel: an operator hears of what is broken, of what is not at hand, and of every service that was refused.
func (s *Server) noteLevel(c *call, failure error) slog.Level {
	switch kind := problem.KindOf(failure); {
	case failure == nil:
		return slog.LevelDebug
	case kind == problem.Internal:
		return slog.LevelError
	case kind == problem.Unavailable, c.row.Audience == access.Service:
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func (s *Server) note(c *call, failure error, took time.Duration) {
	level := s.noteLevel(c, failure)
	if !s.d.Log.Enabled(c.r.Context(), level) {
		return
	}
	attrs := []any{"operation", c.row.ID, "status", c.w.status, "ms", took.Milliseconds()}
	if c.principal != nil {
		a := c.principal.Actor()
		attrs = append(attrs, "actor", a.Kind, "actor_id", string(a.ID), "org", string(c.principal.Org))
	}
	if c.origin.Via != "" {
		attrs = append(attrs, "via", c.origin.Via)
	}
	if failure != nil {
		attrs = append(attrs, "code", problem.From(failure).Code)
	}
	if level > slog.LevelDebug {
		attrs = append(attrs, "error", failure.Error())
	}
	s.d.Log.Log(c.r.Context(), level, "call", attrs...)
}

// deadlines bounds how long a call may take.
func (s *Server) deadlines(c *call) error {
	read, write := readTimeout, writeTimeout
	if c.row.Stream {
		read, write = streamTimeout, streamTimeout
	}
	ctrl := http.NewResponseController(c.w)
	now := time.Now()
	// Carriers and recorders have no deadlines of this sort; theirs come with the context.
	_ = ctrl.SetReadDeadline(now.Add(read))
	_ = ctrl.SetWriteDeadline(now.Add(write))
	if c.row.Stream {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), handleTimeout)
	c.r = c.r.WithContext(ctx)
	c.release = append(c.release, cancel)
	return nil
}

// body refuses a body that is announced too large before a byte of it is read, and cuts off one that is not.
func (s *Server) body(c *call) error {
	limit := c.row.BodyLimit()
	if c.r.ContentLength > limit {
		c.w.Header().Set("Connection", "close")
		return problem.New(problem.TooLarge, "body_too_large", "The body is larger than this operation takes.")
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit)
	return nil
}

// crossOrigin refuses a change that another site's page makes a browser ask for. A bearer key is no ambient
// credential, so calls that carry one may come from anywhere.
func (s *Server) crossOrigin(c *call) error {
	if _, ok := bearer(c.r); ok {
		return nil
	}
	if err := s.csrf.Check(c.r); err != nil {
		return problem.Wrap(err, problem.Forbidden, "cross_origin", "Another site asked for this. Open the application itself.")
	}
	return nil
}

func (s *Server) permission(c *call) error {
	p := c.principal
	if p.Audience&(access.Staff|access.API) == 0 || p.May(c.row.Permission) {
		return nil
	}
	return problem.New(problem.Forbidden, "not_permitted", "You lack the permission "+string(c.row.Permission)+".")
}

// audit writes the entry that the row asks for. It comes before the handler: what cannot be recorded is not done.
func (s *Server) audit(c *call) error {
	if !c.audited() {
		return nil
	}
	if err := s.d.Audit.Audit(c.r.Context(), c.record("accepted")); err != nil {
		return problem.Wrap(err, problem.Unavailable, "audit_unavailable", "This cannot be recorded at the moment, so it was not done.").After(2 * time.Second)
	}
	return nil
}

// auditFailure notes that an accepted operation failed after all.
func (s *Server) auditFailure(c *call, failure error) {
	if failure == nil || c.principal == nil || !c.audited() {
		return
	}
	ctx := context.WithoutCancel(c.r.Context())
	if err := s.d.Audit.Audit(ctx, c.record(problem.From(failure).Code)); err != nil {
		s.d.Log.Error("audit entry of a failure was not written", "operation", c.row.ID, "error", err.Error())
	}
}

func (c *call) audited() bool {
	if c.row.Audit == op.AuditNever || c.principal.Org == "" {
		return false
	}
	safe := c.r.Method == http.MethodGet || c.r.Method == http.MethodHead
	staff := c.principal.Audience == access.Staff
	return c.row.Audit == op.AuditAlways || staff && (!safe || c.principal.Role == access.Auditor)
}

func (c *call) record(outcome string) op.AuditRecord {
	targets := map[string]string{}
	for _, name := range op.PathNames(c.row.Path) {
		if v := c.r.PathValue(name); id.Valid(v) {
			targets[name] = v
		}
	}
	return op.AuditRecord{
		Org: c.principal.Org, Actor: c.principal.Actor(), Operation: c.row.ID, Outcome: outcome, Targets: targets,
		Address: c.origin.Address, UserAgent: c.origin.UserAgent,
	}
}

// answer remembers the status.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
