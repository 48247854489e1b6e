package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// auditLog implements evidence.LogStore.
type auditLog struct{ db *DB }

var _ evidence.LogStore = auditLog{}

// Log is the store of the installation's audit log.
func (db *DB) Log() evidence.LogStore { return auditLog{db} }

var (
	errLed    = problem.New(problem.Conflict, "log_led", "Another process sequences the log.")
	errFenced = problem.New(problem.Conflict, "log_fenced", "The log has moved on under another sequencer.")
)

var logStateTable = newTable("log_state", "id", "holder fence until_at size root at note")

type logState struct {
	holder string
	fence  int64
	until  time.Time
	size   int64
}

// lockState reads the log's one row and keeps it locked; it makes the row the first time.
func (l auditLog) lockState(ctx context.Context, t *tx) (*logState, error) {
	query := "SELECT holder, fence, until_at, size FROM log_state WHERE id = 1" + l.db.dialect.lock
	scan := func(r *row) (*logState, error) {
		s := &logState{}
		return s, r.Scan(&s.holder, &s.fence, at(&s.until), &s.size)
	}
	s, err := one(ctx, t, scan, query)
	if !errors.Is(err, errAbsent) {
		return s, err
	}
	err = t.insert(ctx, logStateTable, errExists, 1, "", 0, 0, 0, []byte{}, 0, []byte{})
	if err != nil && !errors.Is(err, errExists) {
		return nil, err
	}
	return one(ctx, t, scan, query)
}

// Lead takes or prolongs the sequencer's lease.
func (l auditLog) Lead(ctx context.Context, holder string, lease time.Duration) (evidence.Lease, error) {
	var out evidence.Lease
	err := l.db.change(ctx, "", nil, func(t *tx) error {
		s, err := l.lockState(ctx, t)
		if err != nil {
			return err
		}
		now := l.db.clock.Now()
		if s.holder != holder {
			if s.until.After(now) {
				return errLed
			}
			s.fence++
		}
		out = evidence.Lease{Fence: s.fence, Until: now.Add(lease)}
		_, err = t.exec(ctx, "UPDATE log_state SET holder = ?, fence = ?, until_at = ? WHERE id = 1", holder, s.fence, out.Until)
		return err
	})
	return out, err
}

// Resign gives the lease up. The fence stays, so the next holder gets a higher one.
func (l auditLog) Resign(ctx context.Context, fence int64) error {
	return l.db.change(ctx, "", nil, func(t *tx) error {
		_, err := t.exec(ctx, "UPDATE log_state SET holder = '', until_at = 0 WHERE id = 1 AND fence = ?", fence)
		return err
	})
}

// pendingLeaf is a leaf with what orders it.
type pendingLeaf struct {
	evidence.Leaf
	at time.Time
}

// An event waits for those of its envelope that have smaller numbers, even where a clock went back between them.
const pendingEvents = `SELECT e.org, e.envelope, e.seq, e.at, e.hash FROM events e WHERE e.log_index = -1
	AND NOT EXISTS (SELECT 1 FROM events p WHERE p.org = e.org AND p.envelope = e.envelope AND p.seq < e.seq
		AND p.log_index = -1 AND p.at > e.at)
	ORDER BY e.at, e.org, e.envelope, e.seq LIMIT ?`

const pendingAudit = "SELECT org, id, at, hash FROM staff_audit WHERE log_index = -1 ORDER BY at, id LIMIT ?"

// Pending returns what has no place in the log yet.
func (l auditLog) Pending(ctx context.Context, n int) ([]evidence.Leaf, error) {
	var all []*pendingLeaf
	err := l.db.snapshot(ctx, func(r runner) error {
		t := l.db.newTx("", nil, r)
		events, err := many(ctx, t, scanPendingEvent, pendingEvents, int64(n))
		if err != nil {
			return err
		}
		audits, err := many(ctx, t, scanPendingAudit, pendingAudit, int64(n))
		all = append(events, audits...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b *pendingLeaf) int { return a.at.Compare(b.at) })
	out := make([]evidence.Leaf, 0, min(n, len(all)))
	for _, p := range all[:min(n, len(all))] {
		out = append(out, p.Leaf)
	}
	return out, nil
}

func scanPendingEvent(r *row) (*pendingLeaf, error) {
	p := &pendingLeaf{Leaf: evidence.Leaf{Index: -1, Kind: evidence.EventLeaf}}
	return p, r.Scan(&p.Org, &p.Envelope, &p.Seq, at(&p.at), in(&p.Hash))
}

func scanPendingAudit(r *row) (*pendingLeaf, error) {
	p := &pendingLeaf{Leaf: evidence.Leaf{Index: -1, Kind: evidence.AuditLeaf}}
	return p, r.Scan(&p.Org, &p.Audit, at(&p.at), in(&p.Hash))
}

// Append commits a batch under its fence.
func (l auditLog) Append(ctx context.Context, b evidence.Batch) error {
	return l.db.change(ctx, "", nil, func(t *tx) error {
		s, err := l.lockState(ctx, t)
		if err != nil {
			return err
		}
		if s.fence != b.Fence || s.size != b.Size {
			return errFenced
		}
		for i, leaf := range b.Leaves {
			if err := placeLeaf(ctx, t, leaf, b.Size+int64(i)); err != nil {
				return err
			}
		}
		if err := insertHashes(ctx, t, tlog.StoredHashIndex(0, b.Size), b.Hashes); err != nil {
			return err
		}
		c := b.Checkpoint
		_, err = t.exec(ctx, "UPDATE log_state SET size = ?, root = ?, at = ?, note = ? WHERE id = 1", c.Size, c.Root[:], c.At, c.Note)
		return err
	})
}

func placeLeaf(ctx context.Context, t *tx, leaf evidence.Leaf, index int64) error {
	if leaf.Kind == evidence.AuditLeaf {
		n, err := t.exec(ctx, "UPDATE staff_audit SET log_index = ? WHERE org = ? AND id = ? AND log_index = -1", index, leaf.Org, leaf.Audit)
		return must(n, err, errFenced)
	}
	n, err := t.exec(ctx, "UPDATE events SET log_index = ? WHERE org = ? AND envelope = ? AND seq = ? AND log_index = -1",
		index, leaf.Org, leaf.Envelope, leaf.Seq)
	return must(n, err, errFenced)
}

// hashRows is how many hashes one statement inserts.
const hashRows = 256

func insertHashes(ctx context.Context, t *tx, first int64, hashes []tlog.Hash) error {
	for chunk := range slices.Chunk(hashes, hashRows) {
		query := []byte("INSERT INTO log_hashes (idx, hash) VALUES ")
		args := make([]any, 0, 2*len(chunk))
		for i, h := range chunk {
			query = append(query, "(?, ?), "...)
			args = append(args, first+int64(i), h[:])
		}
		first += int64(len(chunk))
		if _, err := t.exec(ctx, string(query[:len(query)-2]), args...); err != nil {
			return err
		}
	}
	return nil
}

// Latest returns the last checkpoint.
func (l auditLog) Latest(ctx context.Context) (*evidence.Checkpoint, error) {
	var out *evidence.Checkpoint
	err := l.db.snapshot(ctx, func(r runner) error {
		var err error
		out, err = one(ctx, l.db.newTx("", nil, r), scanCheckpoint, "SELECT size, root, at, note FROM log_state WHERE id = 1 AND size > 0")
		return err
	})
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	return out, err
}

func scanCheckpoint(r *row) (*evidence.Checkpoint, error) {
	c := &evidence.Checkpoint{}
	var root []byte
	if err := r.Scan(&c.Size, &root, at(&c.At), in(&c.Note)); err != nil {
		return nil, err
	}
	if len(root) != tlog.HashSize {
		return nil, fmt.Errorf("store: log root has %d bytes", len(root))
	}
	c.Root = tlog.Hash(root)
	return c, nil
}

// Hashes returns stored hashes in the order asked for.
func (l auditLog) Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(indexes))
	err := l.db.snapshot(ctx, func(r runner) error {
		t := l.db.newTx("", nil, r)
		for chunk := range slices.Chunk(indexes, hashRows) {
			if err := readHashes(ctx, t, chunk, found); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := found[index]
		if !ok {
			return nil, fmt.Errorf("store: the log has no hash %d", index)
		}
		out[i] = h
	}
	return out, nil
}

func readHashes(ctx context.Context, t *tx, indexes []int64, found map[int64]tlog.Hash) error {
	args := make([]any, len(indexes))
	for i, index := range indexes {
		args[i] = index
	}
	w := where("1 = 1")
	w.in("idx", args)
	return t.rows(ctx, func(r *sql.Rows) error {
		var index int64
		var hash []byte
		if err := r.Scan(&index, &hash); err != nil {
			return err
		}
		if len(hash) != tlog.HashSize {
			return fmt.Errorf("hash %d has %d bytes", index, len(hash))
		}
		found[index] = tlog.Hash(hash)
		return nil
	}, "SELECT idx, hash FROM log_hashes"+w.sql(), w.args...)
}

var stampTable = newTable("log_stamps", "size at", "note token")

// PutStamp keeps a stamp.
func (l auditLog) PutStamp(ctx context.Context, s *evidence.Stamp) error {
	return l.db.change(ctx, "", nil, func(t *tx) error { return t.put(ctx, stampTable, s.Size, s.At, s.Note, s.Token) })
}

// LastStamp returns the newest stamp.
func (l auditLog) LastStamp(ctx context.Context) (*evidence.Stamp, error) {
	var out *evidence.Stamp
	err := l.db.snapshot(ctx, func(r runner) error {
		var err error
		out, err = one(ctx, l.db.newTx("", nil, r), func(r *row) (*evidence.Stamp, error) {
			s := &evidence.Stamp{}
			return s, r.Scan(&s.Size, at(&s.At), in(&s.Note), in(&s.Token))
		}, stampTable.sel+" ORDER BY size DESC, at DESC LIMIT 1")
		return err
	})
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	return out, err
}

// EventsAfter returns sequenced events by index.
func (l auditLog) EventsAfter(ctx context.Context, org id.Org, parent id.ID, after int64, n int) ([]*envelope.Event, error) {
	w := where("org = ? AND log_index > ?", org, max(after, -1))
	if parent != "" {
		w.and("envelope = ?", parent)
	}
	var out []*envelope.Event
	err := l.db.view(ctx, org, func(t *tx) (err error) {
		out, err = many(ctx, t, envelopeTx{t}.scanEvent, eventTable.sel+w.sql()+" ORDER BY log_index LIMIT ?", append(w.args, limit(n))...)
		return err
	})
	return out, err
}

var auditTable = newTable("staff_audit", "org id",
	"at actor_kind actor_id operation outcome envelope facts sealed_personal salt hash log_index")

// InsertAudit adds a row to the staff audit.
func (l auditLog) InsertAudit(ctx context.Context, a *evidence.AuditEntry) error {
	return l.db.update(ctx, a.Org, func(t *tx) error {
		s := t.orgSealer("staff_audit", string(a.ID))
		personal := s.seal("personal", a.Personal)
		if s.err != nil {
			return s.err
		}
		t.signal(l.db.committed)
		return t.insert(ctx, auditTable, errExists, t.org, a.ID, a.At, a.Actor.Kind, a.Actor.ID, a.Operation, a.Outcome, a.Envelope,
			a.Facts, personal, a.Salt, a.Hash, -1)
	})
}

func scanAudit(t *tx) func(*row) (*evidence.AuditEntry, error) {
	return func(r *row) (*evidence.AuditEntry, error) {
		a := &evidence.AuditEntry{}
		var personal []byte
		err := r.Scan(&a.Org, &a.ID, at(&a.At), &a.Actor.Kind, &a.Actor.ID, &a.Operation, &a.Outcome, &a.Envelope, in(&a.Facts),
			&personal, in(&a.Salt), in(&a.Hash), &a.Index)
		r.then(func(context.Context) error {
			s := t.orgSealer("staff_audit", string(a.ID))
			a.Personal = s.open("personal", personal)
			return s.err
		})
		return a, err
	}
}

// Audits returns rows of the staff audit, newest first.
func (l auditLog) Audits(ctx context.Context, org id.Org, f evidence.AuditFilter) ([]*evidence.AuditEntry, error) {
	w := where("org = ?", org)
	if f.Envelope != "" {
		w.and("envelope = ?", f.Envelope)
	}
	if f.Operation != "" {
		w.and("operation = ?", f.Operation)
	}
	if f.Actor != "" {
		w.and("actor_id = ?", f.Actor)
	}
	if !f.From.IsZero() {
		w.and("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		w.and("at < ?", micros(f.To))
	}
	if f.Before != "" {
		w.and("id < ?", f.Before)
	}
	var out []*evidence.AuditEntry
	err := l.db.view(ctx, org, func(t *tx) (err error) {
		out, err = many(ctx, t, scanAudit(t), auditTable.sel+w.sql()+" ORDER BY id DESC LIMIT ?", append(w.args, limit(f.Limit))...)
		return err
	})
	return out, err
}

// Committed is signalled when this process committed an event or an audit row.
func (l auditLog) Committed() <-chan struct{} { return l.db.committed }
