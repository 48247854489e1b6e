// Package schedule is the application's view of jobs: what a job is, who may run it, and how a failed one
// comes back. The rows live in the store; a job is enqueued in the transaction that makes it necessary and
// finished in the transaction that makes it superfluous.
package schedule

import (
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// ErrLeaseLost says that another worker has taken the job over: whatever this one did must not count.
var ErrLeaseLost = problem.New(problem.Conflict, "lease", "Another worker has taken this job over.")

// Job is one unit of work that survives a crash. It may run more than once; its effect must not.
type Job struct {
	ID       id.ID
	Org      id.Org
	Kind     string          // "seal.document", "message.send", ...
	Unique   string          // at most one open job of a kind has this key; empty: no limit
	Payload  json.RawMessage // no secrets, no personal data: ids only
	RunAt    time.Time
	Attempt  int    // 1 at the first run
	Lease    string // fencing token of this claim; a stale one finishes nothing
	Priority int    // higher first
}

// Handler runs a job. Nil finishes it. *Again puts it back; any other error puts it back with growing delay
// and keeps the text for operators.
type Handler func(ctx context.Context, job Job) error

// Again asks for another run at a later time without counting as a failure.
type Again struct {
	After   time.Duration
	Reason  string // told to operators: no secrets, no personal data
	Trouble bool   // something outside is wrong, and operators should hear of it
}

// Error implements error.
func (a *Again) Error() string { return "again: " + a.Reason }

// Queue is what the runner needs from the store.
type Queue interface {
	// Claim leases up to n due jobs of these kinds.
	Claim(ctx context.Context, kinds []string, n int, lease time.Duration) ([]Job, error)
	// Extend prolongs a lease; it fails with ErrLeaseLost when the lease was lost.
	Extend(ctx context.Context, job Job, lease time.Duration) error
	// Finish removes the job if the lease still holds. A job already removed in a transaction is no error.
	Finish(ctx context.Context, job Job) error
	// Retry puts the job back. dead marks it as given up; it stays visible to operators.
	Retry(ctx context.Context, job Job, at time.Time, reason string, dead bool) error
	// Every enqueues the job of a kind for the installation when its period has passed, in one process only, and
	// returns when to ask again.
	Every(ctx context.Context, kind string, period time.Duration) (time.Time, error)
	// Wake is signalled when a job was enqueued by this process.
	Wake() <-chan struct{}
}
