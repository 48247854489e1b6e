package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// envelopeTx is the envelope domain's view of a transaction, and, with artifacts, that of evidence.
type envelopeTx struct{ *tx }

var _ envelope.Tx = envelopeTx{}

// Envelopes is the store of the envelope domain.
func (db *DB) Envelopes() Unit[envelope.Tx] {
	return Unit[envelope.Tx]{db, func(t *tx) envelope.Tx { return envelopeTx{t} }}
}

var _ envelope.Store = Unit[envelope.Tx]{}

var envelopeTable = newTable("envelopes", "org id",
	"state title title_folded locale level ordered sender_kind sender_id data_key sealed_message sealed_reason "+
		"expires_at created_at updated_at sent_at done_at sealed_at version event_seq event_hash")

// fold is how titles are compared in searches, the same on every engine.
func fold(s string) string { return strings.ToLower(s) }

func (t envelopeTx) scanEnvelope(r *row) (*envelope.Envelope, error) {
	e := &envelope.Envelope{}
	var folded string
	var key, message, reason []byte
	err := r.Scan(&e.Org, &e.ID, &e.State, &e.Title, &folded, &e.Locale, &e.Level, &e.Ordered, &e.Sender.Kind, &e.Sender.ID,
		&key, &message, &reason, at(&e.ExpiresAt), at(&e.CreatedAt), at(&e.UpdatedAt), at(&e.SentAt), at(&e.DoneAt), at(&e.SealedAt),
		&e.Version, &e.EventSeq, in(&e.EventHash))
	if err != nil {
		return nil, err
	}
	if _, err := t.keepDataKey(e.ID, key); err != nil {
		return nil, err
	}
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, e.ID, "envelopes", string(e.ID))
		e.Message, e.Reason = s.openText("message", message), s.openText("reason", reason)
		return s.err
	})
	return e, nil
}

func (t envelopeTx) Envelope(ctx context.Context, envelope id.ID) (*envelope.Envelope, error) {
	return one(ctx, t.tx, t.scanEnvelope, envelopeTable.sel+" WHERE org = ? AND id = ?", t.org, envelope)
}

func (t envelopeTx) LockEnvelope(ctx context.Context, envelope id.ID) (*envelope.Envelope, error) {
	return one(ctx, t.tx, t.scanEnvelope, envelopeTable.sel+" WHERE org = ? AND id = ?"+t.db.dialect.lock, t.org, envelope)
}

func (t envelopeTx) Envelopes(ctx context.Context, f envelope.Filter) ([]*envelope.Envelope, error) {
	w := t.filtered(f)
	if f.After != "" {
		w.and("id < ?", f.After)
	}
	return many(ctx, t.tx, t.scanEnvelope, envelopeTable.sel+w.sql()+" ORDER BY id DESC LIMIT ?", append(w.args, limit(f.Limit))...)
}

var likeLiteral = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

func (t envelopeTx) CountByState(ctx context.Context, sender id.ID) (map[envelope.State]int, error) {
	w := where("org = ?", t.org)
	if sender != "" {
		w.and("sender_id = ?", sender)
	}
	counts := map[envelope.State]int{}
	err := t.rows(ctx, func(r *sql.Rows) error {
		var state envelope.State
		var n int
		err := r.Scan(&state, &n)
		counts[state] = n
		return err
	}, "SELECT state, COUNT(*) FROM envelopes"+w.sql()+" GROUP BY state", w.args...)
	return counts, err
}

func (t envelopeTx) InsertEnvelope(ctx context.Context, e *envelope.Envelope) error {
	if e.Org != t.org {
		return errAbsent
	}
	key, err := t.newDataKey(e.ID)
	if err != nil {
		return err
	}
	s := t.sealer(ctx, e.ID, "envelopes", string(e.ID))
	message, reason := s.sealText("message", e.Message), s.sealText("reason", e.Reason)
	if s.err != nil {
		return s.err
	}
	return t.insert(ctx, envelopeTable, errExists, t.org, e.ID, e.State, e.Title, fold(e.Title), e.Locale, e.Level, e.Ordered,
		e.Sender.Kind, e.Sender.ID, key, message, reason, e.ExpiresAt, e.CreatedAt, e.UpdatedAt, e.SentAt, e.DoneAt, e.SealedAt,
		e.Version, e.EventSeq, e.EventHash)
}

func (t envelopeTx) UpdateEnvelope(ctx context.Context, e *envelope.Envelope) error {
	s := t.sealer(ctx, e.ID, "envelopes", string(e.ID))
	message, reason := s.sealText("message", e.Message), s.sealText("reason", e.Reason)
	if s.err != nil {
		return s.err
	}
	n, err := t.exec(ctx, `UPDATE envelopes SET state = ?, title = ?, title_folded = ?, locale = ?, level = ?, ordered = ?,
		sender_kind = ?, sender_id = ?, sealed_message = ?, sealed_reason = ?, expires_at = ?, created_at = ?, updated_at = ?,
		sent_at = ?, done_at = ?, sealed_at = ?, event_seq = ?, event_hash = ?, version = version + 1
		WHERE org = ? AND id = ? AND version = ?`,
		e.State, e.Title, fold(e.Title), e.Locale, e.Level, e.Ordered, e.Sender.Kind, e.Sender.ID, message, reason,
		e.ExpiresAt, e.CreatedAt, e.UpdatedAt, e.SentAt, e.DoneAt, e.SealedAt, e.EventSeq, e.EventHash, t.org, e.ID, e.Version)
	if err := must(n, err, errVersion); err != nil {
		return err
	}
	e.Version++
	return nil
}

func (t envelopeTx) DeleteDraft(ctx context.Context, envelope id.ID) error {
	n, err := t.exec(ctx, "DELETE FROM envelopes WHERE org = ? AND id = ?", t.org, envelope) // the rest goes by foreign keys
	return must(n, err, errAbsent)
}

func (t envelopeTx) DueEnvelopes(ctx context.Context, before time.Time, n int) ([]id.ID, error) {
	w := where("org = ? AND expires_at > 0 AND expires_at <= ?", t.org, before)
	w.in("state", texts([]envelope.State{envelope.Preparing, envelope.Sent, envelope.InProgress}))
	return t.ids(ctx, "SELECT id FROM envelopes"+w.sql()+" ORDER BY expires_at LIMIT ?", append(w.args, limit(n))...)
}

// ids collects a query's only column.
func (t *tx) ids(ctx context.Context, query string, args ...any) ([]id.ID, error) {
	var out []id.ID
	err := t.rows(ctx, func(r *sql.Rows) error {
		var one id.ID
		err := r.Scan(&one)
		out = append(out, one)
		return err
	}, query, args...)
	return out, err
}
