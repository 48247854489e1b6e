package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

func (e *Env) audit(org id.Org, n int) *evidence.AuditEntry {
	return &evidence.AuditEntry{
		ID: id.New(), Org: org, At: moment(n), Actor: access.Actor{Kind: "user", ID: id.New()}, Operation: "envelopes.void", Outcome: "ok",
		Envelope: id.New(), Facts: json.RawMessage(`{ "a":1}`), Personal: json.RawMessage(`{"address":"192.0.2.1"}`), Salt: bytes(32, 1),
		Hash: bytes(32, byte(n)), Index: -1,
	}
}

// batch makes the next batch of the log out of leaves.
func (e *Env) batch(t *testing.T, fence, size int64, leaves []evidence.Leaf) evidence.Batch {
	t.Helper()
	ctx := t.Context()
	b := evidence.Batch{Fence: fence, Size: size, Leaves: leaves}
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			if h, ok := stored[index]; ok {
				out[i] = h
				continue
			}
			old, err := e.Log().Hashes(ctx, []int64{index})
			if err != nil {
				return nil, err
			}
			out[i] = old[0]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashes(size+int64(i), leaf.Hash, reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hashes {
			stored[tlog.StoredHashIndex(0, size)+int64(len(b.Hashes))] = h
			b.Hashes = append(b.Hashes, h)
		}
	}
	end := size + int64(len(leaves))
	root, err := tlog.TreeHash(end, reader)
	if err != nil {
		t.Fatal(err)
	}
	b.Checkpoint = evidence.Checkpoint{Size: end, Root: root, At: e.Clock.Now(), Note: []byte("note " + wide)}
	return b
}

func testLog(t *testing.T, e *Env) {
	log, ctx := e.Log(), t.Context()
	if c, err := log.Latest(ctx); c != nil || err != nil {
		t.Fatalf("an empty log has checkpoint %v, %v", c, err)
	}
	held, err := log.Lead(ctx, "me", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSample(e.Org)
	late := s.event(1)
	late.At = moment(500) // the clock went back after it: the second event must still not overtake it
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(s.Insert(ctx, tx), tx.InsertEvent(ctx, late), tx.InsertEvent(ctx, s.event(2)))
	})
	select {
	case <-log.Committed():
	case <-time.After(5 * time.Second):
		t.Fatal("no signal after an event")
	}
	if err := log.InsertAudit(ctx, e.audit(e.Org, 100)); err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for _, want := range [][]evidence.Kind{{evidence.AuditLeaf, evidence.EventLeaf}, {evidence.EventLeaf}, nil} {
		leaves, err := log.Pending(ctx, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []evidence.Kind
		for _, l := range leaves {
			kinds = append(kinds, l.Kind)
		}
		same(t, kinds, want)
		if len(leaves) == 0 {
			break
		}
		b := e.batch(t, held.Fence, size, leaves)
		if err := log.Append(ctx, b); err != nil {
			t.Fatal(err)
		}
		size = b.Checkpoint.Size
		got, err := log.Latest(ctx)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, &b.Checkpoint)
	}
	e.readLog(t, s)
}

// readLog reads the two events and the audit row that testLog put at 1, 2 and 0.
func (e *Env) readLog(t *testing.T, s *Sample) {
	t.Helper()
	log, ctx := e.Log(), t.Context()
	events, err := log.EventsAfter(ctx, e.Org, "", -1, 10)
	if err != nil || len(events) != 2 || events[0].Index != 1 || events[0].Seq != 1 || events[1].Index != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	events, err = log.EventsAfter(ctx, e.Org, s.Envelope.ID, 1, 10)
	if err != nil || len(events) != 1 || events[0].Seq != 2 || events[0].Personal == nil {
		t.Fatalf("%d events, %v", len(events), err)
	}
	events, err = log.EventsAfter(ctx, foreign(), "", -1, 10)
	if err != nil || len(events) != 0 {
		t.Fatalf("%d events of another organization, %v", len(events), err)
	}
	old, newer := &evidence.Stamp{Size: 2, At: moment(1), Note: []byte("a"), Token: bytes(9, 9)}, &evidence.Stamp{Size: 3, At: moment(2), Note: []byte("b"), Token: bytes(9, 8)}
	if none, err := log.LastStamp(ctx); none != nil || err != nil {
		t.Fatal(none, err)
	}
	if err := errors.Join(log.PutStamp(ctx, newer), log.PutStamp(ctx, old)); err != nil {
		t.Fatal(err)
	}
	last, err := log.LastStamp(ctx)
	if err != nil {
		t.Fatal(err)
	}
	same(t, last, newer)
}

func testLogFence(t *testing.T, e *Env) {
	log, ctx := e.Log(), t.Context()
	one, err := log.Lead(ctx, "one", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.Lead(ctx, "two", time.Minute)
	Kind(t, err, problem.Conflict, "log_led")
	again, err := log.Lead(ctx, "one", time.Minute)
	if err != nil || again.Fence != one.Fence {
		t.Fatalf("prolonged with fence %d for %d, %v", again.Fence, one.Fence, err)
	}
	if err := log.InsertAudit(ctx, e.audit(e.Org, 1)); err != nil {
		t.Fatal(err)
	}
	leaves, err := log.Pending(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	stale := e.batch(t, one.Fence, 0, leaves)
	e.Clock.Add(2 * time.Minute)
	two, err := log.Lead(ctx, "two", time.Minute)
	if err != nil || two.Fence <= one.Fence {
		t.Fatalf("fence %d after %d, %v", two.Fence, one.Fence, err)
	}
	Kind(t, log.Append(ctx, stale), problem.Conflict, "log_fenced")
	wrongSize := e.batch(t, two.Fence, 0, leaves)
	wrongSize.Size = 1
	Kind(t, log.Append(ctx, wrongSize), problem.Conflict, "log_fenced")
	twice := e.batch(t, two.Fence, 0, append(leaves, leaves...))
	Kind(t, log.Append(ctx, twice), problem.Conflict, "log_fenced")
	if c, err := log.Latest(ctx); c != nil || err != nil {
		t.Fatalf("a refused batch left checkpoint %v, %v", c, err)
	}
	onlyOne(t, together(4, func(int) error { return log.Append(context.Background(), e.batch(t, two.Fence, 0, leaves)) }), "log_fenced")
	if err := log.Resign(ctx, two.Fence); err != nil {
		t.Fatal(err)
	}
	if three, err := log.Lead(ctx, "three", time.Minute); err != nil || three.Fence <= two.Fence {
		t.Fatalf("fence %d after %d, %v", three.Fence, two.Fence, err)
	}
}

func testAudit(t *testing.T, e *Env) {
	log, ctx := e.Log(), t.Context()
	var all []*evidence.AuditEntry
	for i := range 3 {
		a := e.audit(e.Org, i)
		all = append(all, a)
		if err := log.InsertAudit(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	list := func(org id.Org, f evidence.AuditFilter) []*evidence.AuditEntry {
		got, err := log.Audits(ctx, org, f)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	same(t, list(e.Org, evidence.AuditFilter{}), []*evidence.AuditEntry{all[2], all[1], all[0]})
	same(t, list(e.Org, evidence.AuditFilter{Before: all[2].ID, Limit: 1}), []*evidence.AuditEntry{all[1]})
	same(t, list(e.Org, evidence.AuditFilter{Envelope: all[0].Envelope}), []*evidence.AuditEntry{all[0]})
	same(t, list(e.Org, evidence.AuditFilter{Operation: all[1].Operation, Actor: all[1].Actor.ID, From: all[1].At, To: all[2].At}),
		[]*evidence.AuditEntry{all[1]})
	same(t, list(e.Org, evidence.AuditFilter{Operation: "none"}), []*evidence.AuditEntry(nil))
	if n := len(list(foreign(), evidence.AuditFilter{})); n != 0 {
		t.Fatalf("another organization sees %d rows", n)
	}
}
