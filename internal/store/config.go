package store

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/secret"
)

// Config says where the rows are. The zero Database is SQLite in Dir.
type Config struct {
	Dir      string // data directory, for SQLite and its lock
	Database string // "", "postgres://...", "mysql://USER:PASSWORD@tcp(HOST:PORT)/NAME"; the last also without its scheme
	KEK      *secret.Set
	Clock    clock.Clock
	// Beside opens the store of a running server for a short command: it takes no lock and migrates nothing.
	Beside bool
	// Conns bounds the connections to PostgreSQL or MySQL; 0: 16.
	Conns int
}

// Dialect is the name of the engine that a database address means: sqlite, postgres or mysql.
func Dialect(database string) string {
	switch {
	case database == "":
		return "sqlite"
	case strings.HasPrefix(database, "postgres://"), strings.HasPrefix(database, "postgresql://"):
		return "postgres"
	}
	return "mysql"
}

func (c *Config) check() error {
	if c.KEK == nil || c.Clock == nil {
		return errors.New("store: a key set and a clock are needed")
	}
	if c.Database == "" && c.Dir == "" {
		return errors.New("store: a data directory or a database is needed")
	}
	return nil
}

func (c *Config) conns() int {
	if c.Conns > 0 {
		return c.Conns
	}
	return 16
}

// sqliteDSN opens the file with full durability: WAL, and an fsync at each commit before it is acknowledged.
func sqliteDSN(dir string, pragmas ...string) string {
	q := url.Values{}
	for _, p := range append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "trusted_schema(0)",
		"secure_delete(1)", // a deleted key is gone from the file, and with it what it covers
	}, pragmas...) {
		q.Add("_pragma", p)
	}
	path := (&url.URL{Path: filepath.Join(dir, "consigil.db")}).EscapedPath()
	return fmt.Sprintf("file:%s?%s", path, q.Encode())
}
