package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// testForeign asks for every row with its right id from another organization.
func testForeign(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	link, sitting, act, message := s.link(), s.sitting(), s.act(), s.message()
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.PutLink(ctx, link), tx.PutSitting(ctx, sitting), tx.InsertAct(ctx, act), tx.InsertMessage(ctx, message),
			tx.InsertEvent(ctx, s.event(1)), tx.InsertRevision(ctx, s.revision(1)))
	})
	absent := map[string]func(context.Context, envelope.Tx) error{
		"Envelope": func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Envelope(ctx, s.Envelope.ID); return err },
		"LockEnvelope": func(ctx context.Context, tx envelope.Tx) error {
			_, err := tx.LockEnvelope(ctx, s.Envelope.ID)
			return err
		},
		"UpdateEnvelope":  func(ctx context.Context, tx envelope.Tx) error { return tx.UpdateEnvelope(ctx, s.Envelope) },
		"DeleteDraft":     func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteDraft(ctx, s.Envelope.ID) },
		"InsertEnvelope":  func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, sampleEnvelope(e.Org)) },
		"Document":        func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Document(ctx, s.Document.ID); return err },
		"PutDocument":     func(ctx context.Context, tx envelope.Tx) error { return tx.PutDocument(ctx, s.Document) },
		"DeleteDocument":  func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteDocument(ctx, s.Document.ID) },
		"CompleteSeal":    func(ctx context.Context, tx envelope.Tx) error { return tx.CompleteSeal(ctx, s.Document.ID, 2, "B-T") },
		"CompleteRenewal": func(ctx context.Context, tx envelope.Tx) error { return tx.CompleteRenewal(ctx, s.Document.ID, 2, 1) },
		"InsertRevision":  func(ctx context.Context, tx envelope.Tx) error { return tx.InsertRevision(ctx, s.revision(2)) },
		"Recipient": func(ctx context.Context, tx envelope.Tx) error {
			_, err := tx.Recipient(ctx, s.Recipient.ID)
			return err
		},
		"PutRecipient":    func(ctx context.Context, tx envelope.Tx) error { return tx.PutRecipient(ctx, s.Recipient) },
		"DeleteRecipient": func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteRecipient(ctx, s.Recipient.ID) },
		"PutField":        func(ctx context.Context, tx envelope.Tx) error { return tx.PutField(ctx, s.Field) },
		"DeleteField":     func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteField(ctx, s.Field.ID) },
		"PutValue": func(ctx context.Context, tx envelope.Tx) error {
			return tx.PutValue(ctx, s.Envelope.ID, &envelope.Value{Field: s.Field.ID, Recipient: s.Recipient.ID, Data: json.RawMessage(`1`)})
		},
		"PutLink":       func(ctx context.Context, tx envelope.Tx) error { return tx.PutLink(ctx, link) },
		"LinkByHash":    func(ctx context.Context, tx envelope.Tx) error { _, err := tx.LinkByHash(ctx, link.Hash); return err },
		"PutSitting":    func(ctx context.Context, tx envelope.Tx) error { return tx.PutSitting(ctx, sitting) },
		"Sitting":       func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Sitting(ctx, sitting.ID); return err },
		"InsertAct":     func(ctx context.Context, tx envelope.Tx) error { return tx.InsertAct(ctx, act) },
		"Act":           func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Act(ctx, s.Recipient.ID); return err },
		"InsertEvent":   func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEvent(ctx, s.event(2)) },
		"InsertMessage": func(ctx context.Context, tx envelope.Tx) error { return tx.InsertMessage(ctx, s.message()) },
		"PutMessage":    func(ctx context.Context, tx envelope.Tx) error { return tx.PutMessage(ctx, message) },
		"Message":       func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Message(ctx, message.ID); return err },
	}
	other := foreign()
	if err := e.try(t, other, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, sampleEnvelope(other)) }); err != nil {
		t.Fatal(err)
	}
	for name, call := range absent {
		t.Run(name, func(t *testing.T) { Kind(t, e.try(t, other, call), problem.NotFound, "") })
	}
	e.foreignLists(t, s)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Link, error) {
		return tx.LinkByHash(ctx, link.Hash)
	}), link)
}

// foreignLists checks that lists of another organization's rows are empty.
func (e *Env) foreignLists(t *testing.T, s *Sample) {
	t.Helper()
	err := e.view(t, foreign(), func(ctx context.Context, tx envelope.Tx) error {
		envelopes, err1 := tx.Envelopes(ctx, envelope.Filter{})
		documents, err2 := tx.Documents(ctx, s.Envelope.ID)
		revisions, err3 := tx.Revisions(ctx, s.Document.ID)
		recipients, err4 := tx.Recipients(ctx, s.Envelope.ID)
		fields, err5 := tx.Fields(ctx, s.Envelope.ID)
		values, err6 := tx.Values(ctx, s.Envelope.ID)
		links, err7 := tx.Links(ctx, s.Recipient.ID)
		sittings, err8 := tx.Sittings(ctx, s.Recipient.ID)
		events, err9 := tx.Events(ctx, s.Envelope.ID, 0, 10)
		messages, err10 := tx.Messages(ctx, s.Envelope.ID, "", 10)
		if n := len(envelopes) + len(documents) + len(revisions) + len(recipients) + len(fields) + len(values) + len(links) +
			len(sittings) + len(events) + len(messages); n > 0 {
			t.Errorf("another organization sees %d rows", n)
		}
		return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// testForeignParent hangs rows on parents that exist, but in another organization.
func testForeignParent(t *testing.T, e *Env) {
	theirs, ours := NewSample(foreign()), NewSample(e.Org)
	if err := e.try(t, theirs.Envelope.Org, theirs.Insert); err != nil {
		t.Fatal(err)
	}
	e.update(t, ours.Insert)
	field := *ours.Field
	field.Document = theirs.Document.ID
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.PutField(ctx, &field) }), problem.NotFound, "")
	field = *ours.Field
	field.Recipient = theirs.Recipient.ID
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.PutField(ctx, &field) }), problem.NotFound, "")
	link := ours.link()
	link.Recipient = theirs.Recipient.ID
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.PutLink(ctx, link) }), problem.NotFound, "")
}

// testConflicts meets each conflict and goes on in the same transaction.
func testConflicts(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		if err := first(tx.InsertRevision(ctx, s.revision(1)), tx.InsertEvent(ctx, s.event(1)), tx.InsertAct(ctx, s.act())); err != nil {
			return err
		}
		Kind(t, tx.InsertRevision(ctx, s.revision(1)), problem.Conflict, "exists")
		Kind(t, tx.InsertEvent(ctx, s.event(1)), problem.Conflict, "event_seq")
		Kind(t, tx.InsertAct(ctx, s.act()), problem.Conflict, "already_signed")
		Kind(t, tx.InsertEnvelope(ctx, s.Envelope), problem.Conflict, "exists")
		return tx.Enqueue(ctx, schedule.Job{Kind: "k", Payload: json.RawMessage(`{}`)})
	})
	if got := read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Event, error) {
		return tx.Events(ctx, s.Envelope.ID, 0, 10)
	}); len(got) != 1 {
		t.Fatalf("%d events", len(got))
	}
}

func testUnstorableText(t *testing.T, e *Env) {
	for _, bad := range []string{"a\x00b", "a\xffb"} {
		a := sampleEnvelope(e.Org)
		a.Title = bad
		err := e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) })
		Kind(t, err, problem.Invalid, "text_encoding")
		if strings.Contains(err.Error(), bad) {
			t.Error("the error repeats what was sent")
		}
	}
}
