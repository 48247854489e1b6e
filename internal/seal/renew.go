package seal

import (
	"context"
	"crypto/x509"
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
	"github.com/consigil/consigil/pki"
)

// RenewJob is the job that lifts one sealed document to B-LTA, again or for the first time. docs/decisions/0010 says
// which documents are renewed, and when.
const RenewJob = "seal.renew"

// defaultHorizon is how long before its proof runs out a document is renewed.
const defaultHorizon = 180 * 24 * time.Hour

// renewBatch bounds how many documents of an organization one round takes up; the next round goes on.
const renewBatch = 500

// Due is a document whose renewal is due.
type Due struct {
	Envelope id.ID
	Document id.ID
	Level    string    // achieved
	Until    time.Time // when its proof runs out; zero: nobody has looked yet
	NextTry  time.Time // zero: now
	Reason   string    // why an earlier try failed, empty where none did
}

func (s *Service) horizon() time.Duration {
	if s.d.Horizon > 0 {
		return s.d.Horizon
	}
	return defaultHorizon
}

// due selects what the organization's policy has renewed.
func (s *Service) due(ctx context.Context, org id.Org) (envelope.Renewals, error) {
	policy, err := s.d.Organizations.SealPolicy(ctx, org)
	if err != nil {
		return envelope.Renewals{}, fmt.Errorf("seal: read policy: %w", err)
	}
	now := s.d.Clock.Now()
	f := envelope.Renewals{Before: now.Add(s.horizon()), Now: now, Limit: renewBatch}
	if !policy.Keep {
		f.Level = string(pades.LevelLTA)
	}
	return f, nil
}

// DueRenewals lists documents that the next rounds renew, at most one round's, with those that are put off.
func (s *Service) DueRenewals(ctx context.Context, org id.Org) ([]Due, error) {
	f, err := s.due(ctx, org)
	if err != nil {
		return nil, err
	}
	f.Now = f.Now.Add(longestRenewalWait)
	out := []Due{}
	err = s.d.Store.View(ctx, org, func(tx envelope.Tx) error {
		docs, err := tx.DueRenewals(ctx, f)
		for _, d := range docs {
			out = append(out, Due{Envelope: d.Envelope, Document: d.ID, Level: d.Level, Until: d.ProofUntil, NextTry: d.RenewAfter, Reason: d.Stalled})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("seal: list renewals: %w", err)
	}
	return out, nil
}

// EnqueueRenewals queues the renewal of documents that are due, and returns how many. A document that is queued already
// is not queued twice. What was put off is taken up at once where again is set.
func (s *Service) EnqueueRenewals(ctx context.Context, org id.Org, again bool) (n int, err error) {
	f, err := s.due(ctx, org)
	if err != nil {
		return 0, err
	}
	now := f.Now
	if again {
		f.Now = f.Now.Add(longestRenewalWait)
	}
	err = s.d.Store.Update(ctx, org, func(tx envelope.Tx) error {
		docs, err := tx.DueRenewals(ctx, f)
		if err != nil {
			return err
		}
		n = len(docs)
		for _, d := range docs {
			if err := enqueueRenewal(ctx, tx, org, d, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("seal: queue renewals: %w", err)
	}
	return n, nil
}

func enqueueRenewal(ctx context.Context, tx envelope.Tx, org id.Org, d *envelope.Document, now time.Time) error {
	payload, err := json.Marshal(Payload{Envelope: d.Envelope, Document: d.ID})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, schedule.Job{ID: id.New(), Org: org, Kind: RenewJob, Unique: string(d.ID), Payload: payload, RunAt: now})
}

// renewal is one attempt under way.
type renewal struct {
	Payload
	org    id.Org
	base   *envelope.Revision
	before *proof
	nonces []*big.Int
	intent intent
}

// renewDocument is the job: look, intent, outside acts, one commit.
func (s *Service) renewDocument(ctx context.Context, job schedule.Job) error {
	var p Payload
	if err := json.Unmarshal(job.Payload, &p); err != nil {
		return fmt.Errorf("seal: read job: %w", err)
	}
	err := s.renew(ctx, job, &renewal{Payload: p, org: job.Org})
	return s.postpone(ctx, job, p, err)
}

func (s *Service) renew(ctx context.Context, job schedule.Job, r *renewal) error {
	wanted, err := s.look(ctx, r)
	if err != nil || !wanted {
		return err
	}
	if r.nonces, err = newNonces(); err != nil {
		return err
	}
	if err := s.storeRenewal(ctx, r); err != nil {
		return err
	}
	done, err := s.extend(ctx, r)
	if err != nil {
		return err
	}
	return s.completeRenewal(ctx, job, r, done)
}

// look reads the bytes and decides. What was learned is kept, so that nobody looks again before it is due.
func (s *Service) look(ctx context.Context, r *renewal) (wanted bool, err error) {
	policy, err := s.d.Organizations.SealPolicy(ctx, r.org)
	if err != nil {
		return false, fmt.Errorf("seal: read policy: %w", err)
	}
	doc, err := s.sealedDocument(ctx, r)
	if doc == nil || err != nil {
		return false, err
	}
	if r.before, err = s.proofOf(ctx, r.org, r.base.Blob); err != nil {
		return false, err
	}
	asked := policy.Keep || r.before.level == pades.LevelLTA
	if asked && !r.before.until.IsZero() && !r.before.until.After(s.d.Clock.Now().Add(s.horizon())) {
		return true, nil
	}
	return false, s.keepProof(ctx, r)
}

// sealedDocument reads the document with its newest revision; nil where there is nothing to renew.
func (s *Service) sealedDocument(ctx context.Context, r *renewal) (doc *envelope.Document, err error) {
	err = s.d.Store.View(ctx, r.org, func(tx envelope.Tx) error {
		doc, err = tx.Document(ctx, r.Document)
		if problem.KindOf(err) == problem.NotFound {
			doc = nil
			return nil
		}
		if err != nil || doc.State != stateSealed {
			doc = nil
			return err
		}
		r.base, err = head(ctx, tx, doc)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("seal: read document: %w", err)
	}
	return doc, nil
}

func (s *Service) proofOf(ctx context.Context, org id.Org, b envelope.Blob) (*proof, error) {
	src, err := s.d.Vault.Open(ctx, org, b)
	if err != nil {
		return nil, fmt.Errorf("seal: open document: %w", err)
	}
	defer src.Close()
	return readProof(src, src.Size())
}

// change runs fn on the document under the envelope's lock where it is still the one that was looked at.
func (s *Service) change(ctx context.Context, r *renewal, fn func(envelope.Tx, *envelope.Envelope, *envelope.Document) error) error {
	return s.d.Store.Update(ctx, r.org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, r.Envelope)
		if err != nil {
			return err
		}
		doc, err := tx.Document(ctx, r.Document)
		if err != nil {
			return err
		}
		if doc.State != stateSealed || doc.Head != r.base.Number {
			return problem.New(problem.Conflict, "renewal_attempt", "Another attempt at renewing has taken over.")
		}
		return fn(tx, e, doc)
	})
}

func (s *Service) keepProof(ctx context.Context, r *renewal) error {
	err := s.change(ctx, r, func(tx envelope.Tx, _ *envelope.Envelope, doc *envelope.Document) error {
		doc.ProofUntil, doc.RenewAfter = r.before.lasts(), time.Time{}
		return tx.PutDocument(ctx, doc)
	})
	if err != nil {
		return fmt.Errorf("seal: keep end of proof: %w", err)
	}
	return nil
}

// storeRenewal stores the intent before any outside act.
func (s *Service) storeRenewal(ctx context.Context, r *renewal) error {
	err := s.change(ctx, r, func(tx envelope.Tx, _ *envelope.Envelope, doc *envelope.Document) (err error) {
		doc.Attempt++
		doc.ProofUntil = r.before.lasts()
		r.intent = intent{
			Attempt: doc.Attempt, Digest: hex.EncodeToString(r.base.Blob.SHA256), Nonces: hexadecimal(r.nonces), Planned: s.d.Clock.Now(),
		}
		if doc.Intent, err = json.Marshal(r.intent); err != nil {
			return err
		}
		return tx.PutDocument(ctx, doc)
	})
	if err != nil {
		return fmt.Errorf("seal: store intent: %w", err)
	}
	return nil
}

// renewed is the result of the outside acts.
type renewed struct {
	blob      envelope.Blob
	result    *pades.Extended
	after     *proof
	authority string
}

// errNoBetter says that a new time stamp would prove no longer than the one that is there.
var errNoBetter = errors.New("seal: the time-stamp authority's certificate runs out as early as the one before")

// extend makes the bytes. Nothing refers to them yet; where they do not last longer they are dropped, for otherwise a
// document would grow with every round.
func (s *Service) extend(ctx context.Context, r *renewal) (*renewed, error) {
	src, err := s.d.Vault.Open(ctx, r.org, r.base.Blob)
	if err != nil {
		return nil, fmt.Errorf("seal: open document: %w", err)
	}
	defer src.Close()
	tsa, err := s.sources(ctx, r.org, r.nonces)
	if err != nil {
		return nil, err
	}
	done := &renewed{}
	done.blob, err = s.store(ctx, r.org, func(out io.Writer) (err error) {
		ext := pades.Extension{Level: pades.LevelLTA, Collector: s.keeper(tsa.sources)}
		done.result, err = pades.Extend(ctx, src, src.Size(), tsa, ext, out)
		return err
	})
	switch {
	case tsa.failed != nil:
		return nil, tsa.failed
	case missing(err):
		return nil, &RevocationError{Err: err}
	case err != nil:
		return nil, err
	}
	done.authority = tsa.used
	if done.after, err = s.proofOf(ctx, r.org, done.blob); err != nil {
		return nil, err
	}
	if !done.after.until.IsZero() && !done.after.until.After(r.before.until) {
		return nil, errNoBetter
	}
	return done, nil
}

// keeper gathers what all signatures of a file need, those of other products too: whether their roots deserve trust is
// the validator's question, so any root that is at hand ends a path.
func (s *Service) keeper(sources []Source) *pki.Collector {
	return &pki.Collector{
		Fetcher: inProcess{s.d.Authority, s.d.Fetcher}, Pool: append([]*x509.Certificate{}, s.anchors(nil, sources)...), Now: s.d.Clock.Now(),
		Checks: s.checks.Fork(),
	}
}

func (s *Service) completeRenewal(ctx context.Context, job schedule.Job, r *renewal, done *renewed) error {
	err := s.change(ctx, r, func(tx envelope.Tx, e *envelope.Envelope, _ *envelope.Document) error {
		if err := tx.CompleteRenewal(ctx, r.Document, r.intent.Attempt, r.base.Number); err != nil {
			return err
		}
		if err := s.addRenewed(ctx, tx, e, r, done); err != nil {
			return err
		}
		if err := tx.UpdateEnvelope(ctx, e); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
	if err != nil {
		return fmt.Errorf("seal: complete renewal: %w", err)
	}
	return nil
}

func (s *Service) addRenewed(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, r *renewal, done *renewed) error {
	doc, err := tx.Document(ctx, r.Document)
	if err != nil {
		return err
	}
	now := s.d.Clock.Now()
	doc.Level, doc.ProofUntil, doc.RenewAfter = string(done.after.level), done.after.lasts(), time.Time{}
	if err := tx.InsertRevision(ctx, &envelope.Revision{
		Document: doc.ID, Number: doc.Head, Kind: envelope.Renewed, Blob: done.blob, CreatedAt: now,
	}); err != nil {
		return err
	}
	if err := tx.PutDocument(ctx, doc); err != nil {
		return err
	}
	stamps := done.result.Timestamps
	facts := map[string]any{
		"document": doc.ID, "attempt": r.intent.Attempt, "base": r.intent.Digest, "sha256": hex.EncodeToString(done.blob.SHA256),
		"size": done.blob.Size, "level": doc.Level, "archive_timestamp": stamps[len(stamps)-1].UTC().Format(time.RFC3339Nano),
		"timestamp_source": done.authority, "ended": r.before.ends, "proof_until": done.after.lasts().Format(time.RFC3339),
	}
	return envelope.Append(ctx, tx, e, now, access.System, "document.renewed", facts, nil)
}
