package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

func bytes(n int, fill byte) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = fill + byte(i)
	}
	return out
}

func sampleBlob(fill byte) envelope.Blob {
	const digits = "0123456789abcdef"
	name := make([]byte, 64)
	for i := range name {
		name[i] = digits[(int(fill)+i)%16]
	}
	return envelope.Blob{Name: string(name), Key: bytes(81, fill), SHA256: bytes(32, fill), Size: 1 << 40}
}

func (s *Sample) revision(n int) *envelope.Revision {
	return &envelope.Revision{Document: s.Document.ID, Number: n, Kind: envelope.Original, Blob: sampleBlob(byte(n)), Act: id.New(), CreatedAt: moment(20)}
}

func (s *Sample) link() *envelope.Link {
	return &envelope.Link{
		ID: id.New(), Envelope: s.Envelope.ID, Recipient: s.Recipient.ID, Hash: bytes(32, 9), CreatedAt: moment(21),
		ExpiresAt: moment(22), Revealed: true,
	}
}

func (s *Sample) sitting() *envelope.Sitting {
	return &envelope.Sitting{
		ID: id.New(), Envelope: s.Envelope.ID, Recipient: s.Recipient.ID, Hash: bytes(32, 1), CreatedAt: moment(23), ExpiresAt: moment(24),
		EndedAt: moment(25), Address: wide, UserAgent: wide, Consent: json.RawMessage(`{"text": "v1"}`), Handover: bytes(32, 5),
		HandoverExpires: moment(26),
	}
}

func (s *Sample) act() *envelope.Act {
	return &envelope.Act{
		ID: id.New(), Envelope: s.Envelope.ID, Recipient: s.Recipient.ID, Sitting: id.New(), Method: "click", Key: wide,
		Request: bytes(32, 3), Reviewed: json.RawMessage(`{"d":"e"}`), CreatedAt: moment(27),
	}
}

func (s *Sample) event(seq int64) *envelope.Event {
	return &envelope.Event{
		Envelope: s.Envelope.ID, Seq: seq, Type: "envelope.sent", At: moment(int(seq)), Actor: access.Actor{Kind: "user", ID: id.New()},
		Facts: json.RawMessage(`{ "exact" :  "bytes" }`), Personal: json.RawMessage(`{"name":"` + "x" + `"}`), Salt: bytes(32, 7),
		Prev: bytes(32, byte(seq)), Hash: bytes(32, byte(seq+1)), Index: -1,
	}
}

func (s *Sample) message() *envelope.Message {
	return &envelope.Message{
		ID: id.New(), Envelope: s.Envelope.ID, Recipient: s.Recipient.ID, Channel: "email", Template: wide, Locale: "hu", To: wide,
		Params: json.RawMessage(`{"n":1}`), State: "queued", Attempts: 2, Error: wide, CreatedAt: moment(28), SentAt: moment(29),
	}
}

func testCeremonyRows(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	v := &envelope.Value{Field: s.Field.ID, Recipient: s.Recipient.ID, Data: json.RawMessage(`"` + wide[:10] + `"`), UpdatedAt: moment(30)}
	link, sitting, act, revision := s.link(), s.sitting(), s.act(), s.revision(1)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(
			tx.PutValue(ctx, s.Envelope.ID, v), tx.PutLink(ctx, link), tx.PutSitting(ctx, sitting), tx.InsertAct(ctx, act),
			tx.InsertRevision(ctx, revision))
	})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Value, error) {
		return tx.Values(ctx, s.Envelope.ID)
	}), []*envelope.Value{v})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Link, error) {
		return tx.Links(ctx, s.Recipient.ID)
	}), []*envelope.Link{link})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Link, error) {
		return tx.LinkByHash(ctx, link.Hash)
	}), link)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Sitting, error) {
		return tx.Sitting(ctx, sitting.ID)
	}), sitting)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Sitting, error) {
		return tx.Sittings(ctx, s.Recipient.ID)
	}), []*envelope.Sitting{sitting})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Act, error) { return tx.Act(ctx, s.Recipient.ID) }), act)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Revision, error) {
		return tx.Revisions(ctx, s.Document.ID)
	}), []*envelope.Revision{revision})
	d := read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Document, error) {
		return tx.Document(ctx, s.Document.ID)
	})
	if d.Head != 1 {
		t.Fatalf("head %d after revision 1", d.Head)
	}
	e.replaceRows(t, s, v, sitting)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return tx.RevokeLinks(ctx, s.Recipient.ID, moment(40))
	})
	link.RevokedAt = moment(40)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Link, error) {
		return tx.LinkByHash(ctx, link.Hash)
	}), link)
}

// replaceRows puts rows a second time: every Put replaces.
func (e *Env) replaceRows(t *testing.T, s *Sample, v *envelope.Value, sitting *envelope.Sitting) {
	t.Helper()
	v.Data, sitting.Consent, s.Field.Recipient, s.Recipient.Name, s.Document.Name = nil, nil, "", "", ""
	sitting.EndedAt = time.Time{}
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.PutValue(ctx, s.Envelope.ID, v), tx.PutSitting(ctx, sitting), tx.PutField(ctx, s.Field),
			tx.PutRecipient(ctx, s.Recipient), tx.PutDocument(ctx, s.Document))
	})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Value, error) {
		return tx.Values(ctx, s.Envelope.ID)
	}), []*envelope.Value{v})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Sitting, error) {
		return tx.Sitting(ctx, sitting.ID)
	}), sitting)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Field, error) {
		return tx.Fields(ctx, s.Envelope.ID)
	}), []*envelope.Field{s.Field})
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Recipient, error) {
		return tx.Recipient(ctx, s.Recipient.ID)
	}), s.Recipient)
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Document, error) {
		return tx.Document(ctx, s.Document.ID)
	}), s.Document)
}

// first returns the first error of steps that were all tried.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func testEventsAndMessages(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	e.update(t, s.Insert)
	a, b := s.event(1), s.event(2)
	a.Prev, a.Personal = nil, nil
	m, loose := s.message(), s.message()
	loose.Envelope = ""
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.InsertEvent(ctx, a), tx.InsertEvent(ctx, b), tx.InsertMessage(ctx, m), tx.PutMessage(ctx, loose))
	})
	events := func(after int64, limit int) []*envelope.Event {
		return read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Event, error) {
			return tx.Events(ctx, s.Envelope.ID, after, limit)
		})
	}
	same(t, events(0, 10), []*envelope.Event{a, b})
	same(t, events(1, 10), []*envelope.Event{b})
	same(t, events(0, 1), []*envelope.Event{a})
	m.State, m.Params = "sent", nil
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.PutMessage(ctx, m) })
	same(t, read(t, e, func(ctx context.Context, tx envelope.Tx) (*envelope.Message, error) { return tx.Message(ctx, m.ID) }), m)
	messages := func(parent, after id.ID) []*envelope.Message {
		return read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Message, error) {
			return tx.Messages(ctx, parent, after, 10)
		})
	}
	same(t, messages(s.Envelope.ID, ""), []*envelope.Message{m})
	same(t, messages("", ""), []*envelope.Message{loose, m})
	same(t, messages("", loose.ID), []*envelope.Message{m})
	inState := func(state string) []*envelope.Message {
		return read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Message, error) {
			return tx.FindMessages(ctx, envelope.MessageFilter{Envelope: s.Envelope.ID, State: state, Limit: 10})
		})
	}
	same(t, inState("sent"), []*envelope.Message{m})
	same(t, inState("failed"), []*envelope.Message(nil))
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertMessage(ctx, m) }), problem.Conflict, "exists")
}

func testLists(t *testing.T, e *Env) {
	var all []*envelope.Envelope
	titles := []string{"Árvíz 100%", "arviz", "ÁRVÍZ_2", "x!y"}
	states := []envelope.State{envelope.Draft, envelope.Sent, envelope.InProgress, envelope.Sealed}
	for i := range titles {
		a := sampleEnvelope(e.Org)
		a.Title, a.State, a.ExpiresAt = titles[i], states[i], moment(i)
		all = append(all, a)
		e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertEnvelope(ctx, a) })
	}
	list := func(f envelope.Filter) []string {
		var out []string
		for _, a := range read(t, e, func(ctx context.Context, tx envelope.Tx) ([]*envelope.Envelope, error) { return tx.Envelopes(ctx, f) }) {
			out = append(out, a.Title)
		}
		return out
	}
	same(t, list(envelope.Filter{}), []string{titles[3], titles[2], titles[1], titles[0]})
	same(t, list(envelope.Filter{Limit: 2}), []string{titles[3], titles[2]})
	same(t, list(envelope.Filter{After: all[2].ID, Limit: 1}), []string{titles[1]})
	same(t, list(envelope.Filter{Text: "árvíz"}), []string{titles[2], titles[0]})
	same(t, list(envelope.Filter{Text: "%"}), []string{titles[0]})
	same(t, list(envelope.Filter{Text: "_"}), []string{titles[2]})
	same(t, list(envelope.Filter{Text: "!"}), []string{titles[3]})
	same(t, list(envelope.Filter{Sender: all[1].Sender.ID}), []string{titles[1]})
	same(t, list(envelope.Filter{States: []envelope.State{envelope.Draft, envelope.Sealed}}), []string{titles[3], titles[0]})
	counts := read(t, e, func(ctx context.Context, tx envelope.Tx) (map[envelope.State]int, error) {
		return tx.CountByState(ctx, "")
	})
	same(t, counts, map[envelope.State]int{envelope.Draft: 1, envelope.Sent: 1, envelope.InProgress: 1, envelope.Sealed: 1})
	due := read(t, e, func(ctx context.Context, tx envelope.Tx) ([]id.ID, error) { return tx.DueEnvelopes(ctx, moment(2), 10) })
	same(t, due, []id.ID{all[1].ID, all[2].ID})
}

func testDeletes(t *testing.T, e *Env) {
	before := e.rowCount(t)
	s := NewSample(e.Org)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		v := &envelope.Value{Field: s.Field.ID, Recipient: s.Recipient.ID, Data: json.RawMessage(`1`), UpdatedAt: moment(30)}
		return first(s.Insert(ctx, tx), tx.PutValue(ctx, s.Envelope.ID, v), tx.PutLink(ctx, s.link()), tx.PutSitting(ctx, s.sitting()),
			tx.InsertAct(ctx, s.act()), tx.InsertRevision(ctx, s.revision(1)), tx.InsertEvent(ctx, s.event(1)), tx.InsertMessage(ctx, s.message()))
	})
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteDraft(ctx, s.Envelope.ID) })
	if after := e.rowCount(t); after > before+1 { // the organization's key stays
		t.Fatalf("%d rows before, %d after the draft was deleted", before, after)
	}
	s = NewSample(e.Org)
	e.update(t, s.Insert)
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.DeleteField(ctx, s.Field.ID), tx.DeleteRecipient(ctx, s.Recipient.ID), tx.DeleteDocument(ctx, s.Document.ID))
	})
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteField(ctx, s.Field.ID) }), problem.NotFound, "")
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteRecipient(ctx, s.Recipient.ID) }), problem.NotFound, "")
	Kind(t, e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { return tx.DeleteDocument(ctx, s.Document.ID) }), problem.NotFound, "")
}
