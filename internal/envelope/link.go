package envelope

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// linkLife is how long a link may be exchanged when the envelope never expires, and how long the sealed file
// can be fetched through it (ARCHITECTURE section 7).
const linkLife = 30 * 24 * time.Hour

const (
	orgSize    = 16
	secretSize = 32
)

// NewToken makes a secret of 256 bits that leads to an organization: the organization's id and the secret,
// base64url. hash is what is stored.
func NewToken(org id.Org) (token string, hash []byte, err error) {
	u, err := uuid.Parse(string(org))
	if err != nil {
		return "", nil, fmt.Errorf("envelope: organization id: %w", err)
	}
	raw := make([]byte, orgSize+secretSize)
	copy(raw, u[:])
	if _, err := rand.Read(raw[orgSize:]); err != nil {
		return "", nil, fmt.Errorf("envelope: token: %w", err)
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:], nil
}

// ReadToken finds organization and hash of a token; ok is false for what cannot be one. It costs no store access.
func ReadToken(token string) (org id.Org, hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != orgSize+secretSize {
		return "", nil, false
	}
	u, err := uuid.FromBytes(raw[:orgSize])
	if err != nil {
		return "", nil, false
	}
	sum := sha256.Sum256(raw)
	return id.Org(u.String()), sum[:], true
}

// newLink revokes a recipient's links and makes the one that counts from now on.
func newLink(ctx context.Context, tx Tx, org id.Org, e *Envelope, r *Recipient, now time.Time, revealed bool) (token string, l *Link, err error) {
	token, hash, err := NewToken(org)
	if err != nil {
		return "", nil, err
	}
	if err := tx.RevokeLinks(ctx, r.ID, now); err != nil {
		return "", nil, err
	}
	l = &Link{
		ID: id.New(), Envelope: e.ID, Recipient: r.ID, Hash: hash, CreatedAt: now,
		ExpiresAt: linkEnd(e, now), Revealed: revealed,
	}
	return token, l, tx.PutLink(ctx, l)
}

func linkEnd(e *Envelope, now time.Time) time.Time {
	end := now.Add(linkLife)
	if e.State.Open() && !e.ExpiresAt.IsZero() && e.ExpiresAt.Before(end) {
		return e.ExpiresAt
	}
	return end
}

func (s *Service) url(token string) string { return s.d.PublicURL() + "/s/" + token }

// MintLink makes a recipient's link at the moment a message is sent out, and revokes their earlier ones. Only
// the caller holds the token: it is in no row and no job, and a repeat makes another one.
func (s *Service) MintLink(ctx context.Context, org id.Org, recipient id.ID) (token string, err error) {
	var envelope id.ID
	err = s.d.Store.View(ctx, org, func(tx Tx) error {
		r, err := tx.Recipient(ctx, recipient)
		if err != nil {
			return err
		}
		envelope = r.Envelope
		return nil
	})
	if err != nil {
		return "", err
	}
	anybody := func(*Envelope) error { return nil }
	err = Enter(ctx, s.d.Store, org, envelope, s.d.Clock.Now(), OpSit, anybody, func(tx Tx, e *Envelope) error {
		r, err := tx.Recipient(ctx, recipient)
		if err != nil {
			return err
		}
		token, _, err = newLink(ctx, tx, org, e, r, s.d.Clock.Now(), false)
		return err
	})
	return token, err
}

// RevealLink makes a link and shows it to the sender. It is a permission of its own, an event of the envelope,
// and printed in the evidence.
func (s *Service) RevealLink(ctx context.Context, by *access.Principal, envelope, recipient id.ID) (url string, expires time.Time, err error) {
	var token string
	_, err = s.edit(ctx, by, envelope, 0, OpReveal, func(tx Tx, f *Full) error {
		r := f.recipient(recipient)
		if r == nil {
			return noRecipient()
		}
		if err := mayReveal(f, r); err != nil {
			return err
		}
		now := s.d.Clock.Now()
		var l *Link
		if token, l, err = newLink(ctx, tx, by.Org, f.Envelope, r, now, true); err != nil {
			return err
		}
		expires = l.ExpiresAt
		facts := map[string]any{"recipient": r.ID, "link": l.ID}
		personal := map[string]string{"address": by.Address, "user_agent": by.UserAgent}
		return Append(ctx, tx, f.Envelope, now, by.Actor(), "link.revealed", facts, personal)
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return s.url(token), expires, nil
}

func mayReveal(f *Full, r *Recipient) error {
	if f.Envelope.State.Open() && r.State != Done && !MayAct(f.Envelope, f.Recipients, r.ID) {
		return problem.New(problem.Conflict, "not_their_turn", "It is not this recipient's turn yet.")
	}
	return nil
}
