package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/id"
)

// accountTx is the account domain's view of a transaction.
type accountTx struct{ *tx }

var _ account.Tx = accountTx{}

func (t accountTx) Organization(ctx context.Context) (*account.Organization, error) {
	return one(ctx, t.tx, scanOrganization, organizationTable.sel+" WHERE id = ?", t.org)
}

func (t accountTx) UpdateOrganization(ctx context.Context, o *account.Organization) error {
	if o.ID != t.org {
		return errAbsent
	}
	n, err := t.exec(ctx, "UPDATE organizations SET name = ?, locale = ?, time_zone = ?, version = version + 1 WHERE id = ? AND version = ?",
		o.Name, o.Locale, o.TimeZone, t.org, o.Version)
	if err := must(n, err, errVersion); err != nil {
		return err
	}
	o.Version++
	return nil
}

var userTable = newTable("users", "org id",
	"sealed_name sealed_email email_hash role password locale disabled_at created_at version")

func (t accountTx) scanUser(r *row) (*account.User, error) {
	u := &account.User{}
	var name, email, hash []byte
	err := r.Scan(&u.Org, &u.ID, &name, &email, &hash, &u.Role, &u.Password, &u.Locale, at(&u.DisabledAt), at(&u.CreatedAt), &u.Version)
	r.then(func(context.Context) error {
		s := t.orgSealer("users", string(u.ID))
		u.Name, u.Email = s.openText("name", name), s.openText("email", email)
		return s.err
	})
	return u, err
}

func (t accountTx) Users(ctx context.Context, after id.ID, n int) ([]*account.User, error) {
	return many(ctx, t.tx, t.scanUser, userTable.sel+" WHERE org = ? AND id > ? ORDER BY id LIMIT ?", t.org, after, limit(n))
}

func (t accountTx) User(ctx context.Context, user id.ID) (*account.User, error) {
	return one(ctx, t.tx, t.scanUser, userTable.sel+" WHERE org = ? AND id = ?", t.org, user)
}

func (t accountTx) InsertUser(ctx context.Context, u *account.User) error {
	if u.Org != t.org {
		return errAbsent
	}
	s := t.orgSealer("users", string(u.ID))
	name, email := s.sealText("name", u.Name), s.sealText("email", u.Email)
	if s.err != nil {
		return s.err
	}
	return t.insert(ctx, userTable, errEmail, t.org, u.ID, name, email, t.db.emailHash(u.Email), u.Role, u.Password, u.Locale,
		u.DisabledAt, u.CreatedAt, u.Version)
}

func (t accountTx) UpdateUser(ctx context.Context, u *account.User) error {
	s := t.orgSealer("users", string(u.ID))
	name, email := s.sealText("name", u.Name), s.sealText("email", u.Email)
	if s.err != nil {
		return s.err
	}
	n, err := t.exec(ctx, `UPDATE users SET sealed_name = ?, sealed_email = ?, email_hash = ?, role = ?, password = ?, locale = ?,
		disabled_at = ?, version = version + 1 WHERE org = ? AND id = ? AND version = ?`,
		name, email, t.db.emailHash(u.Email), u.Role, u.Password, u.Locale, u.DisabledAt, t.org, u.ID, u.Version)
	if errors.Is(err, errExists) {
		return errEmail
	}
	if err := must(n, err, errVersion); err != nil {
		return err
	}
	u.Version++
	return nil
}

var signInLinkTable = newTable("sign_in_links", "org id", "user_id hash created_at expires_at used_at")

func (t accountTx) InsertSignInLink(ctx context.Context, l *account.SignInLink) error {
	return t.insert(ctx, signInLinkTable, errExists, t.org, l.ID, l.User, l.Hash, l.CreatedAt, l.ExpiresAt, l.UsedAt)
}

var sessionTable = newTable("sessions", "org id",
	"user_id hash created_at last_seen_at expires_at ended_at sealed_address sealed_user_agent")

func (t accountTx) scanSession(r *row) (*account.Session, error) {
	v := &account.Session{}
	var address, agent []byte
	err := r.Scan(&v.Org, &v.ID, &v.User, in(&v.Hash), at(&v.CreatedAt), at(&v.LastSeenAt), at(&v.ExpiresAt), at(&v.EndedAt), &address, &agent)
	r.then(func(context.Context) error {
		s := t.orgSealer("sessions", string(v.ID))
		v.Address, v.UserAgent = s.openText("address", address), s.openText("user_agent", agent)
		return s.err
	})
	return v, err
}

func (t accountTx) sessionArgs(v *account.Session) ([]any, error) {
	s := t.orgSealer("sessions", string(v.ID))
	address, agent := s.sealText("address", v.Address), s.sealText("user_agent", v.UserAgent)
	return []any{t.org, v.ID, v.User, v.Hash, v.CreatedAt, v.LastSeenAt, v.ExpiresAt, v.EndedAt, address, agent}, s.err
}

func (t accountTx) InsertSession(ctx context.Context, v *account.Session) error {
	args, err := t.sessionArgs(v)
	if err != nil {
		return err
	}
	return t.insert(ctx, sessionTable, errExists, args...)
}

func (t accountTx) PutSession(ctx context.Context, v *account.Session) error {
	args, err := t.sessionArgs(v)
	if err != nil {
		return err
	}
	return t.put(ctx, sessionTable, args...)
}

func (t accountTx) Session(ctx context.Context, session id.ID) (*account.Session, error) {
	return one(ctx, t.tx, t.scanSession, sessionTable.sel+" WHERE org = ? AND id = ?", t.org, session)
}

// Sessions returns those that are neither ended nor expired.
func (t accountTx) Sessions(ctx context.Context, user id.ID) ([]*account.Session, error) {
	return many(ctx, t.tx, t.scanSession, sessionTable.sel+" WHERE org = ? AND user_id = ? AND ended_at = 0 AND expires_at > ? ORDER BY id DESC",
		t.org, user, t.db.clock.Now())
}

var apiKeyTable = newTable("api_keys", "org id",
	"name hint hash permissions created_by_kind created_by_id created_at last_used_at expires_at revoked_at")

func scanAPIKey(r *row) (*account.APIKey, error) {
	k := &account.APIKey{}
	var permissions []byte
	err := r.Scan(&k.Org, &k.ID, &k.Name, &k.Hint, in(&k.Hash), &permissions, &k.CreatedBy.Kind, &k.CreatedBy.ID, at(&k.CreatedAt),
		at(&k.LastUsedAt), at(&k.ExpiresAt), at(&k.RevokedAt))
	if err != nil {
		return nil, err
	}
	return k, json.Unmarshal(permissions, &k.Permissions)
}

func (t accountTx) apiKeyArgs(k *account.APIKey) ([]any, error) {
	permissions, err := json.Marshal(k.Permissions)
	return []any{t.org, k.ID, k.Name, k.Hint, k.Hash, permissions, k.CreatedBy.Kind, k.CreatedBy.ID, k.CreatedAt, k.LastUsedAt,
		k.ExpiresAt, k.RevokedAt}, err
}

func (t accountTx) InsertAPIKey(ctx context.Context, k *account.APIKey) error {
	args, err := t.apiKeyArgs(k)
	if err != nil {
		return err
	}
	return t.insert(ctx, apiKeyTable, errExists, args...)
}

func (t accountTx) PutAPIKey(ctx context.Context, k *account.APIKey) error {
	args, err := t.apiKeyArgs(k)
	if err != nil {
		return err
	}
	return t.put(ctx, apiKeyTable, args...)
}

func (t accountTx) APIKey(ctx context.Context, key id.ID) (*account.APIKey, error) {
	return one(ctx, t.tx, scanAPIKey, apiKeyTable.sel+" WHERE org = ? AND id = ?", t.org, key)
}

func (t accountTx) APIKeys(ctx context.Context, after id.ID, n int) ([]*account.APIKey, error) {
	return many(ctx, t.tx, scanAPIKey, apiKeyTable.sel+" WHERE org = ? AND id > ? ORDER BY id LIMIT ?", t.org, after, limit(n))
}
