package store

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

var jobTable = newTable("jobs", "id", "org kind unique_key payload priority due_at attempt lease again dead error created_at")

var errLease = schedule.ErrLeaseLost

// Enqueue adds a job. Where an open one has its unique key, that one stands for both: it runs once more if it is
// running now, so that a cause which came too late for the present run is not missed.
func (t *tx) Enqueue(ctx context.Context, job schedule.Job) error {
	if job.ID == "" {
		job.ID = id.New()
	}
	now := t.db.clock.Now()
	if job.RunAt.IsZero() {
		job.RunAt = now
	}
	err := t.insert(ctx, jobTable, errExists, job.ID, t.org, job.Kind, optional(job.Unique), job.Payload, job.Priority, job.RunAt,
		0, "", 0, 0, "", now)
	if errors.Is(err, errExists) && job.Unique != "" {
		_, err = t.exec(ctx, `UPDATE jobs SET again = CASE WHEN lease = '' THEN 0 ELSE 1 END,
			due_at = CASE WHEN lease = '' AND due_at > ? THEN ? ELSE due_at END
			WHERE org = ? AND kind = ? AND unique_key = ?`, job.RunAt, job.RunAt, t.org, job.Kind, job.Unique)
	}
	if err == nil {
		t.signal(t.db.wake)
	}
	return err
}

// FinishJob removes a job within the transaction that does its work.
func (t *tx) FinishJob(ctx context.Context, job schedule.Job) error {
	n, err := t.exec(ctx, "DELETE FROM jobs WHERE org = ? AND id = ? AND lease = ? AND again = 0", t.org, job.ID, job.Lease)
	if err != nil || n > 0 {
		return err
	}
	now := t.db.clock.Now()
	n, err = t.exec(ctx, "UPDATE jobs SET lease = '', again = 0, attempt = 0, due_at = ? WHERE org = ? AND id = ? AND lease = ?",
		now, t.org, job.ID, job.Lease)
	if err == nil && n > 0 {
		t.signal(t.db.wake)
	}
	return must(n, err, errLease)
}

// queue implements schedule.Queue. What it does spans organizations: it serves the installation's workers.
type queue struct{ db *DB }

// Queue is the job queue.
func (db *DB) Queue() schedule.Queue { return queue{db} }

func scanJob(r *row) (*schedule.Job, error) {
	j := &schedule.Job{}
	return j, r.Scan(&j.ID, &j.Org, &j.Kind, maybe[string]{&j.Unique}, in(&j.Payload), at(&j.RunAt), &j.Attempt, &j.Priority)
}

const jobColumns = "id, org, kind, unique_key, payload, due_at, attempt, priority"

// Claim leases due jobs, those with the highest priority first. A job whose lease ran out is due again.
func (q queue) Claim(ctx context.Context, kinds []string, n int, lease time.Duration) ([]schedule.Job, error) {
	if len(kinds) == 0 || n <= 0 {
		return nil, nil
	}
	due, err := q.anyDue(ctx, kinds)
	if err != nil || !due {
		return nil, err
	}
	var jobs []schedule.Job
	err = q.db.change(ctx, "", nil, func(t *tx) error {
		jobs, err = q.claim(ctx, t, kinds, n, lease)
		return err
	})
	return jobs, err
}

func (q queue) due(kinds []string, now time.Time) *conditions {
	w := where("dead = 0")
	w.in("kind", texts(kinds))
	w.and("due_at <= ?", now)
	return w
}

// anyDue asks without a writing transaction, for idle workers ask often.
func (q queue) anyDue(ctx context.Context, kinds []string) (bool, error) {
	found := false
	err := q.db.snapshot(ctx, func(r runner) error {
		t := q.db.newTx("", nil, r)
		w := q.due(kinds, q.db.clock.Now())
		ids, err := t.ids(ctx, "SELECT id FROM jobs"+w.sql()+" LIMIT 1", w.args...)
		found = len(ids) > 0
		return err
	})
	return found, err
}

func (q queue) claim(ctx context.Context, t *tx, kinds []string, n int, lease time.Duration) ([]schedule.Job, error) {
	now := q.db.clock.Now()
	w := q.due(kinds, now)
	rows, err := many(ctx, t, scanJob, "SELECT "+jobColumns+" FROM jobs"+w.sql()+
		" ORDER BY priority DESC, due_at, id LIMIT ?"+q.db.dialect.skipLocked, append(w.args, int64(n))...)
	if err != nil {
		return nil, err
	}
	jobs := make([]schedule.Job, 0, len(rows))
	for _, j := range rows {
		j.Lease, j.Attempt = rand.Text(), j.Attempt+1
		_, err := t.exec(ctx, "UPDATE jobs SET lease = ?, attempt = ?, due_at = ? WHERE id = ?", j.Lease, j.Attempt, now.Add(lease), j.ID)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, *j)
	}
	return slices.Clip(jobs), nil
}

// takeBackJobs makes every leased job due at once. Only the process that holds the data directory alone may do so:
// whoever held those leases has ended, and work goes on without waiting for them to run out.
func (db *DB) takeBackJobs(ctx context.Context) error {
	return db.change(ctx, "", nil, func(t *tx) error {
		now := db.clock.Now()
		_, err := t.exec(ctx, "UPDATE jobs SET due_at = ? WHERE lease <> '' AND dead = 0 AND due_at > ?", now, now)
		return err
	})
}

// Extend prolongs a lease. A job that ran out but that nobody took yet is still ours.
func (q queue) Extend(ctx context.Context, job schedule.Job, lease time.Duration) error {
	return q.db.change(ctx, job.Org, nil, func(t *tx) error {
		n, err := t.exec(ctx, "UPDATE jobs SET due_at = ? WHERE id = ? AND lease = ?", q.db.clock.Now().Add(lease), job.ID, job.Lease)
		return must(n, err, errLease)
	})
}

// Finish removes a job that no transaction removed.
func (q queue) Finish(ctx context.Context, job schedule.Job) error {
	err := q.db.change(ctx, job.Org, nil, func(t *tx) error { return t.FinishJob(ctx, job) })
	if !errors.Is(err, errLease) {
		return err
	}
	return q.goneOrLost(ctx, job)
}

// goneOrLost tells a job that is finished already, which is no error, from one that another worker holds.
func (q queue) goneOrLost(ctx context.Context, job schedule.Job) error {
	return q.db.snapshot(ctx, func(r runner) error {
		t := q.db.newTx(job.Org, nil, r)
		ids, err := t.ids(ctx, "SELECT id FROM jobs WHERE id = ? AND lease <> ''", job.ID)
		if err == nil && len(ids) > 0 {
			err = errLease
		}
		return err
	})
}

// Retry puts a job back. A job given up keeps its row, without its unique key, so that new causes make a new job;
// one that got a new cause during its last run is not given up.
func (q queue) Retry(ctx context.Context, job schedule.Job, when time.Time, reason string, dead bool) error {
	return q.db.change(ctx, job.Org, nil, func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE jobs SET dead = CASE WHEN again = 1 THEN 0 ELSE ? END,
			unique_key = CASE WHEN ? = 1 AND again = 0 THEN NULL ELSE unique_key END,
			due_at = ?, attempt = ?, error = ?, again = 0, lease = '' WHERE id = ? AND lease = ?`,
			dead, dead, when, job.Attempt, reason, job.ID, job.Lease)
		if err == nil && n > 0 {
			t.signal(q.db.wake)
		}
		return must(n, err, errLease)
	})
}

var leaseTable = newTable("leases", "name", "holder fence until_at")

// Every takes the period's turn and enqueues the job in one transaction: however many processes ask, and however
// long one of them sleeps in between, a period brings one job.
func (q queue) Every(ctx context.Context, kind string, period time.Duration) (time.Time, error) {
	name := "every " + kind
	now := q.db.clock.Now()
	next, err := q.turn(ctx, name)
	if err != nil || next.After(now) {
		return next, err
	}
	next = now.Add(period)
	err = q.db.change(ctx, "", nil, func(t *tx) error {
		if err := t.insert(ctx, leaseTable, errExists, name, "", 0, 0); err != nil && !errors.Is(err, errExists) {
			return err
		}
		n, err := t.exec(ctx, "UPDATE leases SET fence = fence + 1, until_at = ? WHERE name = ? AND until_at <= ?", next, name, now)
		if err != nil || n == 0 {
			return err // another process had this turn
		}
		return t.Enqueue(ctx, schedule.Job{Kind: kind, Unique: "every", Payload: []byte("{}")})
	})
	return next, err
}

// turn reads when the next turn of a periodic job comes; zero where it never came.
func (q queue) turn(ctx context.Context, name string) (time.Time, error) {
	var until int64
	err := q.db.snapshot(ctx, func(r runner) error {
		return q.db.newTx("", nil, r).scalar(ctx, &until, "SELECT until_at FROM leases WHERE name = ?", name)
	})
	if errors.Is(err, errAbsent) {
		err = nil
	}
	return instant(until), err
}

// Wake is signalled when this process enqueued a job.
func (q queue) Wake() <-chan struct{} { return q.db.wake }
