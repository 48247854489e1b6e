package storetest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
)

// testMigrations brings the schema up twice, and by several processes at once.
func testMigrations(t *testing.T, e *Env) {
	one, err := e.Migrate(t.Context())
	ok(t, err)
	two, err := e.Migrate(t.Context())
	ok(t, err)
	pending, err := e.Pending(t.Context())
	ok(t, err)
	if one != two || pending {
		t.Fatalf("version %d, then %d; pending: %v", one, two, pending)
	}
	ok(t, e.Down(t.Context()))
	if e.Engine() == "sqlite" { // one process at a time
		_, err := e.Migrate(t.Context())
		ok(t, err)
		return
	}
	ok(t, errors.Join(together(3, func(int) error {
		db, err := store.Open(context.Background(), e.Config)
		if err != nil {
			return err
		}
		return db.Close()
	})...))
}

// testKeys rotates the key-encryption key and refuses a strange one.
func testKeys(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	beside := e.Config
	beside.Beside = true
	strange, err := secret.OpenFile(filepath.Join(t.TempDir(), "other"))
	ok(t, err)
	beside.KEK = strange
	if _, err := store.Open(t.Context(), beside); !errors.Is(err, store.ErrForeignKEK) {
		t.Fatalf("a strange key file: %v", err)
	}
	path := filepath.Join(e.Config.Dir, "kek")
	beside.KEK, err = secret.RotateFile(path)
	ok(t, err)
	db, err := store.Open(t.Context(), beside)
	ok(t, err)
	n, err := db.Rewrap(t.Context())
	ok(t, err)
	if again, err := db.Rewrap(t.Context()); n != 2 || again != 0 || err != nil {
		t.Fatalf("%d keys re-wrapped, then %d, %v", n, again, err)
	}
	ok(t, db.Close())
	beside.KEK, err = secret.NewSet(beside.KEK.Current())
	ok(t, err)
	db, err = store.Open(t.Context(), beside)
	ok(t, err)
	ok(t, db.Envelopes().View(t.Context(), e.Org, func(tx envelope.Tx) error {
		got, err := tx.Envelope(t.Context(), s.Envelope.ID)
		if err == nil {
			same(t, got, s.Envelope)
		}
		return err
	}))
	ok(t, db.Close())
}
