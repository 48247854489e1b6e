package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

// preparedOn opens one connection with a table of numbers, and looks behind it.
func preparedOn(t *testing.T) (*sql.Conn, *preparedConn) {
	t.Helper()
	pool, err := openPreparing("file:" + filepath.ToSlash(filepath.Join(t.TempDir(), "x.db")))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(), pool.Close()); err != nil {
			t.Error(err)
		}
	})
	run(t, conn, "CREATE TABLE n (n INTEGER PRIMARY KEY)")
	run(t, conn, "INSERT INTO n (n) VALUES (?)", 1)
	run(t, conn, "INSERT INTO n (n) VALUES (?)", 2)
	var c *preparedConn
	if err := conn.Raw(func(raw any) error { c = raw.(*preparedConn); return nil }); err != nil {
		t.Fatal(err)
	}
	return conn, c
}

func run(t *testing.T, conn *sql.Conn, query string, args ...any) {
	t.Helper()
	if _, err := conn.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func sum(t *testing.T, conn *sql.Conn, query string, args ...any) (n int) {
	t.Helper()
	if err := conn.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPreparedIsKept(t *testing.T) {
	conn, c := preparedOn(t)
	if len(c.known) != 1 {
		t.Errorf("%d statements kept, want the INSERT only", len(c.known))
	}
	for i, want := range []int{0, 1, 3} {
		if got := sum(t, conn, "SELECT COALESCE(SUM(n), 0) FROM n WHERE n <= ?", i); got != want {
			t.Errorf("sum up to %d is %d", i, got)
		}
	}
	if len(c.known) != 2 || c.recent.Len() != 2 {
		t.Errorf("%d statements kept", len(c.known))
	}
}

func TestPreparedGivesWay(t *testing.T) {
	conn, c := preparedOn(t)
	for i := range preparedSize + 20 {
		if got := sum(t, conn, fmt.Sprintf("SELECT %d", i)); got != i {
			t.Errorf("%d is %d", i, got)
		}
	}
	if len(c.known) != preparedSize || c.recent.Len() != preparedSize {
		t.Errorf("%d statements kept", len(c.known))
	}
	if c.known["SELECT 0"] != nil || c.known[fmt.Sprintf("SELECT %d", preparedSize+19)] == nil {
		t.Error("the wrong statement gave way")
	}
}

func TestPreparedIsForgottenWhenItFails(t *testing.T) {
	conn, c := preparedOn(t)
	insert := "INSERT INTO n (n) VALUES (?)"
	_, err := conn.ExecContext(t.Context(), insert, 2)
	if sqliteClass(err) != duplicate {
		t.Errorf("second row of a key: %v", err)
	}
	if c.known[insert] != nil {
		t.Error("a statement that failed is kept")
	}
	run(t, conn, insert, 3)
	if got := sum(t, conn, "SELECT SUM(n) FROM n"); got != 6 {
		t.Error(got)
	}
}

// A query may run again while its rows are being read, and the schema may change between two runs.
func TestPreparedNestedAndChanged(t *testing.T) {
	conn, _ := preparedOn(t)
	query := "SELECT * FROM n ORDER BY n"
	outer, err := conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for outer.Next() {
		read++
		if got := sum(t, conn, query); got != 1 {
			t.Errorf("inner query answers %d", got)
		}
	}
	if err := errors.Join(outer.Err(), outer.Close()); err != nil || read != 2 {
		t.Errorf("%d rows, %v", read, err)
	}
	run(t, conn, "ALTER TABLE n ADD COLUMN more INTEGER NOT NULL DEFAULT 7")
	var n, more int
	if err := conn.QueryRowContext(t.Context(), query).Scan(&n, &more); err != nil || n != 1 || more != 7 {
		t.Errorf("after a change of the schema: %d, %d, %v", n, more, err)
	}
}

// What a savepoint undid is undone with the same compiled statements around the next one.
func TestPreparedSavepoints(t *testing.T) {
	conn, c := preparedOn(t)
	for i := range 3 {
		run(t, conn, "BEGIN IMMEDIATE")
		run(t, conn, "SAVEPOINT unit")
		run(t, conn, "INSERT INTO n (n) VALUES (?)", 100)
		run(t, conn, "ROLLBACK TO unit")
		run(t, conn, "RELEASE unit")
		run(t, conn, "SAVEPOINT unit")
		run(t, conn, "INSERT INTO n (n) VALUES (?)", 10+i)
		run(t, conn, "RELEASE unit")
		run(t, conn, "COMMIT")
	}
	if got := sum(t, conn, "SELECT SUM(n) FROM n"); got != 1+2+10+11+12 {
		t.Error(got)
	}
	if c.known["COMMIT"] == nil || c.known["SAVEPOINT unit"] == nil {
		t.Error("the frame of a commit is compiled each time")
	}
}
