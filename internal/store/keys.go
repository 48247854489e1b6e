package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
)

// orgKeys implements secret.KeyStore.
type orgKeys struct{ db *DB }

var orgKeyTable = newTable("org_keys", "org seq", "wrapped created_at")

// OrgKeys reads an organization's wrapped keys.
func (k orgKeys) OrgKeys(ctx context.Context, org id.Org) ([][]byte, error) {
	var out [][]byte
	err := k.db.snapshot(ctx, func(r runner) error {
		out = nil
		t := k.db.newTx(org, nil, r)
		return t.rows(ctx, func(rows *sql.Rows) error {
			var wrapped []byte
			err := rows.Scan(&wrapped)
			out = append(out, wrapped)
			return err
		}, "SELECT wrapped FROM org_keys WHERE org = ? ORDER BY seq", org)
	})
	return out, err
}

// AddFirstOrgKey stores an organization's first key unless it has one.
func (k orgKeys) AddFirstOrgKey(ctx context.Context, org id.Org, wrapped []byte) error {
	err := k.db.change(ctx, org, nil, func(t *tx) error {
		return t.insert(ctx, orgKeyTable, errExists, org, 1, wrapped, k.db.clock.Now())
	})
	if errors.Is(err, errExists) {
		return nil
	}
	return err
}

// kekCheck is a row that only this installation's key-encryption keys open.
const kekCheck = "kek_check"

var kekRef = secret.Ref{Purpose: "check", Table: "installation", Row: kekCheck}

var installationTable = newTable("installation", "name", "value")

// ErrForeignKEK says that the key file belongs to another installation, or was lost and made anew.
var ErrForeignKEK = errors.New("store: the key file does not open this database; put the right one back (see --kek-file)")

// checkKEK refuses to work with a wrong key file before anything is written with it.
func (db *DB) checkKEK(ctx context.Context) error {
	return db.change(ctx, "", nil, func(t *tx) error {
		var stored []byte
		err := t.scalar(ctx, &stored, "SELECT value FROM installation WHERE name = ?", kekCheck)
		if errors.Is(err, errAbsent) {
			return db.writeKEKCheck(ctx, t)
		}
		if err != nil {
			return err
		}
		if _, err := db.kek.Open(kekRef, stored); err != nil {
			return ErrForeignKEK
		}
		if db.kek.Stale(stored) {
			return db.writeKEKCheck(ctx, t)
		}
		return nil
	})
}

func (db *DB) writeKEKCheck(ctx context.Context, t *tx) error {
	sealed, err := db.kek.Seal(kekRef, []byte("consigil"))
	if err != nil {
		return err
	}
	return t.put(ctx, installationTable, kekCheck, sealed)
}

// Rewrap brings every organization's keys under the current key-encryption key and returns how many it changed.
// Until it has run, the old key must stay in the file. It is one transaction: killed, it changed nothing.
func (db *DB) Rewrap(ctx context.Context) (int, error) {
	changed := 0
	err := db.change(ctx, "", nil, func(t *tx) error {
		changed = 0
		stale, err := db.staleKeys(ctx, t)
		if err != nil {
			return err
		}
		for _, k := range stale {
			wrapped, err := db.kek.Rewrap(secret.OrgKeyRef(k.org), k.wrapped)
			if err != nil {
				return fmt.Errorf("store: rewrap: %w", err)
			}
			if _, err := t.exec(ctx, "UPDATE org_keys SET wrapped = ? WHERE org = ? AND seq = ?", wrapped, k.org, k.seq); err != nil {
				return err
			}
			changed++
		}
		return db.writeKEKCheck(ctx, t)
	})
	return changed, err
}

// StaleKeys is how many keys a former key-encryption key still wraps.
func (db *DB) StaleKeys(ctx context.Context) (n int, err error) {
	err = db.change(ctx, "", nil, func(t *tx) error {
		stale, err := db.staleKeys(ctx, t)
		n = len(stale)
		return err
	})
	return n, err
}

func (db *DB) staleKeys(ctx context.Context, t *tx) ([]*orgKey, error) {
	keys, err := allOrgKeys(ctx, t)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(keys, func(k *orgKey) bool { return !db.kek.Stale(k.wrapped) }), nil
}

type orgKey struct {
	org     id.Org
	seq     int64
	wrapped []byte
}

func allOrgKeys(ctx context.Context, t *tx) ([]*orgKey, error) {
	return many(ctx, t, func(r *row) (*orgKey, error) {
		k := &orgKey{}
		return k, r.Scan(&k.org, &k.seq, &k.wrapped)
	}, "SELECT org, seq, wrapped FROM org_keys ORDER BY org, seq")
}

// emailIndex names the row with the key under which e-mail addresses are hashed for look-up.
const emailIndex = "email_index"

// openEmailIndex reads the key of the e-mail index, and makes it the first time.
func (db *DB) openEmailIndex(ctx context.Context) error {
	ring := db.ring.Installation(emailIndex)
	key, err := secret.NewKey()
	if err != nil {
		return err
	}
	fresh, err := ring.Wrap(ctx, key.Bytes())
	if err != nil {
		return err
	}
	var stored []byte
	err = db.change(ctx, "", nil, func(t *tx) error {
		err := t.insert(ctx, installationTable, errExists, emailIndex, fresh)
		if err != nil && !errors.Is(err, errExists) {
			return err
		}
		return t.scalar(ctx, &stored, "SELECT value FROM installation WHERE name = ?", emailIndex)
	})
	if err != nil {
		return err
	}
	db.emailKey, err = ring.Unwrap(ctx, stored)
	return err
}

// emailHash finds an address without telling it to whoever reads the table.
func (db *DB) emailHash(email string) []byte {
	mac := hmac.New(sha256.New, db.emailKey)
	mac.Write([]byte(email))
	return mac.Sum(nil)
}
