package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
)

// sealKeys implements seal.KeyStore.
type sealKeys struct{ db *DB }

var _ seal.KeyStore = sealKeys{}

// SealKeys is the store of the organizations' seal keys.
func (db *DB) SealKeys() seal.KeyStore { return sealKeys{db} }

var sealKeyTable = newTable("seal_keys", "org id", "algorithm custodian reference chain public_url is_current created_at source")

var (
	errNoSealKey   = problem.New(problem.NotFound, "seal_key", "The organization has no seal key yet.")
	errSealKeyRace = problem.New(problem.Conflict, "seal_key", "The seal key was changed meanwhile.")
)

func scanSealKey(r *row) (*seal.Key, error) {
	k := &seal.Key{}
	var chain []byte
	var current any
	if err := r.Scan(&k.Org, &k.ID, &k.Algorithm, &k.Custodian, in(&k.Reference), &chain, &k.PublicURL, &current, at(&k.CreatedAt), &k.Source); err != nil {
		return nil, err
	}
	k.Current = current != nil
	return k, json.Unmarshal(chain, &k.Chain)
}

// SealKey returns the current key.
func (s sealKeys) SealKey(ctx context.Context, org id.Org) (*seal.Key, error) {
	var out *seal.Key
	err := s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = one(ctx, t, scanSealKey, sealKeyTable.sel+" WHERE org = ? AND is_current = 1", org)
		return err
	})
	if errors.Is(err, errAbsent) {
		return nil, errNoSealKey
	}
	return out, err
}

// SealKeys returns every key, newest first.
func (s sealKeys) SealKeys(ctx context.Context, org id.Org) ([]*seal.Key, error) {
	var out []*seal.Key
	err := s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = many(ctx, t, scanSealKey, sealKeyTable.sel+" WHERE org = ? ORDER BY created_at DESC, id DESC", org)
		return err
	})
	return out, err
}

// PutSealKey stores a key; a current one takes the place of the one that the caller saw there.
func (s sealKeys) PutSealKey(ctx context.Context, k *seal.Key, replaces id.ID) error {
	chain, err := json.Marshal(k.Chain)
	if err != nil {
		return err
	}
	var current any
	if k.Current {
		current = 1
	}
	source := cmp.Or(k.Source, seal.Issued)
	return s.db.update(ctx, k.Org, func(t *tx) error {
		if k.Current {
			if err := s.retire(ctx, t, replaces); err != nil {
				return err
			}
		}
		n, err := t.exec(ctx, `UPDATE seal_keys SET algorithm = ?, custodian = ?, reference = ?, chain = ?, public_url = ?, is_current = ?, created_at = ?,
			source = ? WHERE org = ? AND id = ?`, k.Algorithm, k.Custodian, k.Reference, chain, k.PublicURL, current, k.CreatedAt, source, t.org, k.ID)
		if err != nil || n > 0 {
			return err
		}
		return t.insert(ctx, sealKeyTable, errSealKeyRace, t.org, k.ID, k.Algorithm, k.Custodian, k.Reference, chain, k.PublicURL, current, k.CreatedAt, source)
	})
}

// retire takes the mark from the current key if it is the one that the caller saw.
func (s sealKeys) retire(ctx context.Context, t *tx, seen id.ID) error {
	ids, err := t.ids(ctx, "SELECT id FROM seal_keys WHERE org = ? AND is_current = 1"+s.db.dialect.lock, t.org)
	if err != nil {
		return err
	}
	if len(ids) == 0 && seen == "" {
		return nil
	}
	if len(ids) == 0 || ids[0] != seen {
		return errSealKeyRace
	}
	_, err = t.exec(ctx, "UPDATE seal_keys SET is_current = NULL WHERE org = ? AND is_current = 1", t.org)
	return err
}
