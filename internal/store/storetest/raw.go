package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
)

// raw opens the database past the store, as a thief of it would.
func (e *Env) raw(t *testing.T) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+filepath.Join(e.Config.Dir, "consigil.db")
	switch e.Engine() {
	case "postgres":
		driver, dsn = "pgx", e.Config.Database
	case "mysql":
		driver, dsn = "mysql", strings.TrimPrefix(e.Config.Database, "mysql://")
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// tables lists the store's tables.
func (e *Env) tables(t *testing.T, db *sql.DB) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	switch e.Engine() {
	case "postgres":
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	case "mysql":
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
	}
	var out []string
	each(t, db, query, func(row []any) { out = append(out, fmt.Sprintf("%s", row[0])) })
	if len(out) < 20 {
		t.Fatalf("only %d tables", len(out))
	}
	return out
}

// each reads every row of a query.
func each(t *testing.T, db *sql.DB, query string, fn func(row []any)) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		fn(row)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
}

// dump reads every value of every table.
func (e *Env) dump(t *testing.T, fn func(table string, row []any)) {
	t.Helper()
	db := e.raw(t)
	for _, table := range e.tables(t, db) {
		each(t, db, "SELECT * FROM "+table, func(row []any) { fn(table, row) })
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// wipe deletes every row but the schema's version.
func (e *Env) wipe(t *testing.T) {
	t.Helper()
	db := e.raw(t)
	statements := []string{"SET FOREIGN_KEY_CHECKS = 0"}
	if e.Engine() == "postgres" {
		statements = []string{"SET session_replication_role = replica"} // the same: no foreign keys
	}
	for _, table := range e.tables(t, db) {
		if !strings.HasPrefix(table, "goose") {
			statements = append(statements, "DELETE FROM "+table)
		}
	}
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Error(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// rowCount counts the rows of all tables.
func (e *Env) rowCount(t *testing.T) int {
	t.Helper()
	n := 0
	e.dump(t, func(string, []any) { n++ })
	return n
}

// testEncrypted writes a mark into every personal column and looks for it in the whole database.
func testEncrypted(t *testing.T, e *Env) {
	const mark = "MARK-of-Zsófia-𝄞"
	s := NewSample(e.Org)
	s.Envelope.Message, s.Envelope.Reason, s.Document.Name = mark, mark, mark
	s.Document.Facts = []byte(`{"fields":[{"value":"` + mark + `"}]}`)
	s.Recipient.Name, s.Recipient.Email, s.Recipient.Phone, s.Recipient.Reason = mark, mark, mark, mark
	sitting, event, message := s.sitting(), s.event(1), s.message()
	sitting.Address, sitting.UserAgent, sitting.Consent = mark, mark, []byte(mark)
	event.Personal, message.To, message.Params = []byte(mark), mark, []byte(mark)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		v := &envelope.Value{Field: s.Field.ID, Recipient: s.Recipient.ID, Data: []byte(mark)}
		return first(s.Insert(ctx, tx), tx.PutValue(ctx, s.Envelope.ID, v), tx.PutSitting(ctx, sitting), tx.InsertEvent(ctx, event),
			tx.InsertMessage(ctx, message))
	})
	e.writeMarks(t, mark)
	seen := 0
	e.dump(t, func(table string, row []any) {
		for i, v := range row {
			seen++
			if strings.Contains(fmt.Sprintf("%s", v), mark) {
				t.Errorf("table %s, column %d: personal data in the clear", table, i)
			}
		}
	})
	if seen < 150 {
		t.Fatalf("only %d values looked at", seen)
	}
}
