package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

func (e *Env) organization(t *testing.T, org id.Org) *account.Organization {
	t.Helper()
	o := &account.Organization{ID: org, Name: wide, Locale: "hu", TimeZone: "Europe/Budapest", CreatedAt: moment(1), Version: 1}
	if err := e.Accounts().CreateOrganization(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o
}

func sampleUser(org id.Org, email string) *account.User {
	return &account.User{ID: id.New(), Org: org, Name: wide, Email: email, Role: access.Admin, Password: "$argon2id$" + wide, Locale: "hu",
		DisabledAt: moment(2), CreatedAt: moment(3), Version: 1}
}

func (e *Env) accounts(t *testing.T, org id.Org, fn func(context.Context, account.Tx) error) error {
	t.Helper()
	return e.Accounts().Update(t.Context(), org, func(tx account.Tx) error { return fn(t.Context(), tx) })
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func testAccounts(t *testing.T, e *Env) {
	o := e.organization(t, e.Org)
	other := e.organization(t, foreign())
	all, err := e.Accounts().Organizations(t.Context())
	ok(t, err)
	if len(all) != 2 {
		t.Fatalf("%d organizations", len(all))
	}
	Kind(t, e.Accounts().CreateOrganization(t.Context(), o), problem.Conflict, "exists")
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		got, err := tx.Organization(ctx)
		if err != nil {
			return err
		}
		same(t, got, o)
		o.Name = "Other"
		return tx.UpdateOrganization(ctx, o)
	}))
	o.Version = 1
	Kind(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error { return tx.UpdateOrganization(ctx, o) }), problem.Conflict, "version")

	u := sampleUser(e.Org, "zsófia@example.test")
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error { return tx.InsertUser(ctx, u) }))
	twin := sampleUser(other.ID, u.Email)
	Kind(t, e.accounts(t, other.ID, func(ctx context.Context, tx account.Tx) error { return tx.InsertUser(ctx, twin) }), problem.Conflict, "email_in_use")
	twin.Email = "other@example.test"
	ok(t, e.accounts(t, other.ID, func(ctx context.Context, tx account.Tx) error { return tx.InsertUser(ctx, twin) }))
	twin.Email = u.Email
	Kind(t, e.accounts(t, other.ID, func(ctx context.Context, tx account.Tx) error { return tx.UpdateUser(ctx, twin) }), problem.Conflict, "email_in_use")
	found, err := e.Accounts().UserByEmail(t.Context(), u.Email)
	ok(t, err)
	same(t, found, u)
	_, err = e.Accounts().UserByEmail(t.Context(), "nobody@example.test")
	Kind(t, err, problem.NotFound, "")
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		u.DisabledAt, u.Role = time.Time{}, access.Sender
		return tx.UpdateUser(ctx, u)
	}))
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		list, err := tx.Users(ctx, "", 10)
		same(t, list, []*account.User{u})
		return err
	}))
	Kind(t, e.accounts(t, other.ID, func(ctx context.Context, tx account.Tx) error { _, err := tx.User(ctx, u.ID); return err }), problem.NotFound, "")
}

func testCredentials(t *testing.T, e *Env) {
	e.organization(t, e.Org)
	ctx, store := t.Context(), e.Accounts()
	u := sampleUser(e.Org, "a@example.test")
	link := &account.SignInLink{ID: id.New(), Org: e.Org, User: u.ID, Hash: bytes(32, 1), CreatedAt: moment(1), ExpiresAt: Start.Add(time.Hour)}
	session := &account.Session{ID: id.New(), Org: e.Org, User: u.ID, Hash: bytes(32, 2), CreatedAt: moment(2), LastSeenAt: moment(3),
		ExpiresAt: Start.Add(time.Hour), Address: wide, UserAgent: wide}
	key := &account.APIKey{ID: id.New(), Org: e.Org, Name: wide, Hint: "abcd", Hash: bytes(32, 3), Permissions: []access.Permission{"a", "b"},
		CreatedBy: access.Actor{Kind: "user", ID: u.ID}, CreatedAt: moment(4), LastUsedAt: moment(5), ExpiresAt: moment(6)}
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		return first(tx.InsertUser(ctx, u), tx.InsertSignInLink(ctx, link), tx.InsertSession(ctx, session), tx.InsertAPIKey(ctx, key))
	}))
	gotSession, err := store.SessionByHash(ctx, session.Hash)
	ok(t, err)
	same(t, gotSession, session)
	gotKey, err := store.APIKeyByHash(ctx, key.Hash)
	ok(t, err)
	same(t, gotKey, key)
	_, err = store.SessionByHash(ctx, bytes(32, 99))
	Kind(t, err, problem.NotFound, "")
	_, err = store.APIKeyByHash(ctx, bytes(32, 99))
	Kind(t, err, problem.NotFound, "")
	unused := 0
	errs := together(6, func(int) error {
		l, err := store.UseSignInLink(context.Background(), link.Hash, Start)
		if err == nil && !l.UsedAt.IsZero() {
			err = errors.New("used")
		}
		return err
	})
	for _, err := range errs {
		if err == nil {
			unused++
		}
	}
	if unused != 1 {
		t.Fatalf("%d callers found the link unused", unused)
	}
	e.sessionsAndKeys(t, u, session, key)
}

func (e *Env) sessionsAndKeys(t *testing.T, u *account.User, session *account.Session, key *account.APIKey) {
	t.Helper()
	sessions := func() (out []*account.Session) {
		ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) (err error) { out, err = tx.Sessions(ctx, u.ID); return err }))
		return out
	}
	same(t, sessions(), []*account.Session{session})
	session.EndedAt, key.RevokedAt = moment(9), moment(10)
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		return first(tx.PutSession(ctx, session), tx.PutAPIKey(ctx, key))
	}))
	if n := len(sessions()); n != 0 {
		t.Fatalf("%d open sessions", n)
	}
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		gotSession, err1 := tx.Session(ctx, session.ID)
		gotKey, err2 := tx.APIKey(ctx, key.ID)
		list, err3 := tx.APIKeys(ctx, "", 10)
		same(t, gotSession, session)
		same(t, gotKey, key)
		same(t, list, []*account.APIKey{key})
		return errors.Join(err1, err2, err3)
	}))
	ok(t, e.Accounts().ForgetCounters(t.Context(), Start.Add(48*time.Hour)))
	_, err := e.Accounts().SessionByHash(t.Context(), session.Hash)
	Kind(t, err, problem.NotFound, "")
}

func testCounters(t *testing.T, e *Env) {
	store := e.Accounts()
	errs := together(12, func(int) error {
		return store.Count(context.Background(), "password:one", func(c *account.Counter) error {
			if c.Key != "password:one" {
				return errors.New("the counter has no key")
			}
			c.Attempts++
			c.Last, c.Until = Start, Start.Add(time.Minute)
			return nil
		})
	})
	ok(t, errors.Join(errs...))
	stop := errors.New("stop")
	err := store.Count(t.Context(), "password:one", func(c *account.Counter) error {
		if c.Attempts != 12 || !c.Until.Equal(Start.Add(time.Minute)) {
			t.Errorf("counter is %+v", c)
		}
		c.Attempts = 0
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	ok(t, store.Count(t.Context(), "password:one", func(c *account.Counter) error {
		if c.Attempts != 12 {
			t.Errorf("a failed count was kept: %+v", c)
		}
		return nil
	}))
}

// writeMarks puts a mark into the personal columns of rows that belong to no envelope.
func (e *Env) writeMarks(t *testing.T, mark string) {
	t.Helper()
	e.organization(t, e.Org)
	u := sampleUser(e.Org, mark)
	u.Name = mark
	session := &account.Session{ID: id.New(), Org: e.Org, User: u.ID, Hash: bytes(32, 2), Address: mark, UserAgent: mark}
	ok(t, e.accounts(t, e.Org, func(ctx context.Context, tx account.Tx) error {
		return first(tx.InsertUser(ctx, u), tx.InsertSession(ctx, session))
	}))
	entry := e.audit(e.Org, 1)
	entry.Personal = []byte(mark)
	ok(t, e.Log().InsertAudit(t.Context(), entry))
	ok(t, e.Authority().InsertIssued(t.Context(), authority.Issued{Issuer: "signers", Serial: "01", Kind: "signer", DER: []byte(mark)}))
}
