package schedule_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

// queue is a Queue in memory on the time of the test's bubble.
type queue struct {
	mu    sync.Mutex
	jobs  map[string]*entry // by id
	wake  chan struct{}
	turns map[string]time.Time
	stuck atomic.Bool // leases cannot be prolonged
}

type entry struct {
	schedule.Job
	due    time.Time
	dead   bool
	reason string
}

func newQueue(jobs ...schedule.Job) *queue {
	q := &queue{jobs: map[string]*entry{}, wake: make(chan struct{}, 1), turns: map[string]time.Time{}}
	for _, j := range jobs {
		q.add(j)
	}
	return q
}

func (q *queue) add(j schedule.Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs[string(j.ID)] = &entry{Job: j, due: j.RunAt}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) Claim(_ context.Context, _ []string, n int, lease time.Duration) ([]schedule.Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []schedule.Job
	for _, e := range q.jobs {
		if len(out) < n && !e.dead && !e.due.After(time.Now()) {
			e.Attempt++
			e.Lease += "x"
			e.due = time.Now().Add(lease)
			out = append(out, e.Job)
		}
	}
	return out, nil
}

func (q *queue) held(j schedule.Job) *entry {
	if e := q.jobs[string(j.ID)]; e != nil && e.Lease == j.Lease {
		return e
	}
	return nil
}

func (q *queue) Extend(_ context.Context, j schedule.Job, lease time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.held(j)
	if e == nil || q.stuck.Load() {
		return schedule.ErrLeaseLost
	}
	e.due = time.Now().Add(lease)
	return nil
}

func (q *queue) Finish(_ context.Context, j schedule.Job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.held(j) == nil {
		return schedule.ErrLeaseLost
	}
	delete(q.jobs, string(j.ID))
	return nil
}

func (q *queue) Retry(_ context.Context, j schedule.Job, at time.Time, reason string, dead bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.held(j)
	if e == nil {
		return schedule.ErrLeaseLost
	}
	e.due, e.reason, e.dead, e.Attempt = at, reason, dead, j.Attempt
	return nil
}

func (q *queue) Every(_ context.Context, kind string, period time.Duration) (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if next := q.turns[kind]; next.After(now) {
		return next, nil
	}
	q.turns[kind] = now.Add(period)
	q.jobs["every"] = &entry{Job: schedule.Job{ID: "every", Kind: kind}, due: now}
	return q.turns[kind], nil
}

func (q *queue) Wake() <-chan struct{} { return q.wake }

func (q *queue) state(id string) (entry, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.jobs[id]
	if e == nil {
		return entry{}, false
	}
	return *e, true
}

func idOf(n int) id.ID { return id.ID("j" + strconv.Itoa(n)) }

func start(t *testing.T, q *queue, c schedule.Config) *schedule.Runner {
	t.Helper()
	c.Queue, c.Clock = q, clock.System{}
	r := schedule.NewRunner(c)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func stop(t *testing.T, r *schedule.Runner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

func one(fn schedule.Handler) map[string]schedule.Handler {
	return map[string]schedule.Handler{"a": fn}
}

func TestRunsAndFinishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		var runs atomic.Int32
		r := start(t, q, schedule.Config{Handlers: one(func(context.Context, schedule.Job) error { runs.Add(1); return nil })})
		synctest.Wait()
		before := time.Now()
		for i := range 9 {
			q.add(schedule.Job{ID: idOf(i), Kind: "a"})
		}
		synctest.Wait()
		if runs.Load() != 9 || time.Since(before) != 0 {
			t.Errorf("%d runs after %v", runs.Load(), time.Since(before))
		}
		stop(t, r)
	})
}

func TestFailuresGrowAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(schedule.Job{ID: "j", Kind: "a"})
		var reports, dead atomic.Int32
		r := start(t, q, schedule.Config{
			Attempts: 3,
			Handlers: one(func(_ context.Context, j schedule.Job) error {
				if j.Attempt == 2 {
					panic("on purpose")
				}
				return errors.New("no luck " + strings.Repeat("é", 1000))
			}),
			Report: func(_ schedule.Job, _ error, d bool) {
				reports.Add(1)
				if d {
					dead.Add(1)
				}
			},
		})
		synctest.Wait()
		e, _ := q.state("j")
		if wait := time.Until(e.due); wait < 800*time.Millisecond || wait > 1200*time.Millisecond || e.dead {
			t.Errorf("first failure: again in %v, %+v", wait, e.dead)
		}
		if len(e.reason) > 600 || !strings.HasPrefix(e.reason, "no luck") {
			t.Errorf("reason of %d bytes", len(e.reason))
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if e, _ = q.state("j"); !strings.Contains(e.reason, "panicked") {
			t.Errorf("second failure: %q", e.reason)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if e, _ = q.state("j"); !e.dead || reports.Load() != 3 || dead.Load() != 1 {
			t.Errorf("dead: %v, %d reports, %d dead", e.dead, reports.Load(), dead.Load())
		}
		stop(t, r)
	})
}

func TestAgainIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(schedule.Job{ID: "j", Kind: "a"})
		var runs atomic.Int32
		r := start(t, q, schedule.Config{Attempts: 1, Handlers: one(func(_ context.Context, j schedule.Job) error {
			if j.Attempt != 1 {
				t.Errorf("attempt %d", j.Attempt)
			}
			if runs.Add(1) < 5 {
				return &schedule.Again{After: time.Minute, Reason: "TSA down"}
			}
			return nil
		})})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if _, there := q.state("j"); there || runs.Load() != 5 {
			t.Errorf("%d runs, there: %v", runs.Load(), there)
		}
		stop(t, r)
	})
}

func TestHeartbeatKeepsAndLosesTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(schedule.Job{ID: "j", Kind: "a"})
		var runs atomic.Int32
		ended := make(chan error, 9)
		r := start(t, q, schedule.Config{Handlers: one(func(ctx context.Context, j schedule.Job) error {
			runs.Add(1)
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		})})
		time.Sleep(10 * time.Minute)
		if runs.Load() != 1 {
			t.Errorf("%d runs while the lease was kept", runs.Load())
		}
		q.stuck.Store(true)
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if len(ended) == 0 {
			t.Error("the handler was not told that its lease is lost")
		}
		stop(t, r)
	})
}

func TestStopWaitsThenTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(schedule.Job{ID: "j", Kind: "a"})
		r := start(t, q, schedule.Config{Handlers: one(func(ctx context.Context, j schedule.Job) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Hour):
				return nil
			}
		})})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		before := time.Now()
		if err := r.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		e, there := q.state("j")
		if !there || e.dead || e.Attempt != 0 || e.due.After(time.Now()) || time.Since(before) != 10*time.Second {
			t.Errorf("after a stop of %v: %+v", time.Since(before), e)
		}
	})
}

func TestPeriodic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		var runs atomic.Int32
		r := start(t, q, schedule.Config{
			Handlers: one(func(context.Context, schedule.Job) error { runs.Add(1); return nil }),
			Periodic: []schedule.Periodic{{Kind: "a", Every: time.Minute}},
		})
		time.Sleep(10*time.Minute + 30*time.Second)
		stop(t, r)
		if n := runs.Load(); n < 10 || n > 11 {
			t.Errorf("%d runs in ten and a half minutes", n)
		}
	})
	bad := schedule.NewRunner(schedule.Config{Queue: newQueue(), Clock: clock.System{}, Periodic: []schedule.Periodic{{Kind: "none"}}})
	if err := bad.Start(t.Context()); err == nil {
		t.Error("a periodic job without handler was accepted")
	}
}

func TestWorkersBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		for i := range 20 {
			q.add(schedule.Job{ID: idOf(i), Kind: "a"})
		}
		var now, most atomic.Int32
		r := start(t, q, schedule.Config{Workers: 3, Handlers: one(func(context.Context, schedule.Job) error {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second)
			now.Add(-1)
			return nil
		})})
		time.Sleep(30 * time.Second)
		stop(t, r)
		if most.Load() != 3 {
			t.Errorf("%d at a time", most.Load())
		}
	})
}

func TestBackoff(t *testing.T) {
	for attempt, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 4: 8 * time.Second, 10: 512 * time.Second, 11: 10 * time.Minute, 1000: 10 * time.Minute} {
		for range 50 {
			if got := schedule.Backoff(attempt); got < want*8/10 || got > want*12/10 {
				t.Errorf("attempt %d: %v", attempt, got)
			}
		}
	}
}
