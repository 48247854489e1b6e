package store

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"modernc.org/sqlite"
)

// preparedSize is how many statements one SQLite connection keeps compiled. The store knows fewer texts than that,
// but for lists of different lengths.
const preparedSize = 128

// preparing opens SQLite connections that keep their statements compiled: compiling costs more than running most
// of ours. The drivers of PostgreSQL and MySQL talk to servers that do so, or are asked to, on their own.
type preparing struct{ driver.Connector }

// openPreparing returns a pool of such connections.
func openPreparing(dsn string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	return sql.OpenDB(preparing{connector}), nil
}

// Connect opens a connection with nothing prepared yet.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: the SQLite driver's %T lacks what we need", conn), conn.Close())
	}
	return &preparedConn{sqliteConn: full, known: map[string]*list.Element{}, recent: list.New()}, nil
}

// sqliteConn is what the driver's connections offer and database/sql makes use of.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is a connection with its compiled statements, the least recently used of which give way. Like every
// driver.Conn it serves one caller at a time.
type preparedConn struct {
	sqliteConn
	known  map[string]*list.Element
	recent *list.List // of *preparedStmt, the most recent in front
}

// preparedStmt is a compiled statement; while somebody reads its rows, nobody else may run it.
type preparedStmt struct {
	query string
	stmt  driver.Stmt
	exec  driver.StmtExecContext
	rows  driver.StmtQueryContext
	busy  bool
}

// ExecContext runs a statement, compiled once if it is one that comes back.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	result, err := s.exec.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.forget(s))
	}
	return result, nil
}

// QueryContext runs a query likewise; its statement is free again once the rows are closed.
func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.rows.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.forget(s))
	}
	s.busy = true
	return &preparedRows{Rows: rows, conn: c, stmt: s}, nil
}

// Close lets go of every statement and closes the connection.
func (c *preparedConn) Close() error {
	var errs []error
	for e := c.recent.Front(); e != nil; e = c.recent.Front() {
		errs = append(errs, c.forget(e.Value.(*preparedStmt)))
	}
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// prepared returns the compiled statement, or nil where the text has to be run as it is.
func (c *preparedConn) prepared(ctx context.Context, query string) (*preparedStmt, error) {
	if e := c.known[query]; e != nil {
		c.recent.MoveToFront(e)
		if s := e.Value.(*preparedStmt); !s.busy {
			return s, nil
		}
		return nil, nil
	}
	if !comesBack(query) || !c.makeRoom() {
		return nil, nil
	}
	stmt, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &preparedStmt{query: query, stmt: stmt}
	var execs, queries bool
	s.exec, execs = stmt.(driver.StmtExecContext)
	s.rows, queries = stmt.(driver.StmtQueryContext)
	if !execs || !queries {
		return nil, stmt.Close()
	}
	c.known[query] = c.recent.PushFront(s)
	return s, nil
}

// comesBack says whether a text is one of the store's own statements; migrations run theirs once.
func comesBack(query string) bool {
	verb, _, _ := strings.Cut(query, " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT":
		return !strings.Contains(query, ";")
	}
	return false
}

// makeRoom lets the least recently used statement go where there are too many, unless it is being read.
func (c *preparedConn) makeRoom() bool {
	if c.recent.Len() < preparedSize {
		return true
	}
	oldest := c.recent.Back().Value.(*preparedStmt)
	return !oldest.busy && c.forget(oldest) == nil
}

// forget lets a statement go. One that failed is not used again: it might hold on to what made it fail.
func (c *preparedConn) forget(s *preparedStmt) error {
	e := c.known[s.query]
	if e == nil || e.Value != s {
		return nil
	}
	delete(c.known, s.query)
	c.recent.Remove(e)
	if err := s.stmt.Close(); err != nil {
		return fmt.Errorf("store: close statement: %w", err)
	}
	return nil
}

// preparedRows are the rows of a compiled statement.
type preparedRows struct {
	driver.Rows
	conn   *preparedConn
	stmt   *preparedStmt
	failed bool
}

// Next reads a row and notes whether the statement failed half-way.
func (r *preparedRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	r.failed = r.failed || err != nil && !errors.Is(err, io.EOF)
	return err
}

// Close frees the statement for its next run.
func (r *preparedRows) Close() error {
	err := r.Rows.Close()
	if !r.stmt.busy {
		return err
	}
	r.stmt.busy = false
	if r.failed || err != nil {
		return errors.Join(err, r.conn.forget(r.stmt))
	}
	return nil
}
