package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store/migration"
)

// DB is an open store.
type DB struct {
	dialect   *dialect
	readers   *sql.DB
	writers   *sql.DB // on SQLite a pool for the one writer, elsewhere the readers
	group     *group  // SQLite only
	lock      *dirLock
	closing   sync.Once
	closed    error // what closing said
	clock     clock.Clock
	kek       *secret.Set
	ring      *secret.Ring
	emailKey  []byte
	wake      chan struct{} // a job was enqueued
	committed chan struct{} // an event or audit row was committed
}

// Open opens the store, brings its schema up to date, and checks that the key-encryption keys are its own.
func Open(ctx context.Context, c Config) (*DB, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	db := &DB{clock: c.Clock, kek: c.KEK, wake: make(chan struct{}, 1), committed: make(chan struct{}, 1)}
	db.ring = secret.NewRing(c.KEK, orgKeys{db})
	if err := db.open(ctx, c); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, c Config) error {
	if err := db.connect(c); err != nil {
		return err
	}
	if err := db.writers.PingContext(ctx); err != nil {
		return fmt.Errorf("store: connect: %w", err)
	}
	if !c.Beside {
		if _, err := db.Migrate(ctx); err != nil {
			return err
		}
	}
	if db.dialect == sqliteDialect {
		g, err := newGroup(ctx, db)
		if err != nil {
			return err
		}
		db.group = g
	}
	if err := db.checkKEK(ctx); err != nil {
		return err
	}
	if db.lock != nil {
		if err := db.takeBackJobs(ctx); err != nil {
			return err
		}
	}
	return db.openEmailIndex(ctx)
}

func (db *DB) connect(c Config) error {
	switch Dialect(c.Database) {
	case "sqlite":
		return db.connectSQLite(c)
	case "postgres":
		return db.connectPostgres(c)
	}
	return db.connectMySQL(c)
}

func (db *DB) connectSQLite(c Config) error {
	db.dialect = sqliteDialect
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("store: make data directory: %w", err)
	}
	if !c.Beside {
		held, err := lockDir(filepath.Join(c.Dir, "lock"))
		if err != nil {
			return err
		}
		db.lock = held
	}
	if err := ownFile(filepath.Join(c.Dir, "consigil.db")); err != nil {
		return err
	}
	var err error
	if db.writers, err = openPreparing(sqliteDSN(c.Dir)); err != nil {
		return err
	}
	db.writers.SetMaxOpenConns(2) // the one writer, and migrations
	if db.readers, err = openPreparing(sqliteDSN(c.Dir, "query_only(1)")); err != nil {
		return err
	}
	db.readers.SetMaxOpenConns(8)
	db.readers.SetMaxIdleConns(8) // under load a connection that is thrown away is opened again at once
	db.readers.SetConnMaxIdleTime(time.Minute)
	return nil
}

// ownFile makes the database file readable by its owner only, whatever the umask says.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("store: make database file: %w", err)
	}
	return nil
}

func (db *DB) connectPostgres(c Config) error {
	db.dialect = postgresDialect
	cfg, err := pgx.ParseConfig(c.Database)
	if err != nil {
		return fmt.Errorf("store: postgres address: %w", err)
	}
	cfg.RuntimeParams["lock_timeout"] = "10s"
	cfg.RuntimeParams["application_name"] = "consigil"
	db.pool(stdlib.OpenDB(*cfg), c)
	return nil
}

func (db *DB) connectMySQL(c Config) error {
	db.dialect = mysqlDialect
	cfg, err := mysqlConfig(c.Database)
	if err != nil {
		return err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return fmt.Errorf("store: mysql address: %w", err)
	}
	db.pool(sql.OpenDB(connector), c)
	return nil
}

// pool uses one pool for reading and writing.
func (db *DB) pool(pool *sql.DB, c Config) {
	pool.SetMaxOpenConns(c.conns())
	pool.SetMaxIdleConns(c.conns())
	db.readers, db.writers = pool, pool
}

// Close ends everything that is under way and releases the data directory.
func (db *DB) Close() error {
	db.closing.Do(func() { db.closed = db.close() })
	return db.closed
}

func (db *DB) close() error {
	var errs []error
	if db.group != nil {
		errs = append(errs, db.group.close())
	}
	if db.readers != nil && db.readers != db.writers {
		errs = append(errs, db.readers.Close())
	}
	if db.writers != nil {
		errs = append(errs, db.writers.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.release())
	}
	return errors.Join(errs...)
}

// Migrate brings the schema up to date and returns its version. Several processes may do so at once.
func (db *DB) Migrate(ctx context.Context) (int64, error) {
	provider, err := db.migrations()
	if err != nil {
		return 0, err
	}
	if _, err := provider.Up(ctx); err != nil {
		return 0, fmt.Errorf("store: migrate: %w", err)
	}
	return provider.GetDBVersion(ctx)
}

// Down takes the whole schema away, with every row. It exists so that the way back is tested.
func (db *DB) Down(ctx context.Context) error {
	provider, err := db.migrations()
	if err != nil {
		return err
	}
	if _, err := provider.DownTo(ctx, 0); err != nil {
		return fmt.Errorf("store: migrate down: %w", err)
	}
	return nil
}

// Pending says whether migrations wait: the schema is older than this program.
func (db *DB) Pending(ctx context.Context) (bool, error) {
	provider, err := db.migrations()
	if err != nil {
		return false, err
	}
	return provider.HasPending(ctx)
}

func (db *DB) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migration.Files, db.dialect.name)
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	switch db.dialect {
	case postgresDialect:
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return nil, fmt.Errorf("store: migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	case mysqlDialect:
		locker, err := lock.NewMySQLTableLocker(lock.WithTableLockTimeout(500*time.Millisecond, 240))
		if err != nil {
			return nil, fmt.Errorf("store: migration lock: %w", err)
		}
		opts = append(opts, goose.WithLocker(locker))
	}
	provider, err := goose.NewProvider(db.dialect.goose, db.writers, files, opts...)
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return provider, nil
}

// Engine names the engine: sqlite, postgres or mysql.
func (db *DB) Engine() string { return db.dialect.name }

// Ring opens the keys of organizations, for vaults and keyrings.
func (db *DB) Ring() *secret.Ring { return db.ring }

// Ready checks that the store can be written and read: one small row, durably.
func (db *DB) Ready(ctx context.Context) error {
	return db.change(ctx, "", nil, func(t *tx) error {
		return t.put(ctx, installationTable, "probe", strconv.AppendInt(nil, micros(db.clock.Now()), 10))
	})
}
