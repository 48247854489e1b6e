package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
)

// Unit runs units of work in one organization through one domain's view of a transaction.
type Unit[T any] struct {
	db   *DB
	view func(*tx) T
}

// View runs fn on one snapshot.
func (u Unit[T]) View(ctx context.Context, org id.Org, fn func(T) error) error {
	return u.db.view(ctx, org, func(t *tx) error { return fn(u.view(t)) })
}

// Update runs fn and commits all it did, or nothing. fn may run more than once.
func (u Unit[T]) Update(ctx context.Context, org id.Org, fn func(T) error) error {
	return u.db.update(ctx, org, func(t *tx) error { return fn(u.view(t)) })
}

// view gives fn a snapshot of an organization.
func (db *DB) view(ctx context.Context, org id.Org, fn func(*tx) error) error {
	set, err := db.ring.Org(ctx, org)
	if err != nil && !errors.Is(err, secret.ErrNoKey) {
		return err
	}
	return db.snapshot(ctx, func(r runner) error {
		return safely(func() error { return fn(db.newTx(org, set, r)) })
	})
}

// update gives fn a writing transaction of an organization, whose key is made where it has none yet.
func (db *DB) update(ctx context.Context, org id.Org, fn func(*tx) error) error {
	set, err := db.ring.Ensure(ctx, org)
	if err != nil {
		return err
	}
	return db.change(ctx, org, set, fn)
}

// change runs fn in a writing transaction and, after its commit, what fn left to do.
func (db *DB) change(ctx context.Context, org id.Org, set *secret.Set, fn func(*tx) error) error {
	var last *tx
	err := db.write(ctx, func(r runner) error {
		last = db.newTx(org, set, r)
		return safely(func() error { return fn(last) })
	})
	if err != nil {
		return err
	}
	for _, after := range last.after {
		after()
	}
	return nil
}

func (db *DB) newTx(org id.Org, set *secret.Set, r runner) *tx {
	return &tx{db: db, org: org, run: r, set: set, data: map[id.ID]secret.Key{}}
}

// safely turns a panic of a caller's function into an error: it must not take other callers' work with it.
func safely(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: the unit of work panicked: %v", r)
		}
	}()
	return fn()
}

// snapshot runs fn in a reading transaction.
func (db *DB) snapshot(ctx context.Context, fn func(runner) error) error {
	opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if db.dialect == sqliteDialect {
		opts = &sql.TxOptions{ReadOnly: true} // a reading transaction in WAL is a snapshot
	}
	t, err := db.readers.BeginTx(ctx, opts)
	if err != nil {
		return db.explain(err)
	}
	err = fn(t)
	if end := t.Rollback(); err == nil && end != nil && !errors.Is(end, sql.ErrTxDone) {
		err = db.explain(end)
	}
	return err
}

// attempts is how often a transaction that lost a race is run.
const attempts = 8

// write runs fn in a writing transaction. SQLite groups many callers into one commit.
func (db *DB) write(ctx context.Context, fn func(runner) error) error {
	if db.group != nil {
		return db.group.do(ctx, fn)
	}
	for try := 1; ; try++ {
		err := db.writeOnce(ctx, fn)
		if err == nil || try == attempts || db.dialect.class(err) != lostRace {
			return err
		}
		pause := time.Duration(try) * time.Duration(2+rand.IntN(8)) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (db *DB) writeOnce(ctx context.Context, fn func(runner) error) error {
	t, err := db.writers.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return db.explain(err)
	}
	if err := fn(t); err != nil {
		return errors.Join(err, ignoreDone(t.Rollback()))
	}
	if err := t.Commit(); err != nil {
		return db.explain(err)
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || err == nil {
		return nil
	}
	return fmt.Errorf("store: roll back: %w", err)
}
