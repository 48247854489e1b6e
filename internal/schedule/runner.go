package schedule

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/clock"
)

// Periodic is a job that comes round: at most once a period in the whole installation.
type Periodic struct {
	Kind  string
	Every time.Duration
}

// Config says what a Runner runs. The zero value of each figure is a usable default.
type Config struct {
	Queue    Queue
	Clock    clock.Clock
	Handlers map[string]Handler // by kind
	Periodic []Periodic         // their kinds have handlers too
	Workers  int                // jobs at a time; default 4
	Lease    time.Duration      // how long a job stays ours without a sign of life; default 30 s
	Poll     time.Duration      // how often to look for jobs that other processes enqueued; default 500 ms
	Attempts int                // failures after which a job is given up; default 20
	// Report is told of every failed run and of trouble with the queue itself (Job.ID empty); it must not block.
	Report func(job Job, err error, dead bool)
}

// Runner claims jobs and runs them until it is stopped.
type Runner struct {
	c       Config
	kinds   []string
	slots   chan struct{}
	next    map[string]time.Time // when a periodic job is looked at again
	cancel  context.CancelFunc   // ends claiming
	abort   context.CancelFunc   // ends the handlers
	handler context.Context
	wait    sync.WaitGroup
}

// NewRunner makes a runner; it does no work before Start.
func NewRunner(c Config) *Runner {
	c.Workers = defaulted(c.Workers, 4)
	c.Attempts = defaulted(c.Attempts, 20)
	c.Lease = defaulted(c.Lease, 30*time.Second)
	c.Poll = defaulted(c.Poll, 500*time.Millisecond)
	if c.Report == nil {
		c.Report = func(Job, error, bool) {}
	}
	r := &Runner{c: c, slots: make(chan struct{}, c.Workers), next: map[string]time.Time{}}
	for kind := range c.Handlers {
		r.kinds = append(r.kinds, kind)
	}
	slices.Sort(r.kinds)
	return r
}

func defaulted[T int | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// Start begins to claim jobs.
func (r *Runner) Start(ctx context.Context) error {
	for _, p := range r.c.Periodic {
		if r.c.Handlers[p.Kind] == nil || p.Every <= 0 {
			return fmt.Errorf("schedule: periodic job %s has no handler or no period", p.Kind)
		}
	}
	base := context.WithoutCancel(ctx)
	r.handler, r.abort = context.WithCancel(base)
	claim, cancel := context.WithCancel(base)
	r.cancel = cancel
	r.wait.Go(func() { r.loop(claim) })
	return nil
}

// Stop ends claiming and waits for the jobs under way. Those that are not done when ctx ends are told to stop and
// go back to the queue.
func (r *Runner) Stop(ctx context.Context) error {
	if r.cancel == nil {
		return nil
	}
	r.cancel()
	done := make(chan struct{})
	go func() { r.wait.Wait(); close(done) }()
	defer r.abort()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	r.abort()
	<-done
	return nil
}

// loop claims whenever there is a free worker and a reason to look.
func (r *Runner) loop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.c.Queue.Wake():
		case <-timer.C:
		}
		r.tick(ctx)
		for r.claim(ctx) {
		}
		timer.Reset(r.c.Poll)
	}
}

// tick enqueues the periodic jobs whose time may have come.
func (r *Runner) tick(ctx context.Context) {
	now := r.c.Clock.Now()
	for _, p := range r.c.Periodic {
		if now.Before(r.next[p.Kind]) {
			continue
		}
		next, err := r.c.Queue.Every(ctx, p.Kind, p.Every)
		if err != nil {
			r.trouble(ctx, fmt.Errorf("schedule: periodic %s: %w", p.Kind, err))
			continue
		}
		r.next[p.Kind] = next
	}
}

// claim waits for a free worker, leases as many jobs as there are free workers, and says whether to go on.
func (r *Runner) claim(ctx context.Context) bool {
	select {
	case r.slots <- struct{}{}:
		<-r.slots
	case <-ctx.Done():
		return false
	}
	free := cap(r.slots) - len(r.slots)
	jobs, err := r.c.Queue.Claim(ctx, r.kinds, free, r.c.Lease)
	if err != nil {
		r.trouble(ctx, fmt.Errorf("schedule: claim: %w", err))
		return false
	}
	for _, job := range jobs {
		r.slots <- struct{}{}
		r.wait.Go(func() {
			defer func() { <-r.slots }()
			r.run(job)
		})
	}
	return len(jobs) > 0
}

func (r *Runner) trouble(ctx context.Context, err error) {
	if ctx.Err() == nil {
		r.c.Report(Job{}, err, false)
	}
}

// run runs one job with a heartbeat and settles it.
func (r *Runner) run(job Job) {
	ctx, stop := context.WithCancel(r.handler)
	beat := make(chan struct{})
	go func() { defer close(beat); r.heartbeat(ctx, stop, job) }()
	err := safely(ctx, r.c.Handlers[job.Kind], job)
	stop()
	<-beat
	r.settle(job, err)
}

func safely(ctx context.Context, handler Handler, job Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schedule: %s panicked: %v", job.Kind, p)
		}
	}()
	return handler(ctx, job)
}

// heartbeat prolongs the lease until ctx ends. Once the lease is lost the handler is told to stop: another worker
// has the job, and what this one would commit is refused anyway.
func (r *Runner) heartbeat(ctx context.Context, stop context.CancelFunc, job Job) {
	ticker := time.NewTicker(r.c.Lease / 3)
	defer ticker.Stop()
	missed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := r.c.Queue.Extend(ctx, job, r.c.Lease)
		switch {
		case err == nil:
			missed = 0
		case errors.Is(err, ErrLeaseLost) || missed == 2:
			stop()
			return
		default:
			missed++
		}
	}
}

// settleTime bounds how long it may take to tell the queue what became of a job.
const settleTime = 10 * time.Second

// settle tells the queue. It does so even while stopping; if it cannot, the lease runs out and the job comes again.
func (r *Runner) settle(job Job, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.handler), settleTime)
	defer cancel()
	var told error
	var again *Again
	switch {
	case err == nil:
		told = r.c.Queue.Finish(ctx, job)
	case errors.Is(err, ErrLeaseLost):
		r.c.Report(job, err, false)
		return
	case r.handler.Err() != nil: // we stopped it
		told = r.back(ctx, job, 0, "stopped")
	case errors.As(err, &again):
		if again.Trouble {
			r.c.Report(job, again, false)
		}
		told = r.back(ctx, job, again.After, again.Reason)
	default:
		told = r.failed(ctx, job, err)
	}
	if told != nil {
		r.c.Report(job, told, false)
	}
}

// back returns a job that did not fail: the run does not count.
func (r *Runner) back(ctx context.Context, job Job, after time.Duration, reason string) error {
	job.Attempt--
	return r.c.Queue.Retry(ctx, job, r.c.Clock.Now().Add(max(after, 0)), reason, false)
}

func (r *Runner) failed(ctx context.Context, job Job, err error) error {
	dead := job.Attempt >= r.c.Attempts
	r.c.Report(job, err, dead)
	return r.c.Queue.Retry(ctx, job, r.c.Clock.Now().Add(Backoff(job.Attempt)), reason(err), dead)
}

// reason bounds what is kept of an error.
func reason(err error) string {
	const most = 500
	s := err.Error()
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Backoff is how long the attempt-th failure delays the next run: 1 s, 2 s, 4 s, ... up to 10 minutes, give or take a
// fifth so that jobs which failed together do not come back together.
func Backoff(attempt int) time.Duration {
	const most = 10 * time.Minute
	d := most
	if attempt < 11 {
		d = min(most, time.Second<<max(attempt-1, 0))
	}
	return d - d/5 + rand.N(2*d/5)
}
