package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// together runs fn n times at once and returns the errors.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wait.Wait()
	return errs
}

// onlyOne fails unless one of the errors is nil and the others are this conflict.
func onlyOne(t *testing.T, errs []error, code string) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		Kind(t, err, problem.Conflict, code)
	}
	if won != 1 {
		t.Fatalf("%d of %d won", won, len(errs))
	}
}

func testTwoActs(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	errs := together(8, func(i int) error {
		act := s.act()
		return e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error {
			if err := tx.InsertAct(ctx, act); err != nil {
				return err
			}
			return tx.Enqueue(ctx, schedule.Job{Kind: "won", Payload: json.RawMessage(fmt.Sprint(i))})
		})
	})
	onlyOne(t, errs, "already_signed")
	jobs, err := e.Queue().Claim(t.Context(), []string{"won"}, 10, 1e9)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d jobs, %v: a loser left a trace", len(jobs), err)
	}
}

func testTwoSeals(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	s.Document.State, s.Document.Attempt = "sealing", 3
	e.update(t, s.Insert)
	seal := func(attempt int) func(context.Context, envelope.Tx) error {
		return func(ctx context.Context, tx envelope.Tx) error {
			if err := tx.CompleteSeal(ctx, s.Document.ID, attempt, "B-T"); err != nil {
				return err
			}
			revision := s.revision(1)
			revision.Kind = envelope.SealedRev
			return tx.InsertRevision(ctx, revision)
		}
	}
	Kind(t, e.try(t, e.Org, seal(2)), problem.Conflict, "seal_attempt")
	onlyOne(t, together(8, func(int) error { return e.try(t, e.Org, seal(3)) }), "seal_attempt")
	d := read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Document, error) {
		return tx.Document(ctx, s.Document.ID)
	})
	if d.State != "sealed" || d.Level != "B-T" || d.Head != 1 || d.Stalled != "" {
		t.Fatalf("got %+v", d)
	}
}

// testTwoUpdates lets many add to one number: under the lock none is lost.
func testTwoUpdates(t *testing.T, e *Env) {
	a := sampleEnvelope(e.Org)
	a.EventSeq = 0
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) })
	errs := together(16, func(int) error {
		return e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error {
			locked, err := tx.LockEnvelope(ctx, a.ID)
			if err != nil {
				return err
			}
			locked.EventSeq++
			return tx.UpdateEnvelope(ctx, locked)
		})
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	got := read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Envelope, error) { return tx.Envelope(ctx, a.ID) })
	if got.EventSeq != 16 || got.Version != 17 {
		t.Fatalf("number %d, version %d after 16 updates", got.EventSeq, got.Version)
	}
}

// testIsolation runs many callers at once, of whom some fail, some panic and some leave: each commits alone.
func testIsolation(t *testing.T, e *Env) {
	const callers = 120
	failed := errors.New("on purpose")
	ids := make([]*envelope.Envelope, callers)
	for i := range ids {
		ids[i] = sampleEnvelope(e.Org)
	}
	errs := together(callers, func(i int) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		return e.Envelopes().Update(ctx, e.Org, func(tx envelope.Tx) error {
			err := tx.InsertEnvelope(ctx, ids[i])
			switch {
			case err != nil || i%4 == 0:
				return err
			case i%4 == 1:
				return failed
			case i%4 == 2:
				panic("on purpose")
			}
			cancel() // the caller leaves in the middle
			_, err = tx.Envelope(ctx, ids[i].ID)
			return err
		})
	})
	kept := read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Envelope, error) {
		return tx.Envelopes(ctx, envelope.Filter{Limit: callers})
	})
	if len(kept) != callers/4 {
		t.Errorf("%d envelopes, want %d", len(kept), callers/4)
	}
	for i, err := range errs {
		if (i%4 == 0) != (err == nil) || (i%4 == 1) != errors.Is(err, failed) {
			t.Errorf("caller %d got %v", i, err)
		}
	}
}

// testSnapshot reads twice in one view while another commits in between.
func testSnapshot(t *testing.T, e *Env) {
	a := sampleEnvelope(e.Org)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) })
	var again atomic.Int64
	err := e.view(t, e.Org, func(ctx context.Context, tx envelope.Tx) error {
		before, err := tx.Envelope(ctx, a.ID)
		if err != nil {
			return err
		}
		change := *before
		if err := e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.UpdateEnvelope(ctx, &change) }); err != nil {
			return err
		}
		after, err := tx.Envelope(ctx, a.ID)
		if err != nil {
			return err
		}
		again.Store(after.Version - before.Version)
		return nil
	})
	if err != nil || again.Load() != 0 {
		t.Fatalf("the view moved by %d, %v", again.Load(), err)
	}
}
