package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// Why a renewal waits, as Document.Stalled has it.
const (
	RenewalTimestamp  = "renewal_timestamp_unavailable"
	RenewalRevocation = "renewal_revocation_unavailable"
	RenewalNoBetter   = "renewal_no_better" // a new time stamp would last no longer than the old one
	RenewalStorage    = "renewal_storage_full"
	RenewalFailed     = "renewal_failed" // the file itself; operators see the job's reason
)

// The waits between attempts at a renewal double from the first to the longest.
const (
	firstRenewalWait   = time.Minute
	longestRenewalWait = 24 * time.Hour
)

// postpone makes a failed renewal visible on the document and asks for another run. Nothing of the document changes: it
// stays as good as it was.
func (s *Service) postpone(ctx context.Context, job schedule.Job, p Payload, cause error) error {
	switch {
	case cause == nil:
		return nil
	case ctx.Err() != nil: // the process is stopping; the lease runs out and another run begins anew
		return &schedule.Again{Reason: "stopped"}
	case problem.KindOf(cause) == problem.NotFound: // erased meanwhile
		return nil
	case problem.KindOf(cause) == problem.Conflict: // another run was faster; the next one looks again
		return &schedule.Again{After: firstWait, Reason: cause.Error(), Trouble: true}
	}
	wait := renewalWait(job.Attempt)
	err := s.d.Store.Update(ctx, job.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, p.Envelope)
		if err != nil {
			return err
		}
		doc, err := tx.Document(ctx, p.Document)
		if err != nil || doc.State != stateSealed {
			return err
		}
		return s.markPostponed(ctx, tx, e, doc, renewalCode(cause), s.d.Clock.Now().Add(wait))
	})
	if err != nil {
		return fmt.Errorf("seal: mark postponed: %w", errors.Join(cause, err))
	}
	return &schedule.Again{After: wait, Reason: cause.Error(), Trouble: true}
}

// markPostponed is markStalled for a renewal, which also says when it is due again.
func (s *Service) markPostponed(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, doc *envelope.Document, code string, next time.Time) error {
	doc.RenewAfter = next
	return s.markWaiting(ctx, tx, e, doc, "document.renewal_stalled", code, next)
}

func renewalCode(err error) string {
	var down *UnavailableError
	var unknown *RevocationError
	switch {
	case errors.As(err, &down):
		return RenewalTimestamp
	case errors.As(err, &unknown):
		return RenewalRevocation
	case errors.Is(err, errNoBetter):
		return RenewalNoBetter
	case problem.KindOf(err) == problem.Full:
		return RenewalStorage
	}
	return RenewalFailed
}

func renewalWait(attempt int) time.Duration {
	wait := firstRenewalWait
	for range attempt - 1 {
		if wait *= 2; wait >= longestRenewalWait {
			return longestRenewalWait
		}
	}
	return wait
}
