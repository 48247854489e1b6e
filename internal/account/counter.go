package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// delay is the table of growing waits: free attempts first, then one second, doubled each time, up to a quarter of
// an hour.
func delay(attempts, free int) time.Duration {
	over := attempts - free
	if over < 0 {
		return 0
	}
	d := time.Second << min(over, 20)
	return min(d, 15*time.Minute)
}

// The attempts without delay.
const (
	freeByAccount = 5
	freeByNetwork = 30 // an office shares one address
	forgetAfter   = 24 * time.Hour
)

// spend counts an attempt before it is evaluated: of a thousand parallel guesses only the free ones run. It fails
// closed when the counter cannot be written.
func (s *Service) spend(ctx context.Context, key string, free int) error {
	now := s.clock.Now()
	err := s.store.Count(ctx, key, func(c *Counter) error {
		if now.Sub(c.Last) > forgetAfter {
			c.Attempts = 0
		}
		if now.Before(c.Until) {
			return problem.New(problem.Limited, "too_many_attempts", "Too many attempts. Wait a little and try again.").After(c.Until.Sub(now))
		}
		c.Attempts++
		c.Last, c.Until = now, now.Add(delay(c.Attempts, free))
		return nil
	})
	if err == nil || problem.KindOf(err) == problem.Limited {
		return err
	}
	return problem.Wrap(err, problem.Unavailable, "counter_unavailable", "Signing in is not possible at the moment. Please try again.").After(5 * time.Second)
}

// settle forgets the attempts after a success.
func (s *Service) settle(ctx context.Context, key string) error {
	return s.store.Count(ctx, key, func(c *Counter) error {
		c.Attempts, c.Until = 0, time.Time{}
		return nil
	})
}

// refund takes back the one attempt that succeeded. The others stay: whoever has an account of their own must not
// clear the count of their network with it.
func (s *Service) refund(ctx context.Context, key string) error {
	return s.store.Count(ctx, key, func(c *Counter) error {
		c.Attempts = max(0, c.Attempts-1)
		return nil
	})
}

// networkKey names the counter of an address: a full IPv4 address or an IPv6 /64. It holds a hash, not the address.
func networkKey(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "password/network/unknown"
	}
	bits := 64
	if a = a.Unmap(); a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "password/network/unknown"
	}
	h := sha256.Sum256([]byte(p.String()))
	return "password/network/" + hex.EncodeToString(h[:12])
}

// strangerKey names the counter that unknown e-mail addresses share: 4096 buckets, so that it says nothing about an
// address, and waits like the counter of an account.
func strangerKey(email string) string {
	h := sha256.Sum256([]byte(email))
	return "password/stranger/" + hex.EncodeToString(h[:2])[:3]
}
