package store

import (
	"context"
	"errors"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var documentTable = newTable("documents", "org id",
	"envelope position sealed_name state attempt stalled next_try signed_upload pages level head removed facts intent proof_until renew_after")

func (t envelopeTx) scanDocument(r *row) (*envelope.Document, error) {
	d := &envelope.Document{}
	var org string
	var name, facts []byte
	err := r.Scan(&org, &d.ID, &d.Envelope, &d.Position, &name, &d.State, &d.Attempt, &d.Stalled, at(&d.NextTry),
		&d.SignedUpload, &d.Pages, &d.Level, &d.Head, in(&d.Removed), &facts, in(&d.Intent),
		at(&d.ProofUntil), at(&d.RenewAfter))
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, d.Envelope, "documents", string(d.ID))
		d.Name, d.Facts = s.openText("name", name), s.open("facts", facts)
		return s.err
	})
	return d, err
}

func (t envelopeTx) Documents(ctx context.Context, envelope id.ID) ([]*envelope.Document, error) {
	return many(ctx, t.tx, t.scanDocument, documentTable.sel+" WHERE org = ? AND envelope = ? ORDER BY position, id", t.org, envelope)
}

func (t envelopeTx) Document(ctx context.Context, document id.ID) (*envelope.Document, error) {
	return one(ctx, t.tx, t.scanDocument, documentTable.sel+" WHERE org = ? AND id = ?", t.org, document)
}

func (t envelopeTx) PutDocument(ctx context.Context, d *envelope.Document) error {
	s := t.sealer(ctx, d.Envelope, "documents", string(d.ID))
	// The facts hold what the upload's form fields were filled with.
	name, facts := s.sealText("name", d.Name), s.seal("facts", d.Facts)
	if s.err != nil {
		return s.err
	}
	return t.put(ctx, documentTable, t.org, d.ID, d.Envelope, d.Position, name, d.State, d.Attempt, d.Stalled, d.NextTry,
		d.SignedUpload, d.Pages, d.Level, d.Head, d.Removed, facts, d.Intent, d.ProofUntil, d.RenewAfter)
}

func (t envelopeTx) DeleteDocument(ctx context.Context, document id.ID) error {
	n, err := t.exec(ctx, "DELETE FROM documents WHERE org = ? AND id = ?", t.org, document)
	return must(n, err, errAbsent)
}

var errAttempt = problem.New(problem.Conflict, "seal_attempt", "Another attempt at sealing has taken over.")

func (t envelopeTx) CompleteSeal(ctx context.Context, document id.ID, attempt int, level string) error {
	n, err := t.exec(ctx, `UPDATE documents SET state = 'sealed', level = ?, stalled = '', next_try = 0
		WHERE org = ? AND id = ? AND state = 'sealing' AND attempt = ?`, level, t.org, document, attempt)
	if err != nil || n > 0 {
		return err
	}
	if _, err := t.Document(ctx, document); errors.Is(err, errAbsent) {
		return err
	}
	return errAttempt
}

func (t envelopeTx) DueRenewals(ctx context.Context, f envelope.Renewals) ([]*envelope.Document, error) {
	w := where("org = ? AND state = 'sealed' AND level <> ''", t.org)
	w.and("proof_until <= ?", f.Before)
	w.and("renew_after <= ?", f.Now)
	if f.Level != "" {
		w.and("level = ?", f.Level)
	}
	return many(ctx, t.tx, t.scanDocument, documentTable.sel+w.sql()+" ORDER BY proof_until, id LIMIT ?", append(w.args, int64(f.Limit))...)
}

var errRenewal = problem.New(problem.Conflict, "renewal_attempt", "Another attempt at renewing has taken over.")

func (t envelopeTx) CompleteRenewal(ctx context.Context, document id.ID, attempt, head int) error {
	n, err := t.exec(ctx, `UPDATE documents SET head = head + 1, stalled = '', next_try = 0
		WHERE org = ? AND id = ? AND state = 'sealed' AND attempt = ? AND head = ?`, t.org, document, attempt, head)
	if err != nil || n > 0 {
		return err
	}
	if _, err := t.Document(ctx, document); errors.Is(err, errAbsent) {
		return err
	}
	return errRenewal
}

var revisionTable = newTable("revisions", "org document number", "kind act blob_name blob_key blob_sha256 blob_size created_at")

func scanRevision(r *row) (*envelope.Revision, error) {
	v := &envelope.Revision{}
	var org string
	return v, r.Scan(&org, &v.Document, &v.Number, &v.Kind, &v.Act, &v.Blob.Name, in(&v.Blob.Key), in(&v.Blob.SHA256),
		&v.Blob.Size, at(&v.CreatedAt))
}

func (t envelopeTx) Revisions(ctx context.Context, document id.ID) ([]*envelope.Revision, error) {
	return many(ctx, t.tx, scanRevision, revisionTable.sel+" WHERE org = ? AND document = ? ORDER BY number", t.org, document)
}

// InsertRevision also moves the document's head forward, so that no caller can forget it.
func (t envelopeTx) InsertRevision(ctx context.Context, r *envelope.Revision) error {
	err := t.insert(ctx, revisionTable, errExists, t.org, r.Document, r.Number, r.Kind, r.Act, r.Blob.Name, r.Blob.Key,
		r.Blob.SHA256, r.Blob.Size, r.CreatedAt)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "UPDATE documents SET head = ? WHERE org = ? AND id = ? AND head < ?", r.Number, t.org, r.Document, r.Number)
	return err
}
