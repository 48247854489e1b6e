package account_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/store/storetest"
)

const password = "correct horse battery"

func setup(t *testing.T) (*storetest.Env, *account.Service, *account.First) {
	t.Helper()
	env := storetest.SQLite(t)
	s := account.New(env.DB.Accounts(), env.Clock)
	first, err := s.Bootstrap(t.Context(), "My organization", "admin@localhost")
	if err != nil {
		t.Fatal(err)
	}
	return env, s, first
}

// admin is the principal of the first admin.
func admin(f *account.First) *access.Principal {
	return &access.Principal{
		Audience: access.Staff, Org: f.Organization.ID, User: f.Admin.ID, Role: access.Admin, Permissions: access.Set(access.All()), Address: "192.0.2.1",
	}
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || problem.From(err).Code != code {
		t.Errorf("%s: want %s, got %v", what, code, err)
	}
}

func TestBootstrapOnce(t *testing.T) {
	_, s, first := setup(t)
	again, err := s.Bootstrap(t.Context(), "My organization", "admin@localhost")
	if err != nil || again != nil {
		t.Fatalf("the second start: %+v, %v", again, err)
	}
	p, err := s.APIPrincipal(t.Context(), first.APIKey)
	if err != nil || p.Org != first.Organization.ID || !p.May(access.LinksReveal) {
		t.Fatalf("the first key: %+v, %v", p, err)
	}
}

func TestSignInLink(t *testing.T) {
	env, s, first := setup(t)
	ctx, org := t.Context(), first.Organization.ID
	token, _, err := s.SignInLink(ctx, org, first.Admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	var opened atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, _, err := s.ExchangeLink(ctx, token, account.Visitor{})
			if err == nil {
				opened.Add(1)
			} else if problem.From(err).Code != "sign_in_link_used" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if opened.Load() != 1 {
		t.Errorf("a link of one use opened %d sessions", opened.Load())
	}
	token, _, err = s.SignInLink(ctx, org, first.Admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	env.Clock.Add(account.LinkLife)
	_, _, err = s.ExchangeLink(ctx, token, account.Visitor{})
	wantCode(t, "after 15 minutes", err, "sign_in_link_expired")
	for _, nonsense := range []string{"", "x", token + "x", token[:42] + "*"} {
		_, _, err = s.ExchangeLink(ctx, nonsense, account.Visitor{})
		wantCode(t, "nonsense", err, "sign_in_link_unknown")
	}
}

func open(t *testing.T, s *account.Service, f *account.First) (string, *account.Session) {
	t.Helper()
	token, _, err := s.SignInLink(t.Context(), f.Organization.ID, f.Admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	secret, sess, err := s.ExchangeLink(t.Context(), token, account.Visitor{Address: "192.0.2.1", UserAgent: "\xff browser"})
	if err != nil {
		t.Fatal(err)
	}
	return secret, sess
}

func TestSessionsEnd(t *testing.T) {
	env, s, first := setup(t)
	ctx, org := t.Context(), first.Organization.ID
	idle, _ := open(t, s, first)
	busy, sess := open(t, s, first)
	for range 11 {
		env.Clock.Add(time.Hour)
		if _, err := s.Principal(ctx, busy); err != nil {
			t.Fatalf("a session in use ended: %v", err)
		}
	}
	_, err := s.Principal(ctx, idle)
	wantCode(t, "idle", err, "session_ended")
	if list, err := s.Sessions(ctx, org, first.Admin.ID); err != nil || len(list) != 1 || list[0].ID != sess.ID {
		t.Errorf("open sessions: %v, %v", list, err)
	}
	env.Clock.Add(time.Hour)
	_, err = s.Principal(ctx, busy)
	wantCode(t, "after twelve hours", err, "session_ended")

	third, sess := open(t, s, first)
	if err := s.EndSession(ctx, org, first.Admin.ID, sess.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Principal(ctx, third)
	wantCode(t, "ended", err, "session_ended")
	wantCode(t, "another user's", s.EndSession(ctx, org, sess.ID, sess.ID), "session_unknown")
}

func TestDisabledUser(t *testing.T) {
	_, s, first := setup(t)
	ctx, org := t.Context(), first.Organization.ID
	yes, sender := true, access.Sender
	_, err := s.UpdateUser(ctx, org, first.Admin.ID, 0, account.UserChange{Disabled: &yes})
	wantCode(t, "the last admin", err, "last_admin")
	_, err = s.UpdateUser(ctx, org, first.Admin.ID, 0, account.UserChange{Role: &sender})
	wantCode(t, "the last admin", err, "last_admin")
	secret, _ := open(t, s, first)
	if _, err := s.CreateUser(ctx, org, account.NewUser{Name: "Two", Email: "Two@Example.org", Role: access.Admin}); err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateUser(ctx, org, account.NewUser{Name: "Two", Email: "two@example.org", Role: access.Admin})
	wantCode(t, "the same address", err, "email_in_use")
	if _, err := s.UpdateUser(ctx, org, first.Admin.ID, 0, account.UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Principal(ctx, secret)
	wantCode(t, "a disabled user's session", err, "session_ended")
	_, _, err = s.SignInLink(ctx, org, first.Admin.ID)
	wantCode(t, "a link for a disabled user", err, "user_disabled")
}

// TestGuessing tries many passwords at once: the free attempts are evaluated and no more, whoever is asked for.
func TestGuessing(t *testing.T) {
	env, s, first := setup(t)
	ctx := t.Context()
	p := admin(first)
	_, sess := open(t, s, first)
	p.Session = sess.ID
	if err := s.SetPassword(ctx, p, "", password); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"admin@localhost", "stranger@example.org"} {
		env.Clock.Add(time.Hour)
		var evaluated, limited atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				_, _, err := s.SignIn(ctx, email, "wrong horse battery", account.Visitor{Address: "198.51.100.1"})
				switch problem.From(err).Code {
				case "wrong_credentials":
					evaluated.Add(1)
				case "too_many_attempts":
					limited.Add(1)
				default:
					t.Errorf("%s: %v", email, err)
				}
			})
		}
		wg.Wait()
		if evaluated.Load() != 5 || limited.Load() != 15 {
			t.Errorf("%s: %d of 20 guesses were evaluated, %d held back", email, evaluated.Load(), limited.Load())
		}
	}
	_, _, err := s.SignIn(ctx, "admin@localhost", password, account.Visitor{Address: "203.0.113.9"})
	if err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
}

// brokenCounters cannot write.
type brokenCounters struct{ account.Store }

func (brokenCounters) Count(context.Context, string, func(*account.Counter) error) error {
	return errors.New("disk on fire")
}

func TestGuessingFailsClosed(t *testing.T) {
	env, _, _ := setup(t)
	s := account.New(brokenCounters{env.DB.Accounts()}, env.Clock)
	_, _, err := s.SignIn(t.Context(), "admin@localhost", password, account.Visitor{})
	wantCode(t, "without counters", err, "counter_unavailable")
}

func TestAPIKeys(t *testing.T) {
	env, s, first := setup(t)
	ctx, p := t.Context(), admin(first)
	weak := &access.Principal{Audience: access.API, Org: p.Org, APIKey: "x", Permissions: access.Set([]access.Permission{access.APIKeysWrite})}
	_, _, err := s.CreateAPIKey(ctx, weak, account.NewAPIKey{Name: "n", Permissions: []access.Permission{access.UsersWrite}})
	wantCode(t, "giving away what one does not hold", err, "not_yours")
	_, _, err = s.CreateAPIKey(ctx, p, account.NewAPIKey{Name: "n", Permissions: []access.Permission{"everything"}})
	wantCode(t, "an unknown permission", err, "unknown_permission")
	token, k, err := s.CreateAPIKey(ctx, p, account.NewAPIKey{
		Name: "n", Permissions: []access.Permission{access.EnvelopesRead}, ExpiresAt: env.Clock.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.APIPrincipal(ctx, token); err != nil || got.APIKey != k.ID || got.May(access.EnvelopesWrite) {
		t.Errorf("%+v, %v", got, err)
	}
	env.Clock.Add(time.Hour)
	_, err = s.APIPrincipal(ctx, token)
	wantCode(t, "expired", err, "api_key_unusable")
	if err := s.RevokeAPIKey(ctx, p.Org, k.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.APIPrincipal(ctx, "ck_nonsense")
	wantCode(t, "nonsense", err, "api_key_unusable")
}
