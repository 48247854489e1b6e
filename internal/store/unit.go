package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
	t, err := db.begin(ctx, db.readers, opts)
	if err != nil {
		return err
	}
	err = fn(t)
	return errors.Join(err, t.undo())
}

// work is a transaction on a connection of its own.
type work struct {
	*sql.Tx
	conn *sql.Conn
}

// undo ends the transaction without effect.
func (w *work) undo() error {
	if err := errors.Join(w.Rollback(), w.conn.Close()); err != nil {
		return fmt.Errorf("store: roll back: %w", err)
	}
	return nil
}

// begin takes a connection and starts a transaction on it. A caller may leave while waiting for the connection;
// what runs on it is not interrupted, for the drivers would throw the connection away with it.
func (db *DB) begin(ctx context.Context, pool *sql.DB, opts *sql.TxOptions) (*work, error) {
	for try := 1; ; try++ {
		w, err := db.beginOnce(ctx, pool, opts)
		if err == nil || try == attempts || !errors.Is(err, driver.ErrBadConn) {
			return w, err
		}
	}
}

func (db *DB) beginOnce(ctx context.Context, pool *sql.DB, opts *sql.TxOptions) (*work, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, db.explain(err)
	}
	t, err := conn.BeginTx(context.WithoutCancel(ctx), opts)
	if err != nil {
		return nil, errors.Join(db.explain(err), conn.Close())
	}
	return &work{t, conn}, nil
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
	t, err := db.begin(ctx, db.writers, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	err = fn(t)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return errors.Join(err, t.undo())
	}
	if err := t.Commit(); err != nil {
		return errors.Join(db.explain(err), t.conn.Close())
	}
	return t.conn.Close()
}
