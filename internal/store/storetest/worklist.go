package storetest

import (
	"context"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// put stores an envelope in a state, with a signer in a state and an address.
func (e *Env) put(t *testing.T, state envelope.State, address string, recipient envelope.RecipientState) *Sample {
	t.Helper()
	s := NewSample(e.Org)
	s.Envelope.State, s.Envelope.Title = state, string(state)+" "+string(recipient)
	s.Recipient.Role, s.Recipient.Email, s.Recipient.State, s.Document.Stalled = envelope.RoleSigner, address, recipient, ""
	e.update(t, s.Insert)
	return s
}

// testGroups wants each group to hold what it says, and lists and counts to agree.
func testGroups(t *testing.T, e *Env) {
	const me = "Me@Example.org"
	mine := e.put(t, envelope.Sent, me, envelope.Notified)
	e.put(t, envelope.Sent, me, envelope.Waiting)
	e.put(t, envelope.InProgress, me, envelope.Done)
	e.put(t, envelope.Sent, "you@example.org", envelope.Opened)
	draft := e.put(t, envelope.Draft, me, envelope.Waiting)
	failed := e.put(t, envelope.Sent, "you@example.org", envelope.Notified)
	mended := e.put(t, envelope.Sent, "you@example.org", envelope.Notified)
	stuck := e.put(t, envelope.Sealing, "you@example.org", envelope.Done)
	voided := e.put(t, envelope.Voided, "you@example.org", envelope.Notified)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		stuck.Document.Stalled = "timestamp_unavailable"
		return first(tx.PutDocument(ctx, stuck.Document), tx.InsertMessage(ctx, failed.invite("failed")),
			tx.InsertMessage(ctx, mended.invite("failed")), tx.InsertMessage(ctx, mended.invite("sent")))
	})
	group := func(f envelope.Filter) []id.ID {
		t.Helper()
		var out []id.ID
		for _, a := range read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Envelope, error) { return tx.Envelopes(ctx, f) }) {
			out = append([]id.ID{a.ID}, out...)
		}
		n := read(t, e, func(ctx context.Context, tx envelope.Tx) (int, error) { return tx.CountEnvelopes(ctx, f) })
		same(t, n, len(out))
		return out
	}
	same(t, group(envelope.Filter{Group: "needs_me", Me: "me@example.org "}), []id.ID{mine.Envelope.ID, draft.Envelope.ID})
	same(t, group(envelope.Filter{Group: "needs_me"}), []id.ID{draft.Envelope.ID})
	same(t, group(envelope.Filter{Group: "problem"}), []id.ID{failed.Envelope.ID, stuck.Envelope.ID, voided.Envelope.ID})
	same(t, len(group(envelope.Filter{Text: "you@example.org"})), 5)
	same(t, len(group(envelope.Filter{Text: "you@example"})), 0)
	same(t, group(envelope.Filter{Text: "ME@example.org", States: []envelope.State{envelope.Draft}}), []id.ID{draft.Envelope.ID})

	got := read(t, e, func(ctx context.Context, tx envelope.Tx) (map[id.ID]envelope.Signers, error) {
		return tx.Signers(ctx, []id.ID{mine.Envelope.ID, stuck.Envelope.ID})
	})
	same(t, got, map[id.ID]envelope.Signers{mine.Envelope.ID: {Total: 1}, stuck.Envelope.ID: {Done: 1, Total: 1}})
	deliveries := read(t, e, func(ctx context.Context, tx envelope.Tx) (map[id.ID]envelope.Delivery, error) {
		return tx.Deliveries(ctx, mended.Envelope.ID)
	})
	if d := deliveries[mended.Recipient.ID]; d.State != "sent" || d.Template != "invite" || d.At.IsZero() || len(deliveries) != 1 {
		t.Errorf("deliveries %+v", deliveries)
	}
}

// invite is an invitation to the sample's recipient.
func (s *Sample) invite(state string) *envelope.Message {
	m := s.message()
	m.ID, m.State, m.Template, m.Recipient = id.New(), state, "invite", s.Recipient.ID
	return m
}
