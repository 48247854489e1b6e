package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// The waits between attempts double from the first to the longest.
const (
	firstWait   = 2 * time.Second
	longestWait = 5 * time.Minute
)

// stall makes a failed attempt visible on the document and asks for another run. The document is never given
// up: what was asked for is what it gets, later.
func (s *Service) stall(ctx context.Context, job schedule.Job, p Payload, cause error) error {
	if cause == nil {
		return nil
	}
	if ctx.Err() != nil { // the process is stopping; the lease runs out and another run begins anew
		return &schedule.Again{Reason: "stopped"}
	}
	if problem.KindOf(cause) == problem.Conflict { // another run was faster; the next one looks again
		return &schedule.Again{After: firstWait, Reason: cause.Error(), Trouble: true}
	}
	wait := firstWait
	err := s.d.Store.Update(ctx, job.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, p.Envelope)
		if err != nil {
			return err
		}
		doc, err := tx.Document(ctx, p.Document)
		if err != nil || doc.State == stateSealed {
			return err
		}
		wait = backoff(doc.Attempt)
		return s.markStalled(ctx, tx, e, doc, stalledCode(cause), s.d.Clock.Now().Add(wait))
	})
	if err != nil {
		return fmt.Errorf("seal: mark stalled: %w", errors.Join(cause, err))
	}
	return &schedule.Again{After: wait, Reason: cause.Error(), Trouble: true}
}

func (s *Service) markStalled(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, doc *envelope.Document, code string, next time.Time) error {
	return s.markWaiting(ctx, tx, e, doc, "document.stalled", code, next)
}

// markWaiting writes the event only when the reason is new.
func (s *Service) markWaiting(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, doc *envelope.Document, event, code string, next time.Time) error {
	fresh := doc.Stalled != code
	doc.Stalled, doc.NextTry = code, next
	if err := tx.PutDocument(ctx, doc); err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	facts := map[string]any{"document": doc.ID, "reason": code, "attempt": doc.Attempt}
	if err := envelope.Append(ctx, tx, e, s.d.Clock.Now(), access.System, event, facts, nil); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, e)
}

func stalledCode(err error) string {
	var down *UnavailableError
	var unknown *RevocationError
	switch {
	case errors.As(err, &down):
		return StalledTimestamp
	case problem.From(err).Code == StalledSigner:
		return StalledSigner
	case errors.Is(err, errExpired):
		return StalledCertificate
	case errors.As(err, &unknown):
		return StalledRevocation
	case problem.KindOf(err) == problem.Full:
		return StalledStorage
	}
	return StalledSeal
}

func backoff(attempt int) time.Duration {
	wait := firstWait
	for range attempt - 1 {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}
