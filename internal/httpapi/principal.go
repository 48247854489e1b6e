package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// bearer returns the API key that a request carries.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// credential finds the one credential that this row and request call for. Whatever came through an edge is never
// staff nor an API account.
func (s *Server) credential(c *call) func(context.Context) (*access.Principal, error) {
	open := func(mask access.Audience) bool { return c.row.Audience&mask != 0 }
	if open(access.Service) && s.d.Services != nil && c.origin.Via == "" {
		return func(context.Context) (*access.Principal, error) { return s.d.Services.Service(c.r) }
	}
	if secret := sittingSecret(c); secret != "" && open(access.RecipientAudience) {
		ceremony := id.ID(c.r.PathValue("ceremony"))
		return func(ctx context.Context) (*access.Principal, error) {
			return s.d.Sittings.Principal(ctx, ceremony, secret)
		}
	}
	direct := c.origin.Via == ""
	if token, ok := bearer(c.r); ok && direct && (open(access.API) || !open(access.Public)) {
		return func(ctx context.Context) (*access.Principal, error) { return s.d.Accounts.APIPrincipal(ctx, token) }
	}
	if secret := cookie(c.r, op.SessionCookie); secret != "" && direct && (open(access.Staff) || !open(access.Public)) {
		return func(ctx context.Context) (*access.Principal, error) { return s.d.Accounts.Principal(ctx, secret) }
	}
	if open(access.Public) {
		return func(context.Context) (*access.Principal, error) {
			return &access.Principal{Audience: access.Public}, nil
		}
	}
	return refuse
}

// sittingSecret is the secret of the sitting that the path names.
func sittingSecret(c *call) string {
	ceremony := c.r.PathValue("ceremony")
	if !id.Valid(ceremony) {
		return ""
	}
	return cookie(c.r, op.CeremonyCookiePrefix+ceremony)
}

func refuse(context.Context) (*access.Principal, error) {
	return nil, problem.New(problem.Unauthorized, "not_signed_in", "Sign in first, or send an API key.")
}

// identify resolves the caller. Failures cost the address a token; with none left they are answered as such, while
// good credentials from the same address, an office's perhaps, still work.
func (s *Server) identify(c *call) error {
	c.renew = s.credential(c)
	p, err := c.renew(c.r.Context())
	if problem.KindOf(err) == problem.Unauthorized {
		return s.limits.failed(c.origin.Address, err)
	}
	if err != nil {
		return err
	}
	p.Address, p.UserAgent, p.Via = c.origin.Address, c.origin.UserAgent, c.origin.Via
	c.principal = p
	c.r = c.r.WithContext(access.With(c.r.Context(), p))
	if c.row.Stream && p.Audience != access.Service { // whose credential is good for this one request
		s.follow(c)
	}
	return nil
}

// audience refuses a known caller for whom the row is not meant.
func (s *Server) audience(c *call) error {
	switch open := c.row.Audience; {
	case open&c.principal.Audience != 0:
		return nil
	case open&access.Staff != 0:
		return problem.New(problem.Forbidden, "wrong_audience", "This operation is for signed-in users, not for API keys.")
	case open&access.RecipientAudience != 0:
		return problem.New(problem.Forbidden, "wrong_audience", "This operation is for the recipient whose sitting the path names.")
	}
	return problem.New(problem.Forbidden, "wrong_audience", "This operation is not open to this kind of caller.")
}

const followEvery = 3 * time.Second

var errClosing = problem.New(problem.Unavailable, "stopping", "The server is stopping. Please connect again.")

// follow ends a stream soon after its credential does, and one that only reads when the server stops.
func (s *Server) follow(c *call) {
	ctx, cancel := context.WithCancelCause(c.r.Context())
	c.r = c.r.WithContext(ctx)
	c.release = append(c.release, func() { cancel(nil) })
	go func() {
		tick := time.NewTicker(followEvery)
		defer tick.Stop()
		closing := s.closing
		if c.row.Method != http.MethodGet {
			closing = nil
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-closing:
				cancel(errClosing)
				return
			case <-tick.C:
			}
			if _, err := c.renew(ctx); gone(err) {
				cancel(err)
				return
			}
		}
	}()
}

// gone says that a credential has ended; a store that is down for a moment ends no stream.
func gone(err error) bool {
	switch problem.KindOf(err) {
	case problem.Unauthorized, problem.Gone, problem.NotFound, problem.Forbidden:
		return true
	}
	return false
}
