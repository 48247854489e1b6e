package store

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/schedule"
)

// JobStats is how many jobs of a kind there are.
type JobStats struct {
	Kind    string
	Waiting int       // not running; those for a later time too
	Running int       // leased
	Dead    int       // given up
	Oldest  time.Time // when the first of the waiting ones was or will be due; zero where none waits
}

// JobStats counts the jobs of all kinds, for health and metrics.
func (db *DB) JobStats(ctx context.Context) ([]*JobStats, error) {
	var out []*JobStats
	err := db.snapshot(ctx, func(r runner) (err error) {
		out, err = many(ctx, db.newTx("", nil, r), func(r *row) (*JobStats, error) {
			s := &JobStats{}
			return s, r.Scan(&s.Kind, &s.Waiting, &s.Running, &s.Dead, at(&s.Oldest))
		}, `SELECT kind, COUNT(CASE WHEN dead = 0 AND lease = '' THEN 1 END), COUNT(CASE WHEN dead = 0 AND lease <> '' THEN 1 END),
			COUNT(CASE WHEN dead = 1 THEN 1 END), COALESCE(MIN(CASE WHEN dead = 0 AND lease = '' THEN due_at END), 0)
			FROM jobs GROUP BY kind ORDER BY kind`)
		return err
	})
	return out, err
}

// DeadJob is a job that was given up, with the last error.
type DeadJob struct {
	schedule.Job
	Error string
}

// DeadJobs lists jobs that were given up, newest first, for operators.
func (db *DB) DeadJobs(ctx context.Context, n int) ([]*DeadJob, error) {
	var out []*DeadJob
	err := db.snapshot(ctx, func(r runner) (err error) {
		out, err = many(ctx, db.newTx("", nil, r), func(r *row) (*DeadJob, error) {
			d := &DeadJob{}
			return d, r.Scan(&d.ID, &d.Org, &d.Kind, in(&d.Payload), at(&d.RunAt), &d.Attempt, &d.Error)
		}, "SELECT id, org, kind, payload, due_at, attempt, error FROM jobs WHERE dead = 1 ORDER BY created_at DESC, id LIMIT ?", limit(n))
		return err
	})
	return out, err
}
