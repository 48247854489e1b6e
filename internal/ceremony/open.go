package ceremony

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var (
	errUnknownLink   = problem.New(problem.NotFound, "link_unknown", "This link is not known here. Check that you copied all of it.")
	errRevokedLink   = problem.New(problem.Gone, "link_revoked", "This link was replaced by a newer one. Use the newest message that you received.")
	errExchangedLink = problem.New(problem.Gone, "link_exchanged", "This link was opened already. A new one can be sent to the same address.")
	errExpiredLink   = problem.New(problem.Gone, "link_expired", "This link has expired. A new one can be sent to the same address.")
)

// Session is what an exchange yields: the ceremony's id and the cookie's secret.
type Session struct {
	Ceremony  id.ID
	Secret    string
	ExpiresAt time.Time
}

// Glance is what a link shows before it is exchanged. Mail scanners open links, so it names nobody but the
// sender and changes nothing.
type Glance struct {
	Sender string // the organization
	Title  string
	Locale string
	Usable bool  // an exchange would work now
	Why    error // not usable: what a person is told
	Mailed bool  // a new link can be sent
	Org    id.Org
}

// found is a link with what it leads to.
type found struct {
	org       id.Org
	link      *envelope.Link
	envelope  *envelope.Envelope
	recipient *envelope.Recipient
}

// find looks a token up. An unknown one costs a read at most, never a write.
func (s *Service) find(ctx context.Context, token string) (*found, error) {
	org, hash, ok := envelope.ReadToken(token)
	if !ok {
		return nil, errUnknownLink
	}
	f := &found{org: org}
	err := s.d.Store.View(ctx, org, func(tx envelope.Tx) error {
		var err error
		if f.link, err = tx.LinkByHash(ctx, hash); err != nil {
			return err
		}
		if f.envelope, err = tx.Envelope(ctx, f.link.Envelope); err != nil {
			return err
		}
		f.recipient, err = tx.Recipient(ctx, f.link.Recipient)
		return err
	})
	if problem.KindOf(err) == problem.NotFound {
		return nil, errUnknownLink
	}
	return f, err
}

// usable says why a link cannot be exchanged, if it cannot.
func usable(l *envelope.Link, now time.Time) error {
	switch {
	case !l.ExchangedAt.IsZero():
		return errExchangedLink
	case !l.RevokedAt.IsZero():
		return errRevokedLink
	case !now.Before(l.ExpiresAt):
		return errExpiredLink
	}
	return nil
}

// Glance reads a link without changing anything.
func (s *Service) Glance(ctx context.Context, token string) (*Glance, error) {
	f, err := s.find(ctx, token)
	if err != nil {
		return nil, err
	}
	sender, err := s.d.Organizations.OrganizationName(ctx, f.org)
	if err != nil {
		return nil, err
	}
	why := closed(f, s.d.Clock.Now())
	g := s.glance(f, sender)
	g.Usable, g.Why = why == nil, why
	return g, nil
}

func (s *Service) glance(f *found, sender string) *Glance {
	return &Glance{Sender: sender, Title: f.envelope.Title, Locale: localeOf(f.envelope, f.recipient), Org: f.org, Mailed: s.Mailed()}
}

// Mailed says whether messages go out by e-mail.
func (s *Service) Mailed() bool { return s.d.Mail != nil && s.d.Mail() }

// Remains is what somebody who was let in may still know of an envelope that lets nobody in any more.
type Remains struct {
	*Glance
	Reason string // why the sender withdrew it, which recipients are told; empty: they did not
}

// Remains reads what is left for a recipient with a sitting.
func (s *Service) Remains(ctx context.Context, by *access.Principal) (*Remains, error) {
	f := &found{org: by.Org}
	err := s.d.Store.View(ctx, by.Org, func(tx envelope.Tx) (err error) {
		if f.envelope, err = tx.Envelope(ctx, by.Envelope); err != nil {
			return err
		}
		f.recipient, err = tx.Recipient(ctx, by.Recipient)
		return err
	})
	if err != nil {
		return nil, err
	}
	sender, err := s.d.Organizations.OrganizationName(ctx, by.Org)
	if err != nil {
		return nil, err
	}
	out := &Remains{Glance: s.glance(f, sender)}
	if f.envelope.State == envelope.Voided {
		out.Reason = f.envelope.Reason
	}
	return out, nil
}

// closed says why a link leads nowhere, if it does not: first what became of the envelope, then of the link itself.
func closed(f *found, now time.Time) error {
	if err := admitted(f.envelope, envelope.OpSit, now); err != nil {
		return err
	}
	if f.envelope.Due(now) {
		return envelope.Expired.Allow(envelope.OpSit)
	}
	return usable(f.link, now)
}

func localeOf(e *envelope.Envelope, r *envelope.Recipient) string {
	if r.Locale != "" {
		return r.Locale
	}
	return e.Locale
}

// Exchange turns a link's token into a session, once.
func (s *Service) Exchange(ctx context.Context, token string, from Origin) (*Session, error) {
	return s.exchange(ctx, token, from, newSitting)
}

func (s *Service) exchange(ctx context.Context, token string, from Origin, seat seating) (*Session, error) {
	f, err := s.find(ctx, token)
	if err != nil {
		return nil, err
	}
	now := s.d.Clock.Now()
	if f.envelope.State.Allow(envelope.OpSit) == nil && !f.envelope.Due(now) {
		if err := errors.Join(usable(f.link, now), admitted(f.envelope, envelope.OpSit, now)); err != nil {
			return nil, err
		}
	}
	secret, sit, err := seat(f.org, f.envelope, f.recipient.ID, from, now)
	if err != nil {
		return nil, err
	}
	err = envelope.Enter(ctx, s.d.Store, f.org, f.envelope.ID, now, envelope.OpSit, anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		return exchange(ctx, tx, e, f.link.Hash, sit, from, now)
	})
	if err != nil {
		return nil, err
	}
	return &Session{Ceremony: sit.ID, Secret: secret, ExpiresAt: sit.ExpiresAt}, nil
}

// seating makes a sitting and its secret.
type seating func(org id.Org, e *envelope.Envelope, recipient id.ID, from Origin, now time.Time) (string, *envelope.Sitting, error)

func newSitting(org id.Org, e *envelope.Envelope, recipient id.ID, from Origin, now time.Time) (string, *envelope.Sitting, error) {
	secret, hash, err := envelope.NewToken(org)
	if err != nil {
		return "", nil, err
	}
	return secret, &envelope.Sitting{
		ID: id.New(), Envelope: e.ID, Recipient: recipient, Hash: hash, CreatedAt: now,
		ExpiresAt: now.Add(sittingLife), Address: clip(from.Address), UserAgent: clip(from.UserAgent),
	}, nil
}

func exchange(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, hash []byte, sit *envelope.Sitting, from Origin, now time.Time) error {
	link, err := tx.LinkByHash(ctx, hash)
	if err != nil {
		return err
	}
	if err := usable(link, now); err != nil {
		return err
	}
	link.ExchangedAt = now
	if err := tx.PutLink(ctx, link); err != nil {
		return err
	}
	if err := tx.PutSitting(ctx, sit); err != nil {
		return err
	}
	r, err := tx.Recipient(ctx, sit.Recipient)
	if err != nil {
		return err
	}
	if err := markOpened(ctx, tx, r, now); err != nil {
		return err
	}
	facts := map[string]any{"recipient": r.ID, "ceremony": sit.ID, "link": link.ID, "revealed": link.Revealed}
	if err := envelope.Append(ctx, tx, e, now, actor(r.ID), "recipient.opened", facts, from.personal()); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, e)
}

// markOpened notes that the recipient came in.
func markOpened(ctx context.Context, tx envelope.Tx, r *envelope.Recipient, now time.Time) error {
	if r.OpenedAt.IsZero() {
		r.OpenedAt = now
	}
	if r.State == envelope.Notified {
		r.State = envelope.Opened
	}
	return tx.PutRecipient(ctx, r)
}

// RequestLink sends a new link to the address that a link belongs to. Whoever holds an old link can cause a
// message to its rightful owner, at most one every two minutes, and nothing else.
func (s *Service) RequestLink(ctx context.Context, token string) error {
	f, err := s.find(ctx, token)
	if err != nil {
		return err
	}
	now := s.d.Clock.Now()
	return envelope.Enter(ctx, s.d.Store, f.org, f.envelope.ID, now, envelope.OpResend, anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		r, err := tx.Recipient(ctx, f.recipient.ID)
		if err != nil {
			return err
		}
		if err := paused(ctx, tx, r, now); err != nil {
			return err
		}
		template := "reminder"
		if !e.State.Open() {
			template = "completed"
		}
		if _, err := envelope.QueueMessage(ctx, tx, f.org, e, r, template, nil, now); err != nil {
			return err
		}
		return tx.UpdateEnvelope(ctx, e)
	})
}

// paused refuses a new link shortly after the last one.
func paused(ctx context.Context, tx envelope.Tx, r *envelope.Recipient, now time.Time) error {
	all, err := tx.Messages(ctx, r.Envelope, "", 200)
	if err != nil {
		return err
	}
	for _, m := range all {
		if wait := m.CreatedAt.Add(linkPause).Sub(now); m.Recipient == r.ID && wait > 0 {
			return problem.New(problem.Limited, "link_sent", "A message was sent a moment ago. Look for it before you ask for another one.").After(wait)
		}
	}
	return nil
}

// Principal turns a ceremony's id, from the path, and the secret of its cookie into the recipient.
func (s *Service) Principal(ctx context.Context, ceremony id.ID, secret string) (*access.Principal, error) {
	org, hash, ok := envelope.ReadToken(secret)
	if !ok {
		return nil, errNoSitting
	}
	var sit *envelope.Sitting
	err := s.d.Store.View(ctx, org, func(tx envelope.Tx) error {
		var err error
		sit, err = tx.Sitting(ctx, ceremony)
		return err
	})
	if problem.KindOf(err) == problem.NotFound {
		return nil, errNoSitting
	}
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(hash, sit.Hash) != 1 {
		return nil, errNoSitting
	}
	if err := open(sit, s.d.Clock.Now()); err != nil {
		return nil, err
	}
	return &access.Principal{
		Audience: access.RecipientAudience, Org: org, Envelope: sit.Envelope, Recipient: sit.Recipient,
		Ceremony: sit.ID, Session: sit.ID,
	}, nil
}

// open says why a sitting has ended, if it has.
func open(sit *envelope.Sitting, now time.Time) error {
	if !sit.EndedAt.IsZero() {
		return problem.New(problem.Gone, "sitting_ended", "You continued on another device. This one is signed out.")
	}
	if !now.Before(sit.ExpiresAt) {
		return problem.New(problem.Gone, "sitting_expired", "This sitting has ended. Ask for a new link to continue.")
	}
	return nil
}
