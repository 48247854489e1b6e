package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// testTwoRenewals lets many complete one renewal, and some that came too late.
func testTwoRenewals(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	s.Document.State, s.Document.Attempt, s.Document.Head, s.Document.Level = "sealed", 3, 1, "B-LTA"
	e.update(t, s.Insert)
	renew := func(attempt, head int) func(context.Context, envelope.Tx) error {
		return func(ctx context.Context, tx envelope.Tx) error {
			if err := tx.CompleteRenewal(ctx, s.Document.ID, attempt, head); err != nil {
				return err
			}
			revision := s.revision(head + 1)
			revision.Kind = envelope.Renewed
			return tx.InsertRevision(ctx, revision)
		}
	}
	Kind(t, e.try(t, e.Org, renew(2, 1)), problem.Conflict, "renewal_attempt")
	Kind(t, e.try(t, e.Org, renew(3, 0)), problem.Conflict, "renewal_attempt")
	onlyOne(t, together(8, func(int) error { return e.try(t, e.Org, renew(3, 1)) }), "renewal_attempt")
	d := read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Document, error) {
		return tx.Document(ctx, s.Document.ID)
	})
	if d.State != "sealed" || d.Level != "B-LTA" || d.Head != 2 || d.Stalled != "" {
		t.Fatalf("got %+v", d)
	}
}

// testDueRenewals asks for sealed documents by when their proof runs out.
func testDueRenewals(t *testing.T, e *Env) {
	insert := func(state, level string, until, after time.Time) id.ID {
		s := NewSample(e.Org)
		s.Document.State, s.Document.Level, s.Document.ProofUntil, s.Document.RenewAfter = state, level, until, after
		e.update(t, s.Insert)
		return s.Document.ID
	}
	none := time.Time{}
	late := insert("sealed", "B-LTA", moment(5), none)
	soon := insert("sealed", "B-LTA", moment(3), none)
	unknown := insert("sealed", "B-T", none, none)
	putOff := insert("sealed", "B-LTA", moment(2), moment(20))
	insert("sealed", "", none, none)
	insert("sealing", "", none, none)
	insert("sealed", "B-LTA", moment(50), none)
	due := func(f envelope.Renewals) (ids []id.ID) {
		for _, d := range read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Document, error) { return tx.DueRenewals(ctx, f) }) {
			ids = append(ids, d.ID)
		}
		return ids
	}
	f := envelope.Renewals{Before: moment(5), Now: moment(10), Limit: 10}
	same(t, due(f), []id.ID{unknown, soon, late})
	f.Level = "B-LTA"
	same(t, due(f), []id.ID{soon, late})
	f.Limit = 1
	same(t, due(f), []id.ID{soon})
	f.Limit, f.Now = 10, moment(20)
	same(t, due(f), []id.ID{putOff, soon, late})
	other := foreign()
	err := e.try(t, other, func(ctx context.Context, tx envelope.Tx) error {
		list, err := tx.DueRenewals(ctx, f)
		same(t, len(list), 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
