package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/problem"
)

// authorities implements authority.Store. Its rows are the installation's and belong to no organization.
type authorities struct{ db *DB }

var _ authority.Store = authorities{}

// Authority is the store of the installation's authorities.
func (db *DB) Authority() authority.Store { return authorities{db} }

var (
	errRoleTaken     = problem.New(problem.Conflict, "authority_key", "The installation has a key for this role already.")
	errNoAuthority   = problem.New(problem.NotFound, "authority_key", "The installation has no such key.")
	errSerial        = problem.New(problem.Conflict, "serial", "This serial number was given before.")
	errNoCertificate = problem.New(problem.NotFound, "certificate", "The installation issued no such certificate.")
	errNoList        = problem.New(problem.NotFound, "crl", "There is no revocation list of this issuer yet.")
	errListNumber    = problem.New(problem.Conflict, "crl_number", "A newer revocation list was made meanwhile.")
)

// when replaces the store's plain "not found" by a more precise one.
func when(err, plain, precise error) error {
	if errors.Is(err, plain) {
		return precise
	}
	return err
}

// read runs fn on a snapshot of the installation's own rows.
func (s authorities) read(ctx context.Context, fn func(*tx) error) error {
	return s.db.view(ctx, "", fn)
}

// change runs fn in a transaction on the installation's own rows.
func (s authorities) change(ctx context.Context, fn func(*tx) error) error {
	return s.db.update(ctx, "", fn)
}

var authorityKeyTable = newTable("authority_keys", "role", "id algorithm wrapped chain public_url created_at")

func scanAuthorityKey(r *row) (*authority.Key, error) {
	k := &authority.Key{}
	var chain []byte
	if err := r.Scan(&k.Role, &k.ID, &k.Algorithm, in(&k.Wrapped), &chain, &k.PublicURL, at(&k.CreatedAt)); err != nil {
		return nil, err
	}
	return k, json.Unmarshal(chain, &k.Chain)
}

// AuthorityKeys returns the key of each role.
func (s authorities) AuthorityKeys(ctx context.Context) ([]authority.Key, error) {
	var out []authority.Key
	err := s.read(ctx, func(t *tx) error {
		keys, err := many(ctx, t, scanAuthorityKey, authorityKeyTable.sel+" ORDER BY role")
		out = values(keys)
		return err
	})
	return out, err
}

func values[T any](list []*T) []T {
	var out []T
	for _, p := range list {
		out = append(out, *p)
	}
	return out
}

// InsertAuthorityKey makes a key the one of its role.
func (s authorities) InsertAuthorityKey(ctx context.Context, k authority.Key) error {
	chain, err := json.Marshal(k.Chain)
	if err != nil {
		return fmt.Errorf("store: chain: %w", err)
	}
	return s.change(ctx, func(t *tx) error {
		return t.insert(ctx, authorityKeyTable, errRoleTaken, k.Role, k.ID, k.Algorithm, k.Wrapped, chain, k.PublicURL, k.CreatedAt)
	})
}

// UpdateAuthorityKey replaces a key's chain and address.
func (s authorities) UpdateAuthorityKey(ctx context.Context, k authority.Key) error {
	chain, err := json.Marshal(k.Chain)
	if err != nil {
		return fmt.Errorf("store: chain: %w", err)
	}
	return s.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, "UPDATE authority_keys SET chain = ?, public_url = ? WHERE id = ?", chain, k.PublicURL, k.ID)
		return must(n, err, errNoAuthority)
	})
}

var issuedTable = newTable("authority_issued", "issuer serial", "kind der not_after issued_at revoked_at reason")

// issuedRow names a row for its sealer.
func issuedRow(issuer, serial string) string { return issuer + "/" + serial }

// scanIssued opens the certificate with the installation's key: a signer's holds the signer's name.
func (t *tx) scanIssued(r *row) (*authority.Issued, error) {
	c := &authority.Issued{}
	var der []byte
	err := r.Scan(&c.Issuer, &c.Serial, &c.Kind, &der, at(&c.NotAfter), at(&c.IssuedAt), at(&c.RevokedAt), &c.Reason)
	r.then(func(context.Context) error {
		s := t.orgSealer("authority_issued", issuedRow(c.Issuer, c.Serial))
		c.DER = s.open("der", der)
		return s.err
	})
	return c, err
}

// InsertIssued records a certificate.
func (s authorities) InsertIssued(ctx context.Context, c authority.Issued) error {
	return s.change(ctx, func(t *tx) error {
		v := t.orgSealer("authority_issued", issuedRow(c.Issuer, c.Serial))
		der := v.seal("der", c.DER)
		if v.err != nil {
			return v.err
		}
		return t.insert(ctx, issuedTable, errSerial, c.Issuer, c.Serial, c.Kind, der, c.NotAfter, c.IssuedAt, c.RevokedAt, c.Reason)
	})
}

// Issued finds a certificate.
func (s authorities) Issued(ctx context.Context, issuer, serial string) (*authority.Issued, error) {
	var out *authority.Issued
	err := s.read(ctx, func(t *tx) (err error) {
		out, err = one(ctx, t, t.scanIssued, issuedTable.sel+" WHERE issuer = ? AND serial = ?", issuer, serial)
		return err
	})
	return out, when(err, errAbsent, errNoCertificate)
}

// Revoke marks a certificate; one that is revoked stays as it is.
func (s authorities) Revoke(ctx context.Context, issuer, serial string, moment time.Time, reason int) error {
	return s.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, "UPDATE authority_issued SET revoked_at = ?, reason = ? WHERE issuer = ? AND serial = ? AND revoked_at = 0",
			moment, reason, issuer, serial)
		if err != nil || n > 0 {
			return err
		}
		var known int
		err = t.scalar(ctx, &known, "SELECT 1 FROM authority_issued WHERE issuer = ? AND serial = ?", issuer, serial)
		return when(err, errAbsent, errNoCertificate)
	})
}

// Revoked returns an issuer's revoked certificates.
func (s authorities) Revoked(ctx context.Context, issuer string) ([]authority.Issued, error) {
	var out []authority.Issued
	err := s.read(ctx, func(t *tx) error {
		list, err := many(ctx, t, t.scanIssued, issuedTable.sel+" WHERE issuer = ? AND revoked_at > 0 ORDER BY revoked_at, serial", issuer)
		out = values(list)
		return err
	})
	return out, err
}

var listTable = newTable("authority_lists", "issuer", "number this_update next_update der")

// List returns an issuer's newest list.
func (s authorities) List(ctx context.Context, issuer string) (*authority.List, error) {
	var out *authority.List
	err := s.read(ctx, func(t *tx) (err error) {
		out, err = one(ctx, t, func(r *row) (*authority.List, error) {
			l := &authority.List{}
			return l, r.Scan(&l.Issuer, &l.Number, at(&l.ThisUpdate), at(&l.NextUpdate), in(&l.DER))
		}, listTable.sel+" WHERE issuer = ?", issuer)
		return err
	})
	return out, when(err, errAbsent, errNoList)
}

// PutList replaces an issuer's list by the next one.
func (s authorities) PutList(ctx context.Context, l authority.List) error {
	return s.change(ctx, func(t *tx) error {
		if l.Number == 1 {
			return t.insert(ctx, listTable, errListNumber, l.Issuer, l.Number, l.ThisUpdate, l.NextUpdate, l.DER)
		}
		n, err := t.exec(ctx, "UPDATE authority_lists SET number = ?, this_update = ?, next_update = ?, der = ? WHERE issuer = ? AND number = ?",
			l.Number, l.ThisUpdate, l.NextUpdate, l.DER, l.Issuer, l.Number-1)
		return must(n, err, errListNumber)
	})
}
