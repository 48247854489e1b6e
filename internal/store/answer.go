package store

import (
	"context"
	"errors"
	"time"

	"github.com/consigil/consigil/internal/op"
)

// answers implements op.Idempotency.
type answers struct{ db *DB }

var _ op.Idempotency = answers{}

// Answers is the store of what creating calls answered.
func (db *DB) Answers() op.Idempotency { return answers{db} }

var answerTable = newTable("answers", "org caller idempotency_key",
	"operation request lease lease_ends status sealed_header sealed_body secret created_at expires_at")

func answerRow(a *op.Answer) string { return a.Caller + "/" + a.Key }

func (t *tx) scanAnswer(r *row) (*op.Answer, error) {
	a := &op.Answer{}
	var header, body []byte
	err := r.Scan(&a.Org, &a.Caller, &a.Key, &a.Operation, in(&a.Request), &a.Lease, at(&a.LeaseEnds), &a.Status, &header, &body,
		&a.Secret, at(&a.CreatedAt), at(&a.ExpiresAt))
	r.then(func(context.Context) error {
		s := t.orgSealer("answers", answerRow(a))
		a.Header, a.Body = s.open("header", header), s.open("body", body)
		return s.err
	})
	return a, err
}

// args are an answer's columns after its key.
func (t *tx) answerArgs(a *op.Answer) ([]any, error) {
	s := t.orgSealer("answers", answerRow(a))
	header, body := s.seal("header", a.Header), s.seal("body", a.Body)
	return []any{a.Operation, a.Request, a.Lease, a.LeaseEnds, a.Status, header, body, a.Secret, a.CreatedAt, a.ExpiresAt}, s.err
}

// Begin takes a key, or returns the answer that stands under it.
func (s answers) Begin(ctx context.Context, a *op.Answer) (*op.Answer, error) {
	var stands *op.Answer
	err := s.db.update(ctx, a.Org, func(t *tx) error {
		stands = nil
		args, err := t.answerArgs(a)
		if err != nil {
			return err
		}
		err = t.insert(ctx, answerTable, errExists, append([]any{t.org, a.Caller, a.Key}, args...)...)
		if !errors.Is(err, errExists) {
			return err
		}
		old, err := one(ctx, t, t.scanAnswer, answerTable.sel+" WHERE org = ? AND caller = ? AND idempotency_key = ?"+s.db.dialect.lock,
			t.org, a.Caller, a.Key)
		if err != nil {
			return err
		}
		if !forgotten(old, a.CreatedAt) {
			stands = old
			return nil
		}
		return t.put(ctx, answerTable, append([]any{t.org, a.Caller, a.Key}, args...)...)
	})
	return stands, err
}

// forgotten says whether an answer no longer counts: it expired, or whoever ran the request went away.
func forgotten(a *op.Answer, now time.Time) bool {
	return !a.ExpiresAt.After(now) || (a.Status == 0 && a.LeaseEnds.Before(now))
}

// Finish stores the answer of whoever still holds the lease.
func (s answers) Finish(ctx context.Context, a *op.Answer) error {
	return s.db.update(ctx, a.Org, func(t *tx) error {
		v := t.orgSealer("answers", answerRow(a))
		header, body := v.seal("header", a.Header), v.seal("body", a.Body)
		if v.err != nil {
			return v.err
		}
		n, err := t.exec(ctx, `UPDATE answers SET status = ?, sealed_header = ?, sealed_body = ?, secret = ?
			WHERE org = ? AND caller = ? AND idempotency_key = ? AND lease = ? AND status = 0`,
			a.Status, header, body, a.Secret, t.org, a.Caller, a.Key, a.Lease)
		return must(n, err, errLease)
	})
}

// Abandon deletes the row of a request that changed nothing.
func (s answers) Abandon(ctx context.Context, a *op.Answer) error {
	return s.db.change(ctx, a.Org, nil, func(t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM answers WHERE org = ? AND caller = ? AND idempotency_key = ? AND lease = ? AND status = 0",
			t.org, a.Caller, a.Key, a.Lease)
		return err
	})
}

// ForgetAnswers deletes expired answers.
func (s answers) ForgetAnswers(ctx context.Context, before time.Time) error {
	return s.db.change(ctx, "", nil, func(t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM answers WHERE expires_at < ?", before)
		return err
	})
}
