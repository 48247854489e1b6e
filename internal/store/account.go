package store

import (
	"context"
	"errors"
	"time"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// accounts implements account.Store.
type accounts struct {
	Unit[account.Tx]
}

var _ account.Store = accounts{}

// Accounts is the store of the account domain.
func (db *DB) Accounts() account.Store {
	return accounts{Unit[account.Tx]{db, func(t *tx) account.Tx { return accountTx{t} }}}
}

var organizationTable = newTable("organizations", "id", "name locale time_zone created_at version")

func scanOrganization(r *row) (*account.Organization, error) {
	o := &account.Organization{}
	return o, r.Scan(&o.ID, &o.Name, &o.Locale, &o.TimeZone, at(&o.CreatedAt), &o.Version)
}

// Organizations lists all, oldest first.
func (s accounts) Organizations(ctx context.Context) ([]*account.Organization, error) {
	var out []*account.Organization
	err := s.db.snapshot(ctx, func(r runner) (err error) {
		out, err = many(ctx, s.db.newTx("", nil, r), scanOrganization, organizationTable.sel+" ORDER BY created_at, id")
		return err
	})
	return out, err
}

// CreateOrganization inserts a tenant; its key is made first, and is harmless without it.
func (s accounts) CreateOrganization(ctx context.Context, o *account.Organization) error {
	return s.db.update(ctx, o.ID, func(t *tx) error {
		return t.insert(ctx, organizationTable, errExists, o.ID, o.Name, o.Locale, o.TimeZone, o.CreatedAt, o.Version)
	})
}

// findOrg reads which organization a credential belongs to, before any of its keys is opened.
func (s accounts) findOrg(ctx context.Context, query string, hash []byte) (id.Org, error) {
	var org id.Org
	err := s.db.snapshot(ctx, func(r runner) error { return s.db.newTx("", nil, r).scalar(ctx, &org, query, hash) })
	return org, err
}

// UserByEmail finds a user by address, through its keyed hash.
func (s accounts) UserByEmail(ctx context.Context, email string) (*account.User, error) {
	hash := s.db.emailHash(email)
	org, err := s.findOrg(ctx, "SELECT org FROM users WHERE email_hash = ?", hash)
	if err != nil {
		return nil, err
	}
	var out *account.User
	err = s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = one(ctx, t, accountTx{t}.scanUser, userTable.sel+" WHERE org = ? AND email_hash = ?", org, hash)
		return err
	})
	return out, err
}

// SessionByHash finds a session by the hash of its secret.
func (s accounts) SessionByHash(ctx context.Context, hash []byte) (*account.Session, error) {
	org, err := s.findOrg(ctx, "SELECT org FROM sessions WHERE hash = ?", hash)
	if err != nil {
		return nil, err
	}
	var out *account.Session
	err = s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = one(ctx, t, accountTx{t}.scanSession, sessionTable.sel+" WHERE org = ? AND hash = ?", org, hash)
		return err
	})
	return out, err
}

// APIKeyByHash finds an API key by the hash of it.
func (s accounts) APIKeyByHash(ctx context.Context, hash []byte) (*account.APIKey, error) {
	var out *account.APIKey
	err := s.db.snapshot(ctx, func(r runner) (err error) {
		out, err = one(ctx, s.db.newTx("", nil, r), scanAPIKey, apiKeyTable.sel+" WHERE hash = ?", hash)
		return err
	})
	return out, err
}

func scanSignInLink(r *row) (*account.SignInLink, error) {
	l := &account.SignInLink{}
	return l, r.Scan(&l.Org, &l.ID, &l.User, in(&l.Hash), at(&l.CreatedAt), at(&l.ExpiresAt), at(&l.UsedAt))
}

// UseSignInLink marks a link as used; of two callers one finds it unused.
func (s accounts) UseSignInLink(ctx context.Context, hash []byte, now time.Time) (*account.SignInLink, error) {
	var out *account.SignInLink
	err := s.db.change(ctx, "", nil, func(t *tx) (err error) {
		out, err = one(ctx, t, scanSignInLink, signInLinkTable.sel+" WHERE hash = ?"+s.db.dialect.lock, hash)
		if err != nil || !out.UsedAt.IsZero() || !out.ExpiresAt.After(now) {
			return err
		}
		_, err = t.exec(ctx, "UPDATE sign_in_links SET used_at = ? WHERE org = ? AND id = ?", now, out.Org, out.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

var counterTable = newTable("counters", "name", "attempts last_at until_at")

func scanCounter(r *row) (*account.Counter, error) {
	c := &account.Counter{}
	return c, r.Scan(&c.Key, &c.Attempts, at(&c.Last), at(&c.Until))
}

// Count runs fn on a counter while holding its row.
func (s accounts) Count(ctx context.Context, key string, fn func(*account.Counter) error) error {
	return s.db.change(ctx, "", nil, func(t *tx) error {
		err := t.insert(ctx, counterTable, errExists, key, 0, 0, 0) // a row to hold, the first time too
		if err != nil && !errors.Is(err, errExists) {
			return err
		}
		c, err := one(ctx, t, scanCounter, counterTable.sel+" WHERE name = ?"+s.db.dialect.lock, key)
		if err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
		_, err = t.exec(ctx, "UPDATE counters SET attempts = ?, last_at = ?, until_at = ? WHERE name = ?", c.Attempts, c.Last, c.Until, key)
		return err
	})
}

// ForgetCounters deletes old counters, links and sessions.
func (s accounts) ForgetCounters(ctx context.Context, before time.Time) error {
	return s.db.change(ctx, "", nil, func(t *tx) error {
		for _, query := range []string{
			"DELETE FROM counters WHERE last_at < ? AND until_at < ?",
			"DELETE FROM sign_in_links WHERE expires_at < ? OR (used_at > 0 AND used_at < ?)",
			"DELETE FROM sessions WHERE expires_at < ? OR (ended_at > 0 AND ended_at < ?)",
		} {
			if _, err := t.exec(ctx, query, before, before); err != nil {
				return err
			}
		}
		return nil
	})
}

var errEmail = problem.New(problem.Conflict, "email_in_use", "A user with this e-mail address exists already.")
