package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Visitor is what is known of a browser: as seen, or as an edge states it.
type Visitor struct{ Address, UserAgent string }

var (
	errSignedOut   = problem.New(problem.Unauthorized, "session_ended", "This session has ended. Sign in again.")
	errBadSignIn   = problem.New(problem.Unauthorized, "wrong_credentials", "E-mail address or password is wrong.")
	errUnknownLink = problem.New(problem.NotFound, "sign_in_link_unknown", "This sign-in link is not known. Ask for a new one.")
	errUsedLink    = problem.New(problem.Gone, "sign_in_link_used", "This sign-in link was used already. Ask for a new one.")
	errExpiredLink = problem.New(problem.Gone, "sign_in_link_expired", "This sign-in link has expired. Ask for a new one.")
	errDisabled    = problem.New(problem.Forbidden, "user_disabled", "This user is disabled. Ask an administrator.")
)

// SignInLink makes a link token for a user: fifteen minutes, one use. The caller shows it once and stores it nowhere.
func (s *Service) SignInLink(ctx context.Context, org id.Org, user id.ID) (token string, expires time.Time, err error) {
	token, hash := newToken("")
	now := s.clock.Now()
	l := &SignInLink{ID: id.New(), Org: org, User: user, Hash: hash, CreatedAt: now, ExpiresAt: now.Add(LinkLife)}
	err = s.store.Update(ctx, org, func(tx Tx) error {
		u, err := tx.User(ctx, user)
		if err != nil {
			return err
		}
		if !u.DisabledAt.IsZero() {
			return errDisabled
		}
		return tx.InsertSignInLink(ctx, l)
	})
	return token, l.ExpiresAt, err
}

// SignInLinkFor makes a link for the user with an e-mail address, or for the first admin when it is empty. It is for
// the operator of the installation.
func (s *Service) SignInLinkFor(ctx context.Context, email string) (token string, expires time.Time, err error) {
	u, err := s.findUser(ctx, email)
	if err != nil {
		return "", time.Time{}, err
	}
	return s.SignInLink(ctx, u.Org, u.ID)
}

func (s *Service) findUser(ctx context.Context, email string) (*User, error) {
	if email != "" {
		email, err := normalEmail(email, "email")
		if err != nil {
			return nil, err
		}
		return s.store.UserByEmail(ctx, email)
	}
	orgs, err := s.store.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range orgs {
		users, err := s.Users(ctx, o.ID, "", usersAPage)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if isActiveAdmin(u) {
				return u, nil
			}
		}
	}
	return nil, problem.New(problem.NotFound, "no_admin", "There is no admin yet. Start the server once.")
}

// ExchangeLink turns a sign-in link into a session.
func (s *Service) ExchangeLink(ctx context.Context, token string, v Visitor) (secret string, sess *Session, err error) {
	if !plausible(token, "") {
		return "", nil, errUnknownLink
	}
	now := s.clock.Now()
	l, err := s.store.UseSignInLink(ctx, hashToken(token), now)
	switch {
	case problem.KindOf(err) == problem.NotFound:
		return "", nil, errUnknownLink
	case err != nil:
		return "", nil, err
	case !l.UsedAt.IsZero():
		return "", nil, errUsedLink
	case !now.Before(l.ExpiresAt):
		return "", nil, errExpiredLink
	}
	return s.open(ctx, l.Org, l.User, v)
}

// SignIn turns e-mail address and password into a session.
func (s *Service) SignIn(ctx context.Context, email, password string, v Visitor) (secret string, sess *Session, err error) {
	email, err = normalEmail(email, "/email")
	if err != nil {
		return "", nil, err
	}
	u, err := s.store.UserByEmail(ctx, email)
	if problem.KindOf(err) == problem.NotFound {
		u, err = &User{Email: email}, nil
	}
	if err != nil {
		return "", nil, err
	}
	if err := s.tryPassword(ctx, u, password, v.Address); err != nil {
		return "", nil, err
	}
	return s.open(ctx, u.Org, u.ID, v)
}

// tryPassword counts, evaluates, and forgets the count on success. A user without id or password always fails, as
// slowly and as limited as any other.
func (s *Service) tryPassword(ctx context.Context, u *User, password, address string) error {
	account := "password/account/" + string(u.ID)
	if u.ID == "" {
		account = strangerKey(u.Email)
	}
	network := networkKey(address)
	if err := s.spend(ctx, network, freeByNetwork); err != nil {
		return err
	}
	if err := s.spend(ctx, account, freeByAccount); err != nil {
		return err
	}
	ok, err := s.checkHash(ctx, u.Password, password)
	if err != nil {
		return err
	}
	if !ok || u.ID == "" || !u.DisabledAt.IsZero() {
		return errBadSignIn
	}
	return errors.Join(s.settle(ctx, account), s.refund(ctx, network))
}

func (s *Service) open(ctx context.Context, org id.Org, user id.ID, v Visitor) (string, *Session, error) {
	secret, hash := newToken("")
	now := s.clock.Now()
	sess := &Session{
		ID: id.New(), Org: org, User: user, Hash: hash, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(SessionLife),
		Address: v.Address, UserAgent: cut(v.UserAgent, 300),
	}
	err := s.store.Update(ctx, org, func(tx Tx) error {
		u, err := tx.User(ctx, user)
		if err != nil {
			return err
		}
		if !u.DisabledAt.IsZero() {
			return errDisabled
		}
		return tx.InsertSession(ctx, sess)
	})
	return secret, sess, err
}

// cut keeps at most n bytes of what a browser says about itself, as valid text.
func cut(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, "")
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Principal resolves a session cookie.
func (s *Service) Principal(ctx context.Context, secret string) (*access.Principal, error) {
	if !plausible(secret, "") {
		return nil, errSignedOut
	}
	sess, err := s.store.SessionByHash(ctx, hashToken(secret))
	if problem.KindOf(err) == problem.NotFound {
		return nil, errSignedOut
	}
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if !sess.EndedAt.IsZero() || !now.Before(sess.ExpiresAt) || now.Sub(sess.LastSeenAt) > SessionIdle {
		return nil, errSignedOut
	}
	u, err := s.User(ctx, sess.Org, sess.User)
	if err != nil {
		return nil, err
	}
	if !u.DisabledAt.IsZero() {
		return nil, errSignedOut
	}
	if now.Sub(sess.LastSeenAt) > seenEvery {
		if err := s.seen(ctx, sess, now); err != nil {
			return nil, err
		}
	}
	return &access.Principal{
		Audience: access.Staff, Org: u.Org, User: u.ID, Session: sess.ID, Role: u.Role, Permissions: access.Set(access.Of(u.Role)),
	}, nil
}

func (s *Service) seen(ctx context.Context, sess *Session, now time.Time) error {
	return s.store.Update(ctx, sess.Org, func(tx Tx) error {
		fresh, err := tx.Session(ctx, sess.ID)
		if err != nil || !fresh.EndedAt.IsZero() {
			return err
		}
		fresh.LastSeenAt = now
		return tx.PutSession(ctx, fresh)
	})
}

// Sessions lists the open sessions of a user, newest first.
func (s *Service) Sessions(ctx context.Context, org id.Org, user id.ID) (list []*Session, err error) {
	now := s.clock.Now()
	err = s.store.View(ctx, org, func(tx Tx) error {
		all, err := tx.Sessions(ctx, user)
		list = list[:0]
		for _, sess := range all {
			if now.Before(sess.ExpiresAt) && now.Sub(sess.LastSeenAt) <= SessionIdle {
				list = append(list, sess)
			}
		}
		return err
	})
	return list, err
}

// EndSession ends one session of a user. Another user's is not found.
func (s *Service) EndSession(ctx context.Context, org id.Org, user, session id.ID) error {
	return s.store.Update(ctx, org, func(tx Tx) error {
		sess, err := tx.Session(ctx, session)
		if err != nil {
			return err
		}
		if sess.User != user {
			return problem.New(problem.NotFound, "session_unknown", "There is no such session.")
		}
		if !sess.EndedAt.IsZero() {
			return nil
		}
		sess.EndedAt = s.clock.Now()
		return tx.PutSession(ctx, sess)
	})
}

// EndSessions ends all sessions of a user except one.
func (s *Service) EndSessions(ctx context.Context, org id.Org, user, except id.ID) error {
	return s.store.Update(ctx, org, func(tx Tx) error { return endSessions(ctx, tx, user, except, s.clock.Now()) })
}

func endSessions(ctx context.Context, tx Tx, user, except id.ID, now time.Time) error {
	all, err := tx.Sessions(ctx, user)
	if err != nil {
		return err
	}
	for _, sess := range all {
		if sess.ID == except {
			continue
		}
		sess.EndedAt = now
		if err := tx.PutSession(ctx, sess); err != nil {
			return err
		}
	}
	return nil
}
