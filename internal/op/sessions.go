package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/id"
)

// SessionView is one session as its user sees it.
type SessionView struct {
	ID         id.ID     `json:"id"`
	Current    bool      `json:"current"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
}

// SessionOpened is the answer of a sign-in.
type SessionOpened struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Session   id.ID     `json:"session"`
		User      id.ID     `json:"user"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

type signInLinkInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200" doc:"What stands after # in the sign-in link"`
	}
}

type signInPasswordInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type sessionInput struct {
	Session string `path:"session"`
}

type sessionsOutput struct{ Body List[SessionView] }

type signedOutOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

// Sessions are the rows of signing in and out.
func Sessions(s *account.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "exchangeSignInLink", Method: http.MethodPost, Path: "/api/v1/sessions/exchange", Summary: "Sign in with a one-time link",
			Audience: access.Public, CoreOnly: true, Group: GroupApp, Limit: LimitSecret, Status: http.StatusCreated,
		}, func(ctx context.Context, in *signInLinkInput) (*SessionOpened, error) {
			v, err := visitor(ctx)
			if err != nil {
				return nil, err
			}
			secret, sess, err := s.ExchangeLink(ctx, in.Body.Token, v)
			return opened(secret, sess, err)
		}),
		Typed(Row{
			ID: "signIn", Method: http.MethodPost, Path: "/api/v1/sessions", Summary: "Sign in with e-mail address and password",
			Audience: access.Public, CoreOnly: true, Group: GroupApp, Limit: LimitSecret, Status: http.StatusCreated,
		}, func(ctx context.Context, in *signInPasswordInput) (*SessionOpened, error) {
			v, err := visitor(ctx)
			if err != nil {
				return nil, err
			}
			secret, sess, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, v)
			return opened(secret, sess, err)
		}),
		Typed(Row{
			ID: "listSessions", Method: http.MethodGet, Path: "/api/v1/sessions", Summary: "List your open sessions",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn,
		}, func(ctx context.Context, _ *Empty) (*sessionsOutput, error) { return listSessions(ctx, s) }),
		Typed(Row{
			ID: "signOut", Method: http.MethodDelete, Path: "/api/v1/sessions/current", Summary: "Sign out",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn,
		}, func(ctx context.Context, _ *Empty) (*signedOutOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &signedOutOutput{SetCookie: SetCookie(SessionCookie, "", time.Time{})}, s.EndSession(ctx, p.Org, p.User, p.Session)
		}),
		Typed(Row{
			ID: "endSession", Method: http.MethodDelete, Path: "/api/v1/sessions/{session}", Summary: "End one of your sessions",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn,
		}, func(ctx context.Context, in *sessionInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.EndSession(ctx, p.Org, p.User, id.ID(in.Session))
		}),
	}
}

func visitor(ctx context.Context) (account.Visitor, error) {
	p, err := access.From(ctx)
	if err != nil {
		return account.Visitor{}, err
	}
	return account.Visitor{Address: p.Address, UserAgent: p.UserAgent}, nil
}

func opened(secret string, sess *account.Session, err error) (*SessionOpened, error) {
	if err != nil {
		return nil, err
	}
	out := &SessionOpened{SetCookie: SetCookie(SessionCookie, secret, sess.ExpiresAt)}
	out.Body.Session, out.Body.User, out.Body.ExpiresAt = sess.ID, sess.User, sess.ExpiresAt
	return out, nil
}

func listSessions(ctx context.Context, s *account.Service) (*sessionsOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Sessions(ctx, p.Org, p.User)
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{Body: List[SessionView]{Items: []SessionView{}}}
	for _, sess := range all {
		out.Body.Items = append(out.Body.Items, SessionView{
			ID: sess.ID, Current: sess.ID == p.Session, CreatedAt: sess.CreatedAt, LastSeenAt: sess.LastSeenAt,
			ExpiresAt: sess.ExpiresAt, Address: sess.Address, UserAgent: sess.UserAgent,
		})
	}
	return out, nil
}
