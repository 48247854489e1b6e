package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// wide is text of one to four bytes a character, with marks that stand alone, quotes and wildcards.
const wide = `árvíztűrő "tükör" 'fúró' %_!\ 文書 אב हिन्दी 🖋️𠮷𝄞`

func moment(n int) time.Time { return Start.Add(time.Duration(n) * time.Microsecond) }

func sampleEnvelope(org id.Org) *envelope.Envelope {
	return &envelope.Envelope{
		ID: id.New(), Org: org, State: envelope.Draft, Title: "T " + wide, Message: "M " + wide, Locale: "hu-" + wide, Level: wide,
		Ordered: true, Sender: access.Actor{Kind: wide, ID: id.New()}, Reason: "R " + wide, ExpiresAt: moment(1),
		CreatedAt: moment(2), UpdatedAt: moment(3), SentAt: moment(4), DoneAt: moment(5), SealedAt: moment(6), Version: 1,
		EventSeq: 7, EventHash: []byte{0, 1, 0xff},
	}
}

// Sample makes a draft with one document, one recipient and one field.
type Sample struct {
	Envelope  *envelope.Envelope
	Document  *envelope.Document
	Recipient *envelope.Recipient
	Field     *envelope.Field
}

// NewSample fills every column of a sample, with four-byte text wherever text goes.
func NewSample(org id.Org) *Sample {
	e := sampleEnvelope(org)
	d := &envelope.Document{
		ID: id.New(), Envelope: e.ID, Position: 1, Name: wide, State: wide, Attempt: 2, Stalled: wide, NextTry: moment(7),
		SignedUpload: true, Pages: 3, Level: wide, Head: 0, Removed: json.RawMessage(`["js"]`), Facts: json.RawMessage(`{"a" : 1}`),
		Intent: json.RawMessage(`{}`),
	}
	r := &envelope.Recipient{
		ID: id.New(), Envelope: e.ID, Role: wide, Order: 2, State: envelope.RecipientState(wide), Method: wide, Locale: wide, Name: wide,
		Email: wide, Phone: wide, Reason: wide, NotifiedAt: moment(8), OpenedAt: moment(9), ConsentedAt: moment(10), DoneAt: moment(11),
	}
	f := &envelope.Field{
		ID: id.New(), Envelope: e.ID, Document: d.ID, Recipient: r.ID, Type: wide, Page: 2, X: 1.5, Y: 0.1, W: 100.25, H: 1e-9,
		Required: true, Config: json.RawMessage(`{"x":1}`), Existing: wide,
	}
	return &Sample{e, d, r, f}
}

// Insert stores the sample.
func (s *Sample) Insert(ctx context.Context, tx envelope.Tx) error {
	for _, step := range []func() error{
		func() error { return tx.InsertEnvelope(ctx, s.Envelope) },
		func() error { return tx.PutDocument(ctx, s.Document) },
		func() error { return tx.PutRecipient(ctx, s.Recipient) },
		func() error { return tx.PutField(ctx, s.Field) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (e *Env) update(t *testing.T, fn func(context.Context, envelope.Tx) error) {
	t.Helper()
	if err := e.try(t, e.Org, fn); err != nil {
		t.Fatal(err)
	}
}

func (e *Env) try(t *testing.T, org id.Org, fn func(context.Context, envelope.Tx) error) error {
	t.Helper()
	return e.Envelopes().Update(t.Context(), org, func(tx envelope.Tx) error { return fn(t.Context(), tx) })
}

func (e *Env) view(t *testing.T, org id.Org, fn func(context.Context, envelope.Tx) error) error {
	t.Helper()
	return e.Envelopes().View(t.Context(), org, func(tx envelope.Tx) error { return fn(t.Context(), tx) })
}

// read runs one getter in a view of its own.
func read[T any](t *testing.T, e *Env, get func(context.Context, envelope.Tx) (T, error)) T {
	t.Helper()
	var out T
	err := e.view(t, e.Org, func(ctx context.Context, tx envelope.Tx) (err error) { out, err = get(ctx, tx); return err })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

func foreign() id.Org { return id.Org(uuid.NewString()) }

func testEnvelope(t *testing.T, e *Env) {
	a := sampleEnvelope(e.Org)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) })
	get := func(ctx context.Context, tx envelope.Tx) (*envelope.Envelope, error) { return tx.Envelope(ctx, a.ID) }
	same(t, read(t, e, get), a)
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) }), problem.Conflict, "exists")

	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		locked, err := tx.LockEnvelope(ctx, a.ID)
		if err != nil {
			return err
		}
		same(t, locked, a)
		b := *a
		b.Title, b.Message, b.State, b.ExpiresAt, b.EventHash = "Other", "", envelope.Sent, time.Time{}, nil
		if err := tx.UpdateEnvelope(ctx, &b); err != nil {
			return err
		}
		*a = b
		return nil
	})
	if a.Version != 2 {
		t.Fatal("the version did not grow")
	}
	same(t, read(t, e, get), a)
	stale := *a
	stale.Version = 1
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.UpdateEnvelope(ctx, &stale) }), problem.Conflict, "version")
	Kind(t, e.view(t, foreign(), func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Envelope(ctx, a.ID); return err }), problem.NotFound, "")
}

func testEnvelopeRows(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	eid := s.Envelope.ID
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Document, error) {
		return tx.Document(ctx, s.Document.ID)
	}), s.Document)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Document, error) { return tx.Documents(ctx, eid) }), []*envelope.Document{s.Document})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Recipient, error) {
		return tx.Recipient(ctx, s.Recipient.ID)
	}), s.Recipient)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Recipient, error) {
		return tx.Recipients(ctx, eid)
	}), []*envelope.Recipient{s.Recipient})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Field, error) { return tx.Fields(ctx, eid) }), []*envelope.Field{s.Field})
}
