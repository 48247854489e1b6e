package ceremony

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// nonceSize is the least length of a nonce, characters: 128 random bits in base64url.
const nonceSize = 22

// againFor is how long a repeated exchange finds the sitting of the first one.
const againFor = time.Minute

// ExchangeOnce is Exchange for a page's button, which may be pressed twice before the first answer arrives. The page
// drew the nonce; both presses carry it, and both get the same sitting. Its secret is derived from link and nonce, so
// that nothing but a digest need be stored, and who has only the link cannot make it.
func (s *Service) ExchangeOnce(ctx context.Context, token, nonce string, from Origin) (*Session, error) {
	if len(nonce) < nonceSize {
		return s.Exchange(ctx, token, from)
	}
	seat := func(org id.Org, e *envelope.Envelope, recipient id.ID, from Origin, now time.Time) (string, *envelope.Sitting, error) {
		_, sit, err := newSitting(org, e, recipient, from, now)
		if err != nil {
			return "", nil, err
		}
		secret, ceremony, err := derive(org, token, nonce)
		if err != nil {
			return "", nil, err
		}
		_, sit.Hash, _ = envelope.ReadToken(secret)
		sit.ID = ceremony
		return secret, sit, nil
	}
	sess, err := s.exchange(ctx, token, from, seat)
	if err == nil || problem.From(err).Code != errExchangedLink.Code {
		return sess, err
	}
	if again := s.again(ctx, token, nonce); again != nil {
		return again, nil
	}
	return nil, err
}

// derive makes secret and id of the sitting that a link and a nonce stand for.
func derive(org id.Org, token, nonce string) (secret string, ceremony id.ID, err error) {
	o, err := uuid.Parse(string(org))
	if err != nil {
		return "", "", fmt.Errorf("ceremony: organization id: %w", err)
	}
	key := sha256.Sum256([]byte("sitting secret\x00" + token + "\x00" + nonce))
	name := sha256.Sum256([]byte("sitting id\x00" + token + "\x00" + nonce))
	u := uuid.UUID(name[:16])
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80 // version 8: made by a rule of one's own
	return base64.RawURLEncoding.EncodeToString(append(o[:], key[:]...)), id.ID(u.String()), nil
}

// again is the sitting of an exchange a moment ago; nil where there was none with this nonce.
func (s *Service) again(ctx context.Context, token, nonce string) *Session {
	org, _, ok := envelope.ReadToken(token)
	if !ok {
		return nil
	}
	secret, ceremony, err := derive(org, token, nonce)
	if err != nil {
		return nil
	}
	_, hash, _ := envelope.ReadToken(secret)
	sit, err := s.peek(ctx, org, ceremony)
	if err != nil || subtle.ConstantTimeCompare(hash, sit.Hash) != 1 {
		return nil
	}
	if now := s.d.Clock.Now(); open(sit, now) != nil || now.Sub(sit.CreatedAt) > againFor {
		return nil
	}
	return &Session{Ceremony: sit.ID, Secret: secret, ExpiresAt: sit.ExpiresAt}
}

// Resume finds, among the sittings that a browser has secrets of, an open one of the recipient that a link belongs
// to: whoever opens a used link where they used it goes on where they were. It changes nothing.
func (s *Service) Resume(ctx context.Context, token string, secrets map[id.ID]string) (ceremony id.ID, ok bool) {
	f, err := s.find(ctx, token)
	if err != nil {
		return "", false
	}
	for sitting, secret := range secrets {
		p, err := s.Principal(ctx, sitting, secret)
		if err == nil && p.Org == f.org && p.Recipient == f.recipient.ID {
			return sitting, true
		}
	}
	return "", false
}
