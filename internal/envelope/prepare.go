package envelope

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// prepareTries is how often preparation is tried before the envelope goes back to its sender as a draft.
const prepareTries = 5

// prepareJob gives the documents of an envelope their form fields and sends it. Bytes are made outside the
// transaction and are durable before the rows that name them; a repeat after a crash makes them anew. Bytes that no
// row came to name are left to the sweep of orphans: a failed commit does not prove that nothing was committed.
func (s *Service) prepareJob(ctx context.Context, job schedule.Job) error {
	var payload struct{ Envelope id.ID }
	if err := json.Unmarshal(job.Payload, &payload); err != nil {
		return fmt.Errorf("envelope: prepare: payload: %w", err)
	}
	f, err := s.snapshot(ctx, job.Org, payload.Envelope)
	if err != nil || f.Envelope.State != Preparing {
		return gone(err)
	}
	made, err := s.prepareAll(ctx, job.Org, f)
	if err == nil {
		err = s.commitPrepared(ctx, job, payload.Envelope, made)
	}
	if err == nil {
		return nil
	}
	if reason := finalReason(err, job.Attempt); reason != "" {
		return s.backToDraft(ctx, job, payload.Envelope, reason)
	}
	return err
}

// gone forgives an envelope that no longer exists: there is nothing left to do.
func gone(err error) error {
	if problem.KindOf(err) == problem.NotFound {
		return nil
	}
	return err
}

func (s *Service) snapshot(ctx context.Context, org id.Org, envelope id.ID) (*Full, error) {
	var f *Full
	err := s.d.Store.View(ctx, org, func(tx Tx) error {
		e, err := tx.Envelope(ctx, envelope)
		if err != nil {
			return err
		}
		f, err = readFull(ctx, tx, e)
		return err
	})
	return f, err
}

// madeRevision is a revision whose bytes are durable and whose row is not written yet.
type madeRevision struct {
	document id.ID
	head     int // the revision that it builds upon
	kind     RevisionKind
	blob     Blob
}

func (s *Service) prepareAll(ctx context.Context, org id.Org, f *Full) ([]madeRevision, error) {
	var out []madeRevision
	for _, d := range f.Documents {
		if d.SignedUpload {
			continue // its bytes stay as they came until someone signs
		}
		m, err := s.prepareOne(ctx, org, f, d)
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
	return out, nil
}

func (s *Service) prepareOne(ctx context.Context, org id.Org, f *Full, d *Document) (madeRevision, error) {
	out := madeRevision{document: d.ID, head: d.Head, kind: Prepared}
	base, err := s.openHead(ctx, org, d)
	if err != nil {
		return out, err
	}
	defer base.Close()
	file, err := pdf.Open(base, base.Size(), pdf.Options{})
	if err != nil {
		return out, err
	}
	u := pdf.NewUpdate(file)
	if err := s.addForm(u, file, f, d); err != nil {
		return out, err
	}
	out.blob, err = PutIncrement(ctx, s.d.Vault, org, base, u)
	return out, err
}

func (s *Service) openHead(ctx context.Context, org id.Org, d *Document) (File, error) {
	var head *Revision
	err := s.d.Store.View(ctx, org, func(tx Tx) error {
		all, err := tx.Revisions(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Number == d.Head {
				head = r
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, fmt.Errorf("envelope: document has no revision %d", d.Head)
	}
	return s.d.Vault.Open(ctx, org, head.Blob)
}

// commitPrepared writes the prepared revisions, sends the envelope and removes the job, all or nothing.
func (s *Service) commitPrepared(ctx context.Context, job schedule.Job, envelope id.ID, made []madeRevision) error {
	now := s.d.Clock.Now()
	anybody := func(*Envelope) error { return nil }
	return Enter(ctx, s.d.Store, job.Org, envelope, now, OpPrepare, anybody, func(tx Tx, e *Envelope) error {
		f, err := readFull(ctx, tx, e)
		if err != nil {
			return err
		}
		for _, m := range made {
			if err := putMade(ctx, tx, f, m, now); err != nil {
				return err
			}
		}
		if err := started(ctx, tx, job.Org, f, now); err != nil {
			return err
		}
		if err := tx.UpdateEnvelope(ctx, e); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
}

func putMade(ctx context.Context, tx Tx, f *Full, m madeRevision, now time.Time) error {
	d := f.document(m.document)
	if d == nil || d.Head != m.head {
		return problem.New(problem.Conflict, "version", "The document has changed meanwhile.")
	}
	d.Head++
	r := &Revision{Document: d.ID, Number: d.Head, Kind: m.kind, Blob: m.blob, CreatedAt: now}
	if err := tx.InsertRevision(ctx, r); err != nil {
		return err
	}
	if err := tx.PutDocument(ctx, d); err != nil {
		return err
	}
	facts := map[string]any{"document": d.ID, "sha256": hex.EncodeToString(m.blob.SHA256)}
	return Append(ctx, tx, f.Envelope, now, access.System, "document.prepared", facts, nil)
}

// finalReason says why trying again is of no use, as a stable code; empty when it may be.
func finalReason(err error, attempt int) string {
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	var missing *draw.MissingError
	var fit *draw.FitError
	var p *problem.Error
	switch {
	case errors.As(err, &missing):
		return "character_unsupported"
	case errors.As(err, &fit):
		return "does_not_fit"
	case errors.As(err, &malformed), errors.As(err, &limit):
		return "document_unreadable"
	case errors.As(err, &p) && (p.Kind == problem.Invalid || p.Kind == problem.Unsupported || p.Kind == problem.Malformed):
		return p.Code
	case problem.KindOf(err) == problem.Gone || problem.KindOf(err) == problem.Conflict:
		return ""
	case attempt >= prepareTries:
		return "prepare_failed"
	}
	return ""
}

// backToDraft hands an envelope that cannot be prepared back to its sender, with the reason.
func (s *Service) backToDraft(ctx context.Context, job schedule.Job, envelope id.ID, reason string) error {
	now := s.d.Clock.Now()
	anybody := func(*Envelope) error { return nil }
	err := Enter(ctx, s.d.Store, job.Org, envelope, now, OpPrepare, anybody, func(tx Tx, e *Envelope) error {
		e.State, e.Reason = Draft, reason
		facts := map[string]string{"reason": reason}
		if err := Append(ctx, tx, e, now, access.System, "envelope.prepare_failed", facts, nil); err != nil {
			return err
		}
		if err := tx.UpdateEnvelope(ctx, e); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
	if k := problem.KindOf(err); k == problem.Gone || k == problem.Conflict {
		return nil // it ended otherwise meanwhile
	}
	return err
}
