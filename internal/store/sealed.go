package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
)

// place names a column of a row, for binding a ciphertext to it.
type place struct {
	table, column string
}

func (t *tx) ref(p place, row string) secret.Ref {
	return secret.Ref{Purpose: "column", Org: t.org, Table: p.table, Row: row, Column: p.column}
}

func dataKeyRef(org id.Org, envelope id.ID) secret.Ref {
	return secret.Ref{Purpose: "key", Org: org, Table: "envelopes", Row: string(envelope)}
}

// newDataKey makes the key of a new envelope and returns it wrapped.
func (t *tx) newDataKey(envelope id.ID) ([]byte, error) {
	key, err := secret.NewKey()
	if err != nil {
		return nil, err
	}
	wrapped, err := t.set.Seal(dataKeyRef(t.org, envelope), key.Bytes())
	if err != nil {
		return nil, err
	}
	t.data[envelope] = key
	return wrapped, nil
}

// keepDataKey unwraps an envelope's key and remembers it for this transaction.
func (t *tx) keepDataKey(envelope id.ID, wrapped []byte) (secret.Key, error) {
	if key, ok := t.data[envelope]; ok {
		return key, nil
	}
	if t.set == nil {
		return secret.Key{}, secret.ErrNoKey
	}
	material, err := t.set.Open(dataKeyRef(t.org, envelope), wrapped)
	if errors.Is(err, secret.ErrUnknownKey) {
		t.db.ring.Forget(t.org) // another process has rotated it; the next transaction reads the keys again
	}
	if err != nil {
		return secret.Key{}, fmt.Errorf("store: unwrap: %w", err)
	}
	key, err := secret.KeyOf(material)
	if err == nil {
		t.data[envelope] = key
	}
	return key, err
}

// dataKey returns the key of an envelope's personal columns; errAbsent where there is no such envelope.
func (t *tx) dataKey(ctx context.Context, envelope id.ID) (secret.Key, error) {
	if key, ok := t.data[envelope]; ok {
		return key, nil
	}
	var wrapped []byte
	err := t.scalar(ctx, &wrapped, "SELECT data_key FROM envelopes WHERE org = ? AND id = ?", t.org, envelope)
	if err != nil {
		return secret.Key{}, err
	}
	return t.keepDataKey(envelope, wrapped)
}

// sealer encrypts and decrypts the personal columns of one row. It remembers the first error, so that a list of
// columns reads as a list.
type sealer struct {
	t   *tx
	key interface {
		Seal(secret.Ref, []byte) ([]byte, error)
		Open(secret.Ref, []byte) ([]byte, error)
	}
	table string
	row   string
	err   error
}

// sealer of a row under its envelope's key.
func (t *tx) sealer(ctx context.Context, envelope id.ID, table, row string) *sealer {
	key, err := t.dataKey(ctx, envelope)
	return &sealer{t: t, key: key, table: table, row: row, err: err}
}

// orgSealer of a row that belongs to no envelope.
func (t *tx) orgSealer(table, row string) *sealer {
	s := &sealer{t: t, key: t.set, table: table, row: row}
	if t.set == nil {
		s.err = secret.ErrNoKey
	}
	return s
}

// seal encrypts a column; nothing stays nothing.
func (s *sealer) seal(column string, plain []byte) []byte {
	if s.err != nil || len(plain) == 0 {
		return []byte{}
	}
	out, err := s.key.Seal(s.t.ref(place{s.table, column}, s.row), plain)
	s.err = err
	return out
}

func (s *sealer) sealText(column, plain string) []byte { return s.seal(column, []byte(plain)) }

// open decrypts a column.
func (s *sealer) open(column string, sealed []byte) []byte {
	if s.err != nil || len(sealed) == 0 {
		return nil
	}
	plain, err := s.key.Open(s.t.ref(place{s.table, column}, s.row), sealed)
	if err != nil {
		s.err = fmt.Errorf("store: %s.%s: %w", s.table, column, err)
		return nil
	}
	return plain
}

func (s *sealer) openText(column string, sealed []byte) string { return string(s.open(column, sealed)) }
