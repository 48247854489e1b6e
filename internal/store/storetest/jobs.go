package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/store"
)

const lease = time.Minute

func (e *Env) enqueue(t *testing.T, jobs ...schedule.Job) {
	t.Helper()
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		for _, j := range jobs {
			if j.Payload == nil {
				j.Payload = json.RawMessage(`{}`)
			}
			if err := tx.Enqueue(ctx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *Env) claim(t *testing.T, kind string, n int) []schedule.Job {
	t.Helper()
	jobs, err := e.Queue().Claim(t.Context(), []string{kind}, n, lease)
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

func testJobs(t *testing.T, e *Env) {
	low := schedule.Job{ID: id.New(), Kind: "a", Payload: json.RawMessage(`{"n": 1}`)}
	high := schedule.Job{ID: id.New(), Kind: "a", Priority: 5}
	later := schedule.Job{ID: id.New(), Kind: "a", RunAt: Start.Add(time.Hour)}
	e.enqueue(t, low, high, later, schedule.Job{Kind: "other"})
	select {
	case <-e.Queue().Wake():
	case <-time.After(5 * time.Second):
		t.Fatal("nobody was woken")
	}
	jobs := e.claim(t, "a", 10)
	if len(jobs) != 2 || jobs[0].ID != high.ID || jobs[1].ID != low.ID {
		t.Fatalf("claimed %+v", jobs)
	}
	if j := jobs[1]; string(j.Payload) != `{"n": 1}` || j.Org != e.Org || j.Attempt != 1 || j.Lease == "" {
		t.Fatalf("claimed %+v", j)
	}
	if more := e.claim(t, "a", 10); len(more) != 0 {
		t.Fatalf("claimed twice: %+v", more)
	}
	q, ctx := e.Queue(), t.Context()
	if err := errors.Join(q.Finish(ctx, jobs[0]), q.Finish(ctx, jobs[0])); err != nil {
		t.Fatalf("finish: %v", err)
	}
	if err := q.Retry(ctx, jobs[1], e.Clock.Now().Add(time.Second), wide, false); err != nil {
		t.Fatal(err)
	}
	e.Clock.Add(time.Hour)
	again := e.claim(t, "a", 10)
	if len(again) != 2 || again[0].ID != low.ID || again[0].Attempt != 2 || again[1].ID != later.ID {
		t.Fatalf("claimed %+v", again)
	}
	if err := q.Retry(ctx, again[0], e.Clock.Now(), "given up", true); err != nil {
		t.Fatal(err)
	}
	if more := e.claim(t, "a", 10); len(more) != 0 {
		t.Fatalf("a dead job came back: %+v", more)
	}
	e.jobStats(t, low.ID)
}

func (e *Env) jobStats(t *testing.T, given id.ID) {
	t.Helper()
	stats, err := e.JobStats(t.Context())
	ok(t, err)
	same(t, stats, []*store.JobStats{{Kind: "a", Running: 1, Dead: 1}, {Kind: "other", Waiting: 1, Oldest: Start}})
	dead, err := e.DeadJobs(t.Context(), 10)
	ok(t, err)
	if len(dead) != 1 || dead[0].ID != given || dead[0].Error != "given up" || dead[0].Org != e.Org {
		t.Fatalf("dead: %+v", dead)
	}
	ok(t, e.Ready(t.Context()))
	ok(t, e.Ready(t.Context()))
}

func testJobLease(t *testing.T, e *Env) {
	e.enqueue(t, schedule.Job{Kind: "a"})
	q, ctx := e.Queue(), t.Context()
	old := e.claim(t, "a", 1)[0]
	e.Clock.Add(lease / 2)
	if err := q.Extend(ctx, old, lease); err != nil {
		t.Fatal(err)
	}
	e.Clock.Add(lease * 3 / 4)
	if stolen := e.claim(t, "a", 1); len(stolen) != 0 {
		t.Fatal("an extended lease was taken over")
	}
	e.Clock.Add(lease)
	now := e.claim(t, "a", 1)[0]
	if now.Attempt != 2 || now.Lease == old.Lease {
		t.Fatalf("claimed %+v", now)
	}
	Kind(t, q.Extend(ctx, old, lease), problem.Conflict, "lease")
	Kind(t, q.Finish(ctx, old), problem.Conflict, "lease")
	Kind(t, q.Retry(ctx, old, Start, "x", false), problem.Conflict, "lease")
	a := sampleEnvelope(e.Org)
	err := e.try(t, e.Org, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.InsertEnvelope(ctx, a), tx.FinishJob(ctx, old))
	})
	Kind(t, err, problem.Conflict, "lease")
	Kind(t, e.view(t, e.Org, func(ctx context.Context, tx envelope.Tx) error { _, err := tx.Envelope(ctx, a.ID); return err }), problem.NotFound, "")
	e.update(t, func(ctx context.Context, tx envelope.Tx) error {
		return first(tx.InsertEnvelope(ctx, a), tx.FinishJob(ctx, now))
	})
	if err := q.Finish(ctx, now); err != nil {
		t.Fatalf("finish after its transaction: %v", err)
	}
}

func testJobUnique(t *testing.T, e *Env) {
	q, ctx := e.Queue(), t.Context()
	job := schedule.Job{Kind: "a", Unique: "one"}
	e.enqueue(t, job, job, schedule.Job{Kind: "b", Unique: "one"}, schedule.Job{Kind: "a", Unique: "two"})
	claimed := e.claim(t, "a", 10)
	if len(claimed) != 2 {
		t.Fatalf("%d jobs", len(claimed))
	}
	e.enqueue(t, job) // a new cause while the job runs: it must run once more
	for _, j := range claimed {
		if err := q.Finish(ctx, j); err != nil {
			t.Fatal(err)
		}
	}
	again := e.claim(t, "a", 10)
	if len(again) != 1 || again[0].Unique != "one" || again[0].Attempt != 1 {
		t.Fatalf("claimed %+v", again)
	}
	e.enqueue(t, job)
	if err := q.Retry(ctx, again[0], e.Clock.Now(), "x", true); err != nil { // not given up: there is a new cause
		t.Fatal(err)
	}
	again = e.claim(t, "a", 10)
	if len(again) != 1 {
		t.Fatalf("claimed %+v", again)
	}
	if err := q.Retry(ctx, again[0], e.Clock.Now(), "x", true); err != nil {
		t.Fatal(err)
	}
	e.enqueue(t, job) // a dead job does not hold its key
	if again = e.claim(t, "a", 10); len(again) != 1 {
		t.Fatalf("claimed %+v", again)
	}
}

// testJobClaims lets several workers claim at once: each job goes to one of them.
func testJobClaims(t *testing.T, e *Env) {
	const jobs, workers = 60, 6
	var list []schedule.Job
	for i := range jobs {
		list = append(list, schedule.Job{Kind: "a", Payload: json.RawMessage(fmt.Sprint(i))})
	}
	e.enqueue(t, list...)
	var mu sync.Mutex
	seen := map[id.ID]int{}
	errs := together(workers, func(int) error {
		for empty := 0; empty < 20; {
			got, err := e.Queue().Claim(context.Background(), []string{"a"}, 5, lease)
			if err != nil {
				return err
			}
			if len(got) == 0 {
				empty++
			}
			mu.Lock()
			for _, j := range got {
				seen[j.ID]++
			}
			mu.Unlock()
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for job, n := range seen {
		if n != 1 {
			t.Errorf("job %s claimed %d times", job, n)
		}
	}
	if len(seen) != jobs {
		t.Errorf("%d of %d jobs claimed", len(seen), jobs)
	}
}

func testPeriodic(t *testing.T, e *Env) {
	q := e.Queue()
	turn := func() {
		errs := together(6, func(int) error {
			_, err := q.Every(context.Background(), "tick", time.Hour)
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 3 {
		turn()
		jobs := e.claim(t, "tick", 10)
		if len(jobs) != 1 {
			t.Fatalf("round %d: %d jobs", round, len(jobs))
		}
		if err := q.Finish(t.Context(), jobs[0]); err != nil {
			t.Fatal(err)
		}
		turn() // the period is not over
		if jobs := e.claim(t, "tick", 10); len(jobs) != 0 {
			t.Fatalf("round %d: %d jobs too many", round, len(jobs))
		}
		e.Clock.Add(time.Hour)
	}
}
