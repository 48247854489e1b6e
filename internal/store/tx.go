package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/secret"
)

// runner is a transaction of database/sql, or SQLite's one writing connection inside a savepoint.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tx is one transaction of one organization. The domains' interfaces are methods of types that embed it.
type tx struct {
	db    *DB
	org   id.Org
	run   runner
	set   *secret.Set // the organization's keys; nil where it has none yet
	data  map[id.ID]secret.Key
	after []func() // runs once the transaction has committed
}

// The problems that every domain meets.
var (
	errAbsent  = problem.New(problem.NotFound, "not_found", "There is no such thing here.")
	errVersion = problem.New(problem.Conflict, "version", "It was changed meanwhile. Read it again and repeat your change.")
	errExists  = problem.New(problem.Conflict, "exists", "It exists already.")
	errFull    = problem.New(problem.Full, "disk_full", "There is no room left to store this. Nothing was changed; free some space and try again.")
	errBusy    = problem.New(problem.Unavailable, "store_busy", "The database is busy. Try again in a moment.")
	errDown    = problem.New(problem.Unavailable, "store_down", "The database cannot be reached. Try again later.")
)

// exec runs a statement and returns how many rows it touched.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, err := t.ready(ctx, args)
	if err != nil {
		return 0, err
	}
	result, err := t.run.ExecContext(ctx, t.db.dialect.rewrite(query), args...)
	if err != nil {
		return 0, t.db.explain(err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("store: count rows: %w", err)
	}
	return n, nil
}

// rows runs a query and calls scan on each row.
func (t *tx) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	ctx, err := t.ready(ctx, args)
	if err != nil {
		return err
	}
	rows, err := t.run.QueryContext(ctx, t.db.dialect.rewrite(query), args...)
	if err != nil {
		return t.db.explain(err)
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(fmt.Errorf("store: scan: %w", err), rows.Close())
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return t.db.explain(err)
	}
	return nil
}

// ready prepares arguments and context. Statements are not interrupted half-way: SQLite would roll back what other
// callers have in the same group, and the other drivers throw the connection away. They are short; a caller who has
// left is noticed before the next one.
func (t *tx) ready(ctx context.Context, args []any) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return context.WithoutCancel(ctx), bind(args)
}

// scalar reads one value of one row; it fails with errAbsent where there is none.
func (t *tx) scalar(ctx context.Context, dest any, query string, args ...any) error {
	found := false
	err := t.rows(ctx, func(r *sql.Rows) error { found = true; return r.Scan(dest) }, query, args...)
	if err == nil && !found {
		return errAbsent
	}
	return err
}

// must turns "no row touched" into an error.
func must(n int64, err, none error) error {
	if err == nil && n == 0 {
		return none
	}
	return err
}

// put inserts a row or replaces the one with the same key.
func (t *tx) put(ctx context.Context, tab *table, args ...any) error {
	query := tab.upsert
	if t.db.dialect == mysqlDialect {
		query = tab.upsertMySQL
	}
	_, err := t.exec(ctx, query, args...)
	return err
}

// insert adds a row, or fails with taken where one of its keys is in use; the transaction can go on after that.
func (t *tx) insert(ctx context.Context, tab *table, taken error, args ...any) error {
	query := tab.ignore
	if t.db.dialect == mysqlDialect {
		query = tab.insert
	}
	n, err := t.exec(ctx, query, args...)
	if errors.Is(err, errExists) {
		return taken
	}
	return must(n, err, taken)
}

// row is one row being scanned. What needs further queries, such as the key of its sealed columns, waits until
// the result is read to its end: some engines allow no second query before that.
type row struct {
	*sql.Rows
	later []func(context.Context) error
}

func (r *row) then(fn func(context.Context) error) { r.later = append(r.later, fn) }

// many collects the rows of a query.
func many[T any](ctx context.Context, t *tx, scan func(*row) (*T, error), query string, args ...any) ([]*T, error) {
	var out []*T
	r := &row{}
	err := t.rows(ctx, func(rows *sql.Rows) error {
		r.Rows = rows
		item, err := scan(r)
		out = append(out, item)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	for _, fn := range r.later {
		if err := fn(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// one returns the only row of a query, or errAbsent.
func one[T any](ctx context.Context, t *tx, scan func(*row) (*T, error), query string, args ...any) (*T, error) {
	list, err := many(ctx, t, scan, query, args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errAbsent
	}
	return list[0], nil
}

// explain gives an engine's error the meaning that callers know.
func (db *DB) explain(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	known := map[class]*problem.Error{
		duplicate: errExists, orphan: errAbsent, noRoom: errFull, badText: errText,
		lostRace: errBusy, waited: errBusy, brokenDisk: errDown, unreachable: errDown,
	}
	p := known[db.dialect.class(err)]
	if p == nil && lostConnection(err) {
		p = errDown
	}
	if p != nil {
		return problem.Wrap(err, p.Kind, p.Code, p.Detail)
	}
	return fmt.Errorf("store: %w", err)
}

// lostConnection says whether the server went away, or never was there.
func lostConnection(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) || errors.As(err, &connect)
}
