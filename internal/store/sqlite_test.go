package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/secret"
)

const org = id.Org("11111111-1111-4111-8111-111111111111")

func config(t testing.TB) Config {
	t.Helper()
	dir := t.TempDir()
	kek, err := secret.OpenFile(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	return Config{Dir: filepath.Join(dir, "data"), KEK: kek, Clock: clock.System{}}
}

func openSQLite(t testing.TB, c Config) *DB {
	t.Helper()
	db, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func enqueue(ctx context.Context, db *DB, payload string) error {
	return db.update(ctx, org, func(t *tx) error {
		return t.Enqueue(ctx, schedule.Job{Kind: "bench", Payload: []byte(payload)})
	})
}

func count(t testing.TB, db *DB) (n int) {
	t.Helper()
	err := db.view(context.Background(), org, func(t *tx) error {
		return t.scalar(context.Background(), &n, "SELECT COUNT(*) FROM jobs")
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSecondProcessIsRefused(t *testing.T) {
	c := config(t)
	db := openSQLite(t, c)
	if second, err := Open(t.Context(), c); !errors.Is(err, ErrLocked) {
		t.Fatalf("a second process got %v, %v", second, err)
	}
	c.Beside = true
	beside := openSQLite(t, c)
	var wait sync.WaitGroup
	for i := range 40 {
		at := []*DB{db, beside}[i%2]
		wait.Go(func() {
			if err := enqueue(t.Context(), at, "{}"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if a, b := count(t, db), count(t, beside); a != 40 || b != 40 {
		t.Fatalf("%d and %d rows", a, b)
	}
}

func TestFileModes(t *testing.T) {
	c := config(t)
	db := openSQLite(t, c)
	if err := enqueue(t.Context(), db, "{}"); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if len(files) < 3 {
		t.Errorf("only %d files: no log?", len(files))
	}
}

func TestPragmas(t *testing.T) {
	db := openSQLite(t, config(t))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		err := db.update(t.Context(), org, func(x *tx) error { return x.scalar(t.Context(), &got, "PRAGMA "+pragma) })
		if err != nil || got != want {
			t.Errorf("%s is %q, %v", pragma, got, err)
		}
	}
	err := db.view(t.Context(), org, func(x *tx) error { _, err := x.exec(t.Context(), "DELETE FROM jobs"); return err })
	if err == nil {
		t.Error("a view wrote")
	}
}

// TestFullDisk fills the database while others write small rows: only the one that finds no room fails.
func TestFullDisk(t *testing.T) {
	db := openSQLite(t, config(t))
	var pages int
	if err := db.update(t.Context(), org, func(x *tx) error { return x.scalar(t.Context(), &pages, "PRAGMA page_count") }); err != nil {
		t.Fatal(err)
	}
	limit := fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)
	if err := db.group.exec(limit); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("x", 1<<20)
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			if i == 15 {
				err := enqueue(t.Context(), db, big)
				if p := problem.From(err); p.Kind != problem.Full || p.Code != "disk_full" {
					t.Errorf("the big one got %v", err)
				}
				return
			}
			if err := enqueue(t.Context(), db, "{}"); err != nil {
				t.Errorf("a small one got %v", err)
			}
		})
	}
	wait.Wait()
	if n := count(t, db); n != 29 {
		t.Fatalf("%d rows", n)
	}
	if err := db.group.exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := enqueue(t.Context(), db, big); err != nil { // there is room again: it goes on by itself
		t.Fatal(err)
	}
}

// TestWholeGroupIsServedAlone loses the transaction around several callers: each is run again.
func TestWholeGroupIsServedAlone(t *testing.T) {
	db := openSQLite(t, config(t))
	if _, err := db.ring.Ensure(t.Context(), org); err != nil {
		t.Fatal(err)
	}
	runs := [3]int{}
	var batch []*task
	for i := range 3 {
		batch = append(batch, &task{done: make(chan error, 1), fn: func(r runner) error {
			runs[i]++
			if i == 1 && runs[i] == 1 {
				_, err := r.ExecContext(context.Background(), "ROLLBACK") // as SQLite does by itself when it must
				return errors.Join(err, errors.New("lost"))
			}
			x := db.newTx(org, nil, r)
			return x.Enqueue(context.Background(), schedule.Job{Kind: "bench", Payload: []byte("{}")})
		}})
	}
	hold := make(chan struct{})
	held := make(chan struct{})
	go func() { // the writer's own goroutine must be the one that serves
		_ = db.group.do(context.Background(), func(runner) error { close(held); <-hold; return nil })
	}()
	<-held
	for _, b := range batch {
		db.group.queue <- b
	}
	close(hold)
	for i, b := range batch {
		if err := <-b.done; err != nil {
			t.Errorf("task %d: %v", i, err)
		}
	}
	if n := count(t, db); n != 3 {
		t.Errorf("%d rows, runs %v", n, runs)
	}
}

func TestCallerLeavesBeforeItsTurn(t *testing.T) {
	db := openSQLite(t, config(t))
	hold, held := make(chan struct{}), make(chan struct{})
	go func() { _ = db.group.do(context.Background(), func(runner) error { close(held); <-hold; return nil }) }()
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- db.group.do(ctx, func(runner) error { t.Error("it ran"); return nil }) }()
	time.Sleep(10 * time.Millisecond)
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(hold)
	if err := db.group.do(t.Context(), func(runner) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestCloseUnderLoad(t *testing.T) {
	c := config(t)
	db, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := enqueue(t.Context(), db, "{}"); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	acknowledged := 1
	for range 20 {
		wait.Go(func() {
			for {
				if err := enqueue(context.Background(), db, "{}"); err != nil {
					return
				}
				mu.Lock()
				acknowledged++
				mu.Unlock()
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	wait.Wait()
	if n := count(t, openSQLite(t, c)); n != acknowledged {
		t.Errorf("%d rows of %d that were acknowledged", n, acknowledged)
	}
}

func TestNumbered(t *testing.T) {
	rewrite := numbered()
	for range 2 {
		if got := rewrite("a = ? AND b IN (?, ?)"); got != "a = $1 AND b IN ($2, $3)" {
			t.Error(got)
		}
	}
}

func TestDialect(t *testing.T) {
	for address, want := range map[string]string{
		"": "sqlite", "postgres://u@h/d": "postgres", "postgresql://u@h/d": "postgres", "mysql://u@tcp(h)/d": "mysql", "u:p@tcp(h)/d": "mysql",
	} {
		if got := Dialect(address); got != want {
			t.Errorf("%q is %s", address, got)
		}
	}
}

// BenchmarkGroupCommit measures durable transactions a second, one small row each, by number of callers.
func BenchmarkGroupCommit(b *testing.B) {
	for _, callers := range []int{1, 8, 64, 256} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			db := openSQLite(b, config(b))
			if err := enqueue(b.Context(), db, "{}"); err != nil {
				b.Fatal(err)
			}
			work := make(chan struct{}, b.N)
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			b.ResetTimer()
			var wait sync.WaitGroup
			for range callers {
				wait.Go(func() {
					for range work {
						if err := enqueue(context.Background(), db, "{}"); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wait.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}
