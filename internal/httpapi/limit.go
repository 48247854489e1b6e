package httpapi

import (
	"sync"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Rates are the local buckets. They shed load; what guards a guessable secret is counted in SQL by its domain.
type Rates struct {
	API    Rate // a caller
	Secret Rate // an address, on rows of that class
	Cost   Rate // a caller, on rows that cause mail
	Stamp  Rate // an address, on rows that give time stamps
	Failed Rate // unusable credentials from one address
	Work   int  // heavy calls at once
	Queue  int  // heavy calls that may wait
}

// Rate is a token bucket.
type Rate struct {
	PerSecond float64
	Burst     float64
}

// DefaultRates are the figures in force unless configured otherwise.
var DefaultRates = Rates{
	API: Rate{1000, 2000}, Secret: Rate{100, 200}, Cost: Rate{50, 500}, Stamp: Rate{20_000, 40_000}, Failed: Rate{5, 100}, Work: 4, Queue: 64,
}

// maxBuckets bounds memory; when there are more callers than this, the buckets start anew.
const maxBuckets = 50_000

type limiter struct {
	rates Rates
	clock clock.Clock

	mu      sync.Mutex
	buckets map[string]*bucket

	work  chan struct{}
	queue chan struct{}
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(r Rates, c clock.Clock) *limiter {
	return &limiter{
		rates: r, clock: c, buckets: map[string]*bucket{},
		work: make(chan struct{}, max(r.Work, 1)), queue: make(chan struct{}, max(r.Queue, 1)),
	}
}

// take takes a token, or says how long to wait for one.
func (l *limiter) take(key string, r Rate) (wait time.Duration) {
	if r.PerSecond <= 0 {
		return 0
	}
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		if len(l.buckets) >= maxBuckets {
			clear(l.buckets)
		}
		b = &bucket{tokens: r.Burst, at: now}
		l.buckets[key] = b
	}
	b.tokens = min(r.Burst, b.tokens+now.Sub(b.at).Seconds()*r.PerSecond)
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / r.PerSecond * float64(time.Second))
	}
	b.tokens--
	return 0
}

func limited(wait time.Duration) error {
	return problem.New(problem.Limited, "rate_limited", "Too many calls. Slow down and try again.").After(wait)
}

// failed counts an unusable credential and answers the failure, or that there were too many.
func (l *limiter) failed(address string, err error) error {
	if wait := l.take("failed/"+address, l.rates.Failed); wait > 0 {
		return limited(wait)
	}
	return err
}

// throttle applies the row's limit class.
func (s *Server) throttle(c *call) error {
	caller := c.origin.Address
	if c.principal.Audience != access.Public {
		caller = string(c.principal.Actor().ID)
	}
	var wait time.Duration
	switch c.row.Limit {
	case op.LimitAPI:
		wait = s.limits.take("api/"+caller, s.limits.rates.API)
	case op.LimitStamp:
		wait = s.limits.take("stamp/"+c.origin.Address, s.limits.rates.Stamp)
	case op.LimitSecret:
		wait = s.limits.take("secret/"+c.origin.Address, s.limits.rates.Secret)
	case op.LimitCost:
		wait = s.limits.take("cost/"+caller, s.limits.rates.Cost)
	case op.LimitWork:
		return s.limits.enter(c)
	}
	if wait > 0 {
		return limited(wait)
	}
	return nil
}

// enter waits for one of the few places for heavy calls, in a queue that is bounded too.
func (l *limiter) enter(c *call) error {
	select {
	case l.queue <- struct{}{}:
		defer func() { <-l.queue }()
	default:
		return limited(5 * time.Second)
	}
	select {
	case l.work <- struct{}{}:
		c.release = append(c.release, func() { <-l.work })
		return nil
	case <-c.r.Context().Done():
		return limited(5 * time.Second)
	}
}
