package ceremony

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Handover is a one-time way to another device, to be shown as a picture that a camera reads.
type Handover struct {
	Code      string
	URL       string // of the page that takes over; the code stands behind #, where no server sees it
	ExpiresAt time.Time
}

// A code is the organization's id, the sitting's id and a secret of 128 bits, base64url: it is found without
// a search and cannot be guessed in its two minutes.
const (
	uuidSize       = 16
	handoverSecret = 16
)

func newCode(org id.Org, sitting id.ID) (code string, hash []byte, err error) {
	raw := make([]byte, 2*uuidSize+handoverSecret)
	for i, part := range []string{string(org), string(sitting)} {
		u, err := uuid.Parse(part)
		if err != nil {
			return "", nil, fmt.Errorf("ceremony: handover: %w", err)
		}
		copy(raw[i*uuidSize:], u[:])
	}
	if _, err := rand.Read(raw[2*uuidSize:]); err != nil {
		return "", nil, fmt.Errorf("ceremony: handover: %w", err)
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:], nil
}

func readCode(code string) (org id.Org, sitting id.ID, hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || len(raw) != 2*uuidSize+handoverSecret {
		return "", "", nil, false
	}
	sum := sha256.Sum256(raw)
	o, s := uuid.UUID(raw[:uuidSize]), uuid.UUID(raw[uuidSize:2*uuidSize])
	return id.Org(o.String()), id.ID(s.String()), sum[:], true
}

// Handover makes a code with which the sitting continues on another device, once, within two minutes.
func (s *Service) Handover(ctx context.Context, by *access.Principal) (*Handover, error) {
	code, hash, err := newCode(by.Org, by.Ceremony)
	if err != nil {
		return nil, err
	}
	now := s.d.Clock.Now()
	out := &Handover{Code: code, URL: s.d.PublicURL() + "/continue#" + code, ExpiresAt: now.Add(handoverLife)}
	err = s.change(ctx, by, envelope.OpSit, func(tx envelope.Tx, sc *scene) error {
		sit, err := tx.Sitting(ctx, by.Ceremony)
		if err != nil {
			return err
		}
		sit.Handover, sit.HandoverExpires = hash, out.ExpiresAt
		if err := tx.PutSitting(ctx, sit); err != nil {
			return err
		}
		facts := map[string]any{"recipient": sc.me.ID, "ceremony": sit.ID}
		return envelope.Append(ctx, tx, sc.e, now, by.Actor(), "handover.started", facts, origin(by).personal())
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

var (
	errUnknownCode = problem.New(problem.NotFound, "handover_unknown", "This code is not known here. Show a new one on the first device.")
	errExpiredCode = problem.New(problem.Gone, "handover_expired", "This code has expired or was used. Show a new one on the first device.")
)

// Takeover continues a sitting on another device and ends it on the first.
func (s *Service) Takeover(ctx context.Context, code string, from Origin) (*Session, error) {
	org, sitting, hash, ok := readCode(code)
	if !ok {
		return nil, errUnknownCode
	}
	now := s.d.Clock.Now()
	old, err := s.peek(ctx, org, sitting)
	if err != nil {
		return nil, err
	}
	if err := fits(old, hash, now); err != nil {
		return nil, err
	}
	var out *Session
	err = envelope.Enter(ctx, s.d.Store, org, old.Envelope, now, envelope.OpSit, anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		out, err = takeover(ctx, tx, org, e, sitting, hash, from, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) peek(ctx context.Context, org id.Org, sitting id.ID) (*envelope.Sitting, error) {
	var out *envelope.Sitting
	err := s.d.Store.View(ctx, org, func(tx envelope.Tx) error {
		var err error
		out, err = tx.Sitting(ctx, sitting)
		return err
	})
	if problem.KindOf(err) == problem.NotFound {
		return nil, errUnknownCode
	}
	return out, err
}

func fits(sit *envelope.Sitting, hash []byte, now time.Time) error {
	if len(sit.Handover) == 0 || !now.Before(sit.HandoverExpires) || !sit.EndedAt.IsZero() {
		return errExpiredCode
	}
	if subtle.ConstantTimeCompare(sit.Handover, hash) != 1 {
		return errUnknownCode
	}
	return nil
}

func takeover(ctx context.Context, tx envelope.Tx, org id.Org, e *envelope.Envelope, sitting id.ID, hash []byte, from Origin, now time.Time) (*Session, error) {
	old, err := tx.Sitting(ctx, sitting)
	if err != nil {
		return nil, err
	}
	if err := fits(old, hash, now); err != nil {
		return nil, err
	}
	old.EndedAt, old.Handover, old.HandoverExpires = now, nil, time.Time{}
	if err := tx.PutSitting(ctx, old); err != nil {
		return nil, err
	}
	secret, sit, err := newSitting(org, e, old.Recipient, from, now)
	if err != nil {
		return nil, err
	}
	sit.Consent = old.Consent
	if err := tx.PutSitting(ctx, sit); err != nil {
		return nil, err
	}
	facts := map[string]any{"recipient": old.Recipient, "from": old.ID, "ceremony": sit.ID}
	if err := envelope.Append(ctx, tx, e, now, actor(old.Recipient), "handover.taken", facts, from.personal()); err != nil {
		return nil, err
	}
	return &Session{Ceremony: sit.ID, Secret: secret, ExpiresAt: sit.ExpiresAt}, tx.UpdateEnvelope(ctx, e)
}
