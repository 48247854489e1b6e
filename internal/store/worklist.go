package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// filtered is the condition that a list and its count share.
func (t envelopeTx) filtered(f envelope.Filter) *conditions {
	w := where("org = ?", t.org)
	if len(f.States) > 0 {
		w.in("state", texts(f.States))
	}
	if f.Group != "" {
		t.inGroup(w, f)
	}
	if f.Sender != "" {
		w.and("sender_id = ?", f.Sender)
	}
	if f.Text != "" {
		t.matching(w, f.Text)
	}
	return w
}

// The parts of a group beside its states. Each asks about the envelope of the row at hand.
const (
	waitsFor = "state IN ('sent', 'in_progress') AND EXISTS (SELECT 1 FROM recipients r WHERE r.org = envelopes.org AND " +
		"r.envelope = envelopes.id AND r.email_hash = ? AND r.role = 'signer' AND r.state IN ('notified', 'opened', 'consented'))"
	unreached = "state IN ('sent', 'in_progress') AND EXISTS (SELECT 1 FROM messages m JOIN recipients r ON r.org = m.org AND r.id = m.recipient " +
		"WHERE m.org = envelopes.org AND m.envelope = envelopes.id AND m.state = 'failed' AND m.template IN ('invite', 'reminder') " +
		"AND r.state = 'notified' AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.org = m.org AND n.envelope = m.envelope AND " +
		"n.recipient = m.recipient AND n.id > m.id))"
	stalled = "state IN ('completed', 'sealing') AND EXISTS (SELECT 1 FROM documents d WHERE d.org = envelopes.org AND " +
		"d.envelope = envelopes.id AND d.stalled <> '')"
)

// inGroup asks for a group: one of its states, or what else belongs to it.
func (t envelopeTx) inGroup(w *conditions, f envelope.Filter) {
	states := envelope.GroupStates(f.Group)
	any, args := []string{"state IN (" + marks(len(states)) + ")"}, texts(states)
	switch {
	case f.Group == "needs_me" && f.Me != "":
		any, args = append(any, waitsFor), append(args, t.addressHash(f.Me))
	case f.Group == "problem":
		any = append(any, unreached, stalled)
	}
	w.and("(("+strings.Join(any, ") OR (")+"))", args...)
}

// matching asks for a part of the title, or, where the text is an address, for a recipient who has it.
func (t envelopeTx) matching(w *conditions, text string) {
	title, args := "title_folded LIKE ? ESCAPE '!'", []any{"%" + likeLiteral.Replace(fold(text)) + "%"}
	if strings.Contains(text, "@") {
		title = "(" + title + " OR EXISTS (SELECT 1 FROM recipients r WHERE r.org = envelopes.org AND r.envelope = envelopes.id AND r.email_hash = ?))"
		args = append(args, t.addressHash(text))
	}
	w.and(title, args...)
}

// CountEnvelopes counts what a list would show on all its pages.
func (t envelopeTx) CountEnvelopes(ctx context.Context, f envelope.Filter) (int, error) {
	w := t.filtered(f)
	var n int
	err := t.scalar(ctx, &n, "SELECT COUNT(*) FROM envelopes"+w.sql(), w.args...)
	return n, err
}

// Signers counts those who sign, and those of them who have, in envelopes of a list.
func (t envelopeTx) Signers(ctx context.Context, envelopes []id.ID) (map[id.ID]envelope.Signers, error) {
	out := map[id.ID]envelope.Signers{}
	if len(envelopes) == 0 {
		return out, nil
	}
	w := where("org = ? AND role = 'signer'", t.org)
	w.in("envelope", texts(envelopes))
	err := t.rows(ctx, func(r *sql.Rows) error {
		var e id.ID
		var n envelope.Signers
		err := r.Scan(&e, &n.Total, &n.Done)
		out[e] = n
		return err
	}, "SELECT envelope, COUNT(*), COUNT(CASE WHEN state = 'done' THEN 1 END) FROM recipients"+w.sql()+" GROUP BY envelope", w.args...)
	return out, err
}

// Deliveries tells what became of the newest message to each recipient of an envelope.
func (t envelopeTx) Deliveries(ctx context.Context, e id.ID) (map[id.ID]envelope.Delivery, error) {
	out := map[id.ID]envelope.Delivery{}
	err := t.rows(ctx, func(r *sql.Rows) error {
		var recipient id.ID
		var d envelope.Delivery
		var created, sent time.Time
		err := r.Scan(&recipient, &d.Message, &d.Channel, &d.Template, &d.State, &d.Error, at(&created), at(&sent))
		if d.At = sent; sent.IsZero() {
			d.At = created
		}
		out[recipient] = d
		return err
	}, `SELECT recipient, id, channel, template, state, error, created_at, sent_at FROM messages m
		WHERE org = ? AND envelope = ? AND recipient <> '' AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.org = m.org AND
		n.envelope = m.envelope AND n.recipient = m.recipient AND n.id > m.id)`, t.org, e)
	return out, err
}
