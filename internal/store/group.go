package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
)

// batchSize is how many callers share one commit at most.
const batchSize = 256

// group is SQLite's one writer. Callers queue up; while one commit waits for the disk the next ones gather, and
// then share a transaction, each under a savepoint of its own, so that one who fails leaves the others alone.
type group struct {
	db      *DB
	queue   chan *task
	stop    chan struct{}
	stopped chan struct{}
	conn    *sql.Conn
	broken  error // of the disk: nothing is written any more until a restart has recovered the file
}

// task is one caller's unit of work.
type task struct {
	fn    func(runner) error
	state atomic.Int32 // waiting, taken, left
	done  chan error
	err   error
}

const (
	waiting int32 = iota
	taken
	left
)

func newGroup(ctx context.Context, db *DB) (*group, error) {
	conn, err := db.writers.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: open writer: %w", err)
	}
	g := &group{db: db, queue: make(chan *task, batchSize), stop: make(chan struct{}), stopped: make(chan struct{}), conn: conn}
	go g.loop()
	return g, nil
}

// do queues fn and waits until it is committed or undone. A caller who gives up before its turn is not run; one
// who gives up later still waits, for fn uses what it owns.
func (g *group) do(ctx context.Context, fn func(runner) error) error {
	t := &task{fn: fn, done: make(chan error, 1)}
	select {
	case g.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stop:
		return errDown
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, left) {
			return ctx.Err()
		}
		return <-t.done
	case <-g.stopped:
		select {
		case err := <-t.done:
			return err
		default:
			return errDown
		}
	}
}

func (g *group) loop() {
	defer close(g.stopped)
	for {
		select {
		case t := <-g.queue:
			g.serve(g.gather(t))
		case <-g.stop:
			g.drain()
			return
		}
	}
}

// drain answers whoever is still in the queue.
func (g *group) drain() {
	for {
		select {
		case t := <-g.queue:
			t.done <- errDown
		default:
			return
		}
	}
}

// gather takes what is waiting, without waiting for more.
func (g *group) gather(first *task) []*task {
	batch := []*task{first}
	for len(batch) < batchSize {
		select {
		case t := <-g.queue:
			batch = append(batch, t)
		default:
			return wanted(batch)
		}
	}
	return wanted(batch)
}

// wanted drops the tasks whose callers have left.
func wanted(batch []*task) []*task {
	kept := batch[:0]
	for _, t := range batch {
		if t.state.CompareAndSwap(waiting, taken) {
			kept = append(kept, t)
		}
	}
	return kept
}

// serve commits a batch. If the transaction as a whole fails although no single caller is to blame, each runs
// again alone, so that only the one who cannot be served is told so.
func (g *group) serve(batch []*task) {
	if len(batch) == 0 {
		return
	}
	err := g.commit(batch)
	if errors.Is(err, errLost) && len(batch) > 1 {
		for _, t := range batch {
			g.serve([]*task{t})
		}
		return
	}
	for _, t := range batch {
		if err != nil {
			t.err = err
		}
		t.done <- t.err
	}
}

// commit runs the batch in one transaction. Its error concerns all of them; their own are in the tasks.
func (g *group) commit(batch []*task) error {
	if g.broken != nil {
		return g.broken
	}
	if err := g.exec("BEGIN IMMEDIATE"); err != nil {
		return g.db.explain(err) // a command beside us holds the file too long
	}
	changed := false
	for _, t := range batch {
		if err := g.savepoint(t); err != nil {
			return g.undo(err)
		}
		changed = changed || t.err == nil
	}
	end := "COMMIT"
	if !changed {
		end = "ROLLBACK"
	}
	if err := g.exec(end); err != nil {
		return g.undo(err)
	}
	return nil
}

// savepoint runs one task. Its error says that the transaction around it is lost.
func (g *group) savepoint(t *task) error {
	if err := g.exec("SAVEPOINT unit"); err != nil {
		return err
	}
	t.err = t.fn(g.conn)
	if t.err == nil {
		return g.exec("RELEASE unit")
	}
	if g.db.dialect.class(t.err) == brokenDisk {
		return t.err
	}
	if err := g.exec("ROLLBACK TO unit"); err != nil { // SQLite itself undid everything, for want of room
		return errors.Join(t.err, err)
	}
	return g.exec("RELEASE unit")
}

// undo ends a transaction that cannot be committed. After an error of the disk nothing is known any more about
// what reached it: the writer stops for good, and the next start recovers from the log.
func (g *group) undo(cause error) error {
	err := g.db.explain(cause)
	_ = g.exec("ROLLBACK") // fails where SQLite itself has rolled back; the next BEGIN shows any other failure
	if g.db.dialect.class(cause) == brokenDisk {
		g.broken = err
		return err
	}
	return errors.Join(errLost, err)
}

// errLost marks a transaction that failed as a whole: whoever was in it may be served alone.
var errLost = errors.New("store: the group was rolled back")

func (g *group) exec(query string) error {
	_, err := g.conn.ExecContext(context.Background(), query)
	return err
}

func (g *group) close() error {
	close(g.stop)
	<-g.stopped
	return g.conn.Close()
}
