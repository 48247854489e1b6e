package evidence

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/seal"
)

// The waits of a certificate that cannot be sealed yet.
const (
	firstWait   = 2 * time.Second
	longestWait = 5 * time.Minute
)

// certify is the job that makes the completion certificate and delivers. It is tried until it succeeds.
func (s *Service) certify(ctx context.Context, job schedule.Job) error {
	var p seal.EnvelopePayload
	if err := json.Unmarshal(job.Payload, &p); err != nil {
		return fmt.Errorf("evidence: read job: %w", err)
	}
	err := s.complete(ctx, job, p.Envelope)
	if err == nil || problem.KindOf(err) == problem.NotFound && errors.Is(err, errNothing) {
		return nil
	}
	return &schedule.Again{After: backoff(job.Attempt), Reason: err.Error(), Trouble: true}
}

var errNothing = problem.New(problem.NotFound, "nothing_to_certify", "There is nothing to certify.")

func backoff(attempt int) time.Duration {
	wait := firstWait
	for range attempt - 1 {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

func (s *Service) complete(ctx context.Context, job schedule.Job, envelopeID id.ID) error {
	snap, err := s.snapshot(ctx, job.Org, envelopeID)
	if err != nil {
		return err
	}
	if snap.envelope.State != envelope.Sealed || !snap.upTo("envelope.sealed") {
		return errNothing
	}
	blob, level, err := s.makeCertificate(ctx, job.Org, s.record(snap, true))
	if err != nil {
		return err
	}
	head := snap.events[len(snap.events)-1]
	artifact := &Artifact{Envelope: envelopeID, Kind: CertificateArtifact, Blob: blob, EventSeq: head.Seq, Level: level, CreatedAt: s.d.Clock.Now()}
	return s.d.Store.Update(ctx, job.Org, func(tx Tx) error {
		if err := s.deliver(ctx, tx, job.Org, artifact); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
}

// makeCertificate draws, seals and stores. Nothing refers to the blob yet.
func (s *Service) makeCertificate(ctx context.Context, org id.Org, r *Record) (envelope.Blob, string, error) {
	var drawn bytes.Buffer
	if err := writeCertificate(&drawn, s.d.Fonts, r); err != nil {
		return envelope.Blob{}, "", err
	}
	var sealed bytes.Buffer
	level, err := s.d.Seal.SealFile(ctx, org, r.Envelope.Level, bytes.NewReader(drawn.Bytes()), int64(drawn.Len()), &sealed)
	if err != nil {
		return envelope.Blob{}, "", fmt.Errorf("evidence: seal certificate: %w", err)
	}
	blob, err := s.d.Vault.Put(ctx, org, &sealed)
	if err != nil {
		return envelope.Blob{}, "", fmt.Errorf("evidence: store certificate: %w", err)
	}
	return blob, level, nil
}

// deliver records the certificate, queues the copies, and ends the envelope's way.
func (s *Service) deliver(ctx context.Context, tx Tx, org id.Org, a *Artifact) error {
	e, err := tx.LockEnvelope(ctx, a.Envelope)
	if err != nil {
		return err
	}
	if e.State != envelope.Sealed {
		return nil
	}
	if err := tx.PutArtifact(ctx, a); err != nil {
		return err
	}
	now := s.d.Clock.Now()
	facts := map[string]any{"sha256": hex.EncodeToString(a.Blob.SHA256), "size": a.Blob.Size, "level": a.Level, "events": a.EventSeq}
	if err := envelope.Append(ctx, tx, e, now, access.System, "evidence.certificate", facts, nil); err != nil {
		return err
	}
	recipients, err := tx.Recipients(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, r := range recipients {
		if _, err := envelope.QueueMessage(ctx, tx, org, e, r, "completed", nil, now); err != nil {
			return err
		}
	}
	if err := envelope.TellSender(ctx, tx, e, "sender_completed", nil, now); err != nil {
		return err
	}
	e.State = envelope.Delivered
	if err := envelope.Append(ctx, tx, e, now, access.System, "envelope.delivered", nil, nil); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, e)
}

// Completion opens the completion certificate.
func (s *Service) Completion(ctx context.Context, by *access.Principal, envelopeID id.ID) (*Download, error) {
	e, err := s.Envelope(ctx, by, envelopeID)
	if err != nil {
		return nil, err
	}
	a, err := s.artifact(ctx, by.Org, envelopeID, CertificateArtifact)
	if problem.KindOf(err) == problem.NotFound {
		return nil, s.noCertificate(ctx, by.Org, envelopeID)
	}
	if err != nil {
		return nil, err
	}
	return s.download(ctx, by.Org, a, e.Title, "application/pdf")
}

// noCertificate says why there is no certificate: not yet, or never.
func (s *Service) noCertificate(ctx context.Context, org id.Org, envelopeID id.ID) error {
	snap, err := s.snapshot(ctx, org, envelopeID)
	if err != nil {
		return err
	}
	if snap.recorded() {
		return problem.New(problem.NotFound, "record_without_certificate", "This envelope is a record of contracts that were signed elsewhere. There is no completion certificate of them.")
	}
	return problem.New(problem.NotFound, "no_certificate", "The completion certificate is made when all documents are sealed.")
}

func (s *Service) artifact(ctx context.Context, org id.Org, envelopeID id.ID, kind ArtifactKind) (*Artifact, error) {
	var a *Artifact
	err := s.d.Store.View(ctx, org, func(tx Tx) (err error) {
		a, err = tx.Artifact(ctx, envelopeID, kind)
		return err
	})
	return a, err
}

func (s *Service) download(ctx context.Context, org id.Org, a *Artifact, title, mediaType string) (*Download, error) {
	f, err := s.d.Vault.Open(ctx, org, a.Blob)
	if err != nil {
		return nil, fmt.Errorf("evidence: open %s: %w", a.Kind, err)
	}
	return &Download{File: f, Title: title, Type: mediaType, SHA256: a.Blob.SHA256, CreatedAt: a.CreatedAt}, nil
}
