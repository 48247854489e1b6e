package envelope

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
)

// Enter runs one operation on an envelope under its lock. Time comes first: an envelope whose time ran out
// becomes expired in this same transaction, which commits although the operation is refused. see may refuse
// the caller before anything else is decided; fn updates the envelope's row itself.
func Enter(ctx context.Context, store Store, org id.Org, envelope id.ID, now time.Time, op Operation, see func(*Envelope) error, fn func(Tx, *Envelope) error) error {
	var refused error
	err := store.Update(ctx, org, func(tx Tx) error {
		refused = nil
		e, err := tx.LockEnvelope(ctx, envelope)
		if err != nil {
			return err
		}
		if err := see(e); err != nil {
			return err
		}
		expired, err := expire(ctx, tx, e, now)
		if err != nil {
			return err
		}
		if refused = e.State.Allow(op); refused != nil {
			if expired {
				return nil
			}
			return refused
		}
		return fn(tx, e)
	})
	if err != nil {
		return err
	}
	return refused
}

// Due says whether an envelope's time has run out without its row saying so.
func (e *Envelope) Due(now time.Time) bool {
	return e.State.Allow(OpExpire) == nil && !e.ExpiresAt.IsZero() && !now.Before(e.ExpiresAt)
}

// expire turns an envelope whose time has run out into an expired one.
func expire(ctx context.Context, tx Tx, e *Envelope, now time.Time) (bool, error) {
	if !e.Due(now) {
		return false, nil
	}
	e.State = Expired
	facts := map[string]any{"expires_at": e.ExpiresAt}
	if err := Append(ctx, tx, e, now, access.System, "envelope.expired", facts, nil); err != nil {
		return false, err
	}
	if err := closeLinks(ctx, tx, e, now); err != nil {
		return false, err
	}
	if err := TellSender(ctx, tx, e, "sender_expired", nil, now); err != nil {
		return false, err
	}
	return true, tx.UpdateEnvelope(ctx, e)
}

// closeLinks revokes every way in.
func closeLinks(ctx context.Context, tx Tx, e *Envelope, now time.Time) error {
	recipients, err := tx.Recipients(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, r := range recipients {
		if err := tx.RevokeLinks(ctx, r.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// Read shows an envelope, expired first where its time has run out.
func Read(ctx context.Context, store Store, org id.Org, envelope id.ID, now time.Time, see func(*Envelope) error, fn func(Tx, *Envelope) error) error {
	due := false
	view := func(tx Tx) error {
		e, err := tx.Envelope(ctx, envelope)
		if err != nil {
			return err
		}
		if err := see(e); err != nil {
			return err
		}
		if due = e.Due(now); due {
			return nil
		}
		return fn(tx, e)
	}
	if err := store.View(ctx, org, view); err != nil || !due {
		return err
	}
	if err := expireOne(ctx, store, org, envelope, now); err != nil {
		return err
	}
	return store.View(ctx, org, view)
}

func expireOne(ctx context.Context, store Store, org id.Org, envelope id.ID, now time.Time) error {
	return store.Update(ctx, org, func(tx Tx) error {
		e, err := tx.LockEnvelope(ctx, envelope)
		if err != nil {
			return err
		}
		_, err = expire(ctx, tx, e, now)
		return err
	})
}

// expireBatch is how many envelopes one pass turns over.
const expireBatch = 100

// expireAll turns over what is due in an organization, oldest first, up to one batch.
func expireAll(ctx context.Context, store Store, org id.Org, now time.Time) (int, error) {
	var due []id.ID
	err := store.View(ctx, org, func(tx Tx) error {
		var err error
		due, err = tx.DueEnvelopes(ctx, now, expireBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		if err := expireOne(ctx, store, org, d, now); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
