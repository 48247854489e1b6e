package store

import (
	"context"
	"strconv"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var eventTable = newTable("events", "org envelope seq", "type at actor_kind actor_id facts sealed_personal salt prev hash log_index")

func eventRow(envelope id.ID, seq int64) string {
	return string(envelope) + "/" + strconv.FormatInt(seq, 10)
}

func (t envelopeTx) scanEvent(r *row) (*envelope.Event, error) {
	e := &envelope.Event{}
	var org string
	var personal []byte
	err := r.Scan(&org, &e.Envelope, &e.Seq, &e.Type, at(&e.At), &e.Actor.Kind, &e.Actor.ID, in(&e.Facts), &personal,
		in(&e.Salt), in(&e.Prev), in(&e.Hash), &e.Index)
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, e.Envelope, "events", eventRow(e.Envelope, e.Seq))
		e.Personal = s.open("personal", personal)
		return s.err
	})
	return e, err
}

var errEventSeq = problem.New(problem.Conflict, "event_seq", "The envelope's history has moved on. Read it again and repeat your change.")

// InsertEvent adds an event, which has no place in the log yet whatever its Index says.
func (t envelopeTx) InsertEvent(ctx context.Context, e *envelope.Event) error {
	s := t.sealer(ctx, e.Envelope, "events", eventRow(e.Envelope, e.Seq))
	personal := s.seal("personal", e.Personal)
	if s.err != nil {
		return s.err
	}
	err := t.insert(ctx, eventTable, errEventSeq, t.org, e.Envelope, e.Seq, e.Type, e.At, e.Actor.Kind, e.Actor.ID, e.Facts, personal,
		e.Salt, e.Prev, e.Hash, -1)
	if err == nil {
		t.signal(t.db.committed)
	}
	return err
}

func (t envelopeTx) Events(ctx context.Context, envelope id.ID, afterSeq int64, n int) ([]*envelope.Event, error) {
	return many(ctx, t.tx, t.scanEvent, eventTable.sel+" WHERE org = ? AND envelope = ? AND seq > ? ORDER BY seq LIMIT ?",
		t.org, envelope, afterSeq, limit(n))
}

// signal wakes whoever waits on c once this transaction has committed.
func (t *tx) signal(c chan struct{}) {
	t.after = append(t.after, func() {
		select {
		case c <- struct{}{}:
		default: // one signal is waiting already
		}
	})
}

var messageTable = newTable("messages", "org id",
	"envelope recipient channel template locale sealed_to sealed_params state attempts error created_at sent_at")

func (t envelopeTx) scanMessage(r *row) (*envelope.Message, error) {
	m := &envelope.Message{}
	var org string
	var to, params []byte
	err := r.Scan(&org, &m.ID, maybe[id.ID]{&m.Envelope}, &m.Recipient, &m.Channel, &m.Template, &m.Locale, &to, &params,
		&m.State, &m.Attempts, &m.Error, at(&m.CreatedAt), at(&m.SentAt))
	r.then(func(ctx context.Context) error {
		s := t.messageSealer(ctx, m)
		m.To, m.Params = s.openText("to", to), s.open("params", params)
		return s.err
	})
	return m, err
}

// messageSealer uses the organization's key for messages that belong to no envelope.
func (t *tx) messageSealer(ctx context.Context, m *envelope.Message) *sealer {
	if m.Envelope == "" {
		return t.orgSealer("messages", string(m.ID))
	}
	return t.sealer(ctx, m.Envelope, "messages", string(m.ID))
}

func (t envelopeTx) messageArgs(ctx context.Context, m *envelope.Message) ([]any, error) {
	s := t.messageSealer(ctx, m)
	to, params := s.sealText("to", m.To), s.seal("params", m.Params)
	return []any{t.org, m.ID, optional(m.Envelope), m.Recipient, m.Channel, m.Template, m.Locale, to, params, m.State,
		m.Attempts, m.Error, m.CreatedAt, m.SentAt}, s.err
}

func (t envelopeTx) InsertMessage(ctx context.Context, m *envelope.Message) error {
	args, err := t.messageArgs(ctx, m)
	if err != nil {
		return err
	}
	return t.insert(ctx, messageTable, errExists, args...)
}

func (t envelopeTx) PutMessage(ctx context.Context, m *envelope.Message) error {
	args, err := t.messageArgs(ctx, m)
	if err != nil {
		return err
	}
	return t.put(ctx, messageTable, args...)
}

func (t envelopeTx) Message(ctx context.Context, message id.ID) (*envelope.Message, error) {
	return one(ctx, t.tx, t.scanMessage, messageTable.sel+" WHERE org = ? AND id = ?", t.org, message)
}

func (t envelopeTx) Messages(ctx context.Context, of id.ID, after id.ID, n int) ([]*envelope.Message, error) {
	return t.FindMessages(ctx, envelope.MessageFilter{Envelope: of, After: after, Limit: n})
}

func (t envelopeTx) FindMessages(ctx context.Context, f envelope.MessageFilter) ([]*envelope.Message, error) {
	w := where("org = ?", t.org)
	if f.Envelope != "" {
		w.and("envelope = ?", f.Envelope)
	}
	if f.State != "" {
		w.and("state = ?", f.State)
	}
	if f.After != "" {
		w.and("id < ?", f.After)
	}
	return many(ctx, t.tx, t.scanMessage, messageTable.sel+w.sql()+" ORDER BY id DESC LIMIT ?", append(w.args, limit(f.Limit))...)
}
