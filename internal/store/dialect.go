package store

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what differs between the engines. SQL is written once, in the common subset, with "?" for parameters.
type dialect struct {
	name       string // also the folder of its migrations
	goose      goose.Dialect
	lock       string // ends a select whose rows stay locked
	skipLocked string // the same, passing over rows that others hold
	integer    string // name of a 64-bit integer in CAST
	rewrite    func(string) string
	class      func(error) class
}

// class is what an engine's error means for us.
type class int

const (
	other     class = iota
	duplicate       // a unique key is taken
	orphan          // a foreign key points nowhere
	lostRace        // the engine chose this transaction to give way; run it again
	waited          // it waited too long for somebody else's lock
	noRoom
	badText // text that the engine cannot hold
	brokenDisk
	unreachable // the server is stopping, or takes nobody in
)

var sqliteDialect = &dialect{
	name: "sqlite", goose: goose.DialectSQLite3, integer: "INTEGER",
	rewrite: func(s string) string { return s },
	class:   sqliteClass,
}

var postgresDialect = &dialect{
	name: "postgres", goose: goose.DialectPostgres, integer: "BIGINT",
	lock: " FOR UPDATE", skipLocked: " FOR UPDATE SKIP LOCKED",
	rewrite: numbered(),
	class:   postgresClass,
}

var mysqlDialect = &dialect{
	name: "mysql", goose: goose.DialectMySQL, integer: "SIGNED",
	lock: " FOR UPDATE", skipLocked: " FOR UPDATE SKIP LOCKED",
	rewrite: func(s string) string { return s },
	class:   mysqlClass,
}

// numbered turns each "?" into $1, $2, ...; our SQL has no question mark inside quotes. Statements are few and
// constant but for lists, so remembering them is cheap.
func numbered() func(string) string {
	var seen sync.Map
	return func(s string) string {
		if done, ok := seen.Load(s); ok {
			return done.(string)
		}
		var out strings.Builder
		n := 0
		for i := range len(s) {
			if s[i] != '?' {
				out.WriteByte(s[i])
				continue
			}
			n++
			out.WriteByte('$')
			out.WriteString(strconv.Itoa(n))
		}
		seen.Store(s, out.String())
		return out.String()
	}
}

func sqliteClass(err error) class {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return other
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return duplicate
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return orphan
	}
	switch e.Code() & 0xff { // the primary code below the extended one
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return waited
	case sqlite3.SQLITE_FULL:
		return noRoom
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return brokenDisk
	}
	return other
}

func postgresClass(err error) class {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return other
	}
	switch e.Code {
	case "23505":
		return duplicate
	case "23503":
		return orphan
	case "40001", "40P01":
		return lostRace
	case "57P01", "57P02", "57P03", "53300":
		return unreachable
	case "55P03":
		return waited
	case "53100":
		return noRoom
	case "22021", "22P05":
		return badText
	}
	return other
}

func mysqlClass(err error) class {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return other
	}
	switch e.Number {
	case 1062:
		return duplicate
	case 1216, 1452:
		return orphan
	case 1213, 1020: // deadlock, record changed (MariaDB)
		return lostRace
	case 1205:
		return waited
	case 1040, 1053:
		return unreachable
	case 1021, 1114, 3675:
		return noRoom
	case 1366, 3988:
		return badText
	}
	return other
}
