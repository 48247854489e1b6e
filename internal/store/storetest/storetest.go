// Package storetest is the one suite that every engine of the store passes, and what tests of other packages use
// to get a real store. It is for tests only.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver, for making databases

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
)

// Start is where the clock of an Env stands at first.
var Start = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)

// Env is a store of a test's own.
type Env struct {
	*store.DB
	Clock  *clock.Manual
	Org    id.Org
	Config store.Config
}

// Engine opens empty stores.
type Engine struct {
	Name string
	Env  string // environment variable that names the server; empty: needs none
	make func(t testing.TB, server string) string
}

// Engines are all engines; those whose server is not named in the environment are not run.
func Engines() []Engine {
	return []Engine{
		{Name: "sqlite", make: func(testing.TB, string) string { return "" }},
		{Name: "postgres", Env: "CONSIGIL_TEST_POSTGRES", make: postgres},
		{Name: "mysql", Env: "CONSIGIL_TEST_MYSQL", make: mariadb},
	}
}

// Available says whether the engine can run here.
func (e Engine) Available() bool { return e.Env == "" || os.Getenv(e.Env) != "" }

// Database makes a database that is dropped when the test ends, and returns its address; "" for SQLite.
func (e Engine) Database(t testing.TB) string {
	t.Helper()
	return e.make(t, os.Getenv(e.Env))
}

// Open opens an empty store of this engine in a database of its own.
func (e Engine) Open(t testing.TB) *Env {
	t.Helper()
	return open(t, store.Config{Dir: t.TempDir(), Database: e.Database(t), Conns: 8})
}

// SQLite opens an empty SQLite store in a folder of the test.
func SQLite(t testing.TB) *Env {
	t.Helper()
	return Engines()[0].Open(t)
}

func open(t testing.TB, c store.Config) *Env {
	t.Helper()
	kek, err := secret.OpenFile(filepath.Join(c.Dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	e := &Env{Clock: clock.NewManual(Start), Org: id.Org(uuid.NewString())}
	c.KEK, c.Clock = kek, e.Clock
	e.Config = c
	if e.DB, err = store.Open(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func postgres(t testing.TB, server string) string {
	t.Helper()
	name := databaseName()
	cfg, err := pgx.ParseConfig(server)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, "pgx", server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, "pgx", server, "DROP DATABASE "+name+" WITH (FORCE)") })
	head, query, _ := strings.Cut(server, "?")
	return strings.TrimSuffix(head, "/"+cfg.Database) + "/" + name + "?" + query
}

func mariadb(t testing.TB, server string) string {
	t.Helper()
	name := databaseName()
	server = strings.TrimPrefix(server, "mysql://")
	cfg, err := mysql.ParseDSN(server)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, "mysql", server, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	t.Cleanup(func() { execute(t, "mysql", server, "DROP DATABASE "+name) })
	cfg.DBName = name
	return "mysql://" + cfg.FormatDSN()
}

func databaseName() string { return "consigil_" + strings.ReplaceAll(uuid.NewString(), "-", "") }

func execute(t testing.TB, driver, dsn string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // the statements share a session
	for _, statement := range statements {
		if err == nil {
			_, err = db.Exec(statement)
		}
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// Kind fails the test unless err is a problem of this kind and, where code is not empty, this code.
func Kind(t testing.TB, err error, kind problem.Kind, code string) {
	t.Helper()
	p := problem.From(err)
	if p == nil || p.Kind != kind || (code != "" && p.Code != code) {
		t.Fatalf("got %v, want %s %s", err, kind, code)
	}
}
