package seal

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/tsp"
)

// Document states, as the row has them.
const (
	stateSealing = "sealing"
	stateSealed  = "sealed"
)

// Why a document waits, as Document.Stalled has it.
const (
	StalledTimestamp   = "timestamp_unavailable"  // no time-stamp authority answers
	StalledSigner      = "signer_unavailable"     // what keeps the seal key cannot be reached
	StalledRevocation  = "revocation_unavailable" // what a level keeps for later cannot be had
	StalledCertificate = "certificate_expired"    // that was brought in
	StalledStorage     = "storage_full"
	StalledSeal        = "seal_failed" // key, certificate, or the file itself; operators see the job's reason
)

// intent is stored before any outside act of an attempt.
type intent struct {
	Attempt int       `json:"attempt"`
	Digest  string    `json:"digest"` // SHA-256 of the revision that is to be sealed, hex
	Key     id.ID     `json:"key"`
	Serial  string    `json:"certificate_serial"` // hex
	Nonces  []string  `json:"nonces"`             // of the time-stamp requests, in the order of their use, hex
	Planned time.Time `json:"planned_at"`
}

// work is what one attempt needs to know.
type work struct {
	Payload
	org     id.Org
	orgName string
	ident   *Identity
	nonces  []*big.Int
	intent  intent
	base    *envelope.Revision
	level   pades.Level
	signed  bool // upload that bore signatures
}

// sealDocument is the job: intent, outside acts, one commit.
func (s *Service) sealDocument(ctx context.Context, job schedule.Job) error {
	var p Payload
	if err := json.Unmarshal(job.Payload, &p); err != nil {
		return fmt.Errorf("seal: read job: %w", err)
	}
	w, err := s.begin(ctx, job, p)
	if err != nil || w == nil {
		return s.stall(ctx, job, p, err)
	}
	done, err := s.perform(ctx, w)
	if err == nil {
		err = s.complete(ctx, job, w, done)
	}
	return s.stall(ctx, job, p, err)
}

// begin stores the intent. It returns nil where nothing is left to do.
func (s *Service) begin(ctx context.Context, job schedule.Job, p Payload) (*work, error) {
	ident, err := s.Identity(ctx, job.Org)
	if err != nil {
		return nil, err
	}
	name, err := s.d.Organizations.OrganizationName(ctx, job.Org)
	if err != nil {
		return nil, fmt.Errorf("seal: name organization: %w", err)
	}
	nonces, err := newNonces()
	if err != nil {
		return nil, err
	}
	var w *work
	err = s.d.Store.Update(ctx, job.Org, func(tx envelope.Tx) error {
		w = &work{Payload: p, org: job.Org, orgName: name, ident: ident, nonces: nonces}
		ready, err := s.storeIntent(ctx, tx, w)
		if err == nil && !ready {
			w = nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("seal: store intent: %w", err)
	}
	return w, nil
}

func (s *Service) storeIntent(ctx context.Context, tx envelope.Tx, w *work) (bool, error) {
	e, doc, err := s.subject(ctx, tx, w)
	if err != nil || doc == nil {
		return false, err
	}
	if w.base, err = head(ctx, tx, doc); err != nil {
		return false, err
	}
	w.level, w.signed = pades.Level(e.Level), doc.SignedUpload
	now := s.d.Clock.Now()
	first := doc.Attempt == 0
	doc.State, doc.Attempt = stateSealing, doc.Attempt+1
	w.intent = intent{
		Attempt: doc.Attempt, Digest: hex.EncodeToString(w.base.Blob.SHA256), Key: w.ident.KeyID,
		Serial: w.ident.Chain[0].SerialNumber.Text(16), Nonces: hexadecimal(w.nonces), Planned: now,
	}
	if doc.Intent, err = json.Marshal(w.intent); err != nil {
		return false, err
	}
	if err := tx.PutDocument(ctx, doc); err != nil {
		return false, err
	}
	return true, s.noteStart(ctx, tx, e, doc, w, first)
}

// subject locks what is to be sealed; the document is nil where it is sealed already or there is none.
func (s *Service) subject(ctx context.Context, tx envelope.Tx, w *work) (*envelope.Envelope, *envelope.Document, error) {
	e, err := tx.LockEnvelope(ctx, w.Envelope)
	if problem.KindOf(err) == problem.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	doc, err := tx.Document(ctx, w.Document)
	if problem.KindOf(err) == problem.NotFound {
		return nil, nil, nil
	}
	if err != nil || doc.State == stateSealed || e.State.Allow(envelope.OpSeal) != nil {
		return nil, nil, err
	}
	return e, doc, nil
}

// noteStart moves the envelope to sealing and writes one event for a document's first attempt.
func (s *Service) noteStart(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, doc *envelope.Document, w *work, first bool) error {
	if !first && e.State == envelope.Sealing {
		return nil
	}
	e.State = envelope.Sealing
	facts := map[string]any{
		"document": doc.ID, "digest": w.intent.Digest, "key": w.intent.Key, "certificate_serial": w.intent.Serial, "level": string(w.level),
	}
	if err := envelope.Append(ctx, tx, e, w.intent.Planned, access.System, "seal.started", facts, nil); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, e)
}

func head(ctx context.Context, tx envelope.Tx, doc *envelope.Document) (*envelope.Revision, error) {
	list, err := tx.Revisions(ctx, doc.ID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[len(list)-1].Number != doc.Head {
		return nil, errors.New("seal: document without its newest revision")
	}
	return list[len(list)-1], nil
}

// outcome is the result of the outside acts.
type outcome struct {
	blob      envelope.Blob
	result    *pades.Result
	proof     *proof
	authority string // that gave the time stamp
}

// perform signs, stamps and stores. Nothing refers to its result yet.
func (s *Service) perform(ctx context.Context, w *work) (*outcome, error) {
	src, err := s.d.Vault.Open(ctx, w.org, w.base.Blob)
	if err != nil {
		return nil, fmt.Errorf("seal: open document: %w", err)
	}
	defer src.Close()
	tsa, err := s.sources(ctx, w.org, w.nonces)
	if err != nil {
		return nil, err
	}
	opt := options(w.ident, w.orgName, w.level, w.intent.Planned)
	opt.Collector = s.collectorFor(w.ident, tsa.sources, w.level)
	done := &outcome{}
	done.blob, err = s.store(ctx, w.org, func(out io.Writer) (err error) {
		done.result, err = sealBytes(ctx, src, src.Size(), w.ident, tsa, opt, out)
		return err
	})
	if tsa.failed != nil {
		return nil, tsa.failed
	}
	if err != nil {
		return nil, err
	}
	done.authority = tsa.used
	done.proof, err = s.proofOf(ctx, w.org, done.blob)
	return done, err
}

// store runs write into a durable blob.
func (s *Service) store(ctx context.Context, org id.Org, write func(io.Writer) error) (envelope.Blob, error) {
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		err := write(w)
		failed <- err
		w.CloseWithError(err)
	}()
	blob, err := s.d.Vault.Put(ctx, org, r)
	r.CloseWithError(errors.New("seal: blob was not taken"))
	werr := <-failed
	if err != nil && problem.KindOf(err) != problem.Internal {
		return envelope.Blob{}, err
	}
	if werr != nil {
		return envelope.Blob{}, werr
	}
	if err != nil {
		return envelope.Blob{}, fmt.Errorf("seal: store document: %w", err)
	}
	return blob, nil
}

// complete commits the sealed revision, what follows from it, and the end of the job, together. Where it fails the
// blob stays for the sweep of orphans: an error does not prove that nothing was committed.
func (s *Service) complete(ctx context.Context, job schedule.Job, w *work, done *outcome) error {
	err := s.d.Store.Update(ctx, w.org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, w.Envelope)
		if err != nil {
			return err
		}
		if err := tx.CompleteSeal(ctx, w.Document, w.intent.Attempt, string(done.result.Level)); err != nil {
			return err
		}
		if err := s.addRevision(ctx, tx, e, w, done); err != nil {
			return err
		}
		if err := s.afterLast(ctx, tx, e, w.org); err != nil {
			return err
		}
		if err := tx.UpdateEnvelope(ctx, e); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
	if err != nil {
		return fmt.Errorf("seal: complete: %w", err)
	}
	return nil
}

func (s *Service) addRevision(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, w *work, done *outcome) error {
	doc, err := tx.Document(ctx, w.Document)
	if err != nil {
		return err
	}
	now := s.d.Clock.Now()
	doc.State, doc.Level, doc.Head = stateSealed, string(done.result.Level), w.base.Number+1
	doc.Stalled, doc.NextTry = "", time.Time{}
	doc.ProofUntil, doc.RenewAfter = done.proof.lasts(), time.Time{}
	if err := tx.InsertRevision(ctx, &envelope.Revision{
		Document: doc.ID, Number: doc.Head, Kind: envelope.SealedRev, Blob: done.blob, CreatedAt: now,
	}); err != nil {
		return err
	}
	if err := tx.PutDocument(ctx, doc); err != nil {
		return err
	}
	return envelope.Append(ctx, tx, e, now, access.System, "document.sealed", sealedFacts(doc, w, done), nil)
}

func sealedFacts(doc *envelope.Document, w *work, done *outcome) map[string]any {
	facts := map[string]any{
		"document": doc.ID, "attempt": w.intent.Attempt, "base": w.intent.Digest,
		"sha256": hex.EncodeToString(done.blob.SHA256), "size": done.blob.Size, "level": doc.Level,
		"key": w.intent.Key, "certificate_serial": w.intent.Serial,
	}
	if !done.result.TimestampTime.IsZero() {
		facts["timestamp"] = done.result.TimestampTime.UTC().Format(time.RFC3339Nano)
		facts["timestamp_authority"] = authorityName(done.result.Token, done.authority)
		facts["timestamp_source"] = done.authority
	}
	if stamps := done.result.DocumentTimestamps; len(stamps) > 0 {
		facts["archive_timestamp"] = stamps[len(stamps)-1].UTC().Format(time.RFC3339Nano)
	}
	return facts
}

// authorityName is whom a token's certificate names; where it says nothing, the source's name in the configuration.
func authorityName(token []byte, source string) string {
	t, err := tsp.ParseToken(token)
	if err != nil {
		return source
	}
	cert, err := t.Verify(t.Hash, t.Imprint)
	if err != nil || cert.Subject.CommonName == "" {
		return source
	}
	return cert.Subject.CommonName
}

// afterLast moves the envelope on when its last document is sealed.
func (s *Service) afterLast(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, org id.Org) error {
	docs, err := tx.Documents(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if doc.State != stateSealed {
			return nil
		}
	}
	now := s.d.Clock.Now()
	e.State, e.SealedAt = envelope.Sealed, now
	if err := envelope.Append(ctx, tx, e, now, access.System, "envelope.sealed", map[string]any{"documents": len(docs)}, nil); err != nil {
		return err
	}
	payload, err := json.Marshal(EnvelopePayload{Envelope: e.ID})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, schedule.Job{ID: id.New(), Org: org, Kind: CertificateJob, Unique: string(e.ID), Payload: payload, RunAt: now})
}
