package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

const (
	streamPage = 256
	// streamPoll finds growth that another process made.
	streamPoll = 2 * time.Second
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

// Record writes one row of the staff audit. It fills id, time, salt and hash. Where it fails the operation must
// be refused.
func (s *Service) Record(ctx context.Context, a *AuditEntry) error {
	a.ID = id.New()
	if err := a.fill(s.d.Clock.Now()); err != nil {
		return err
	}
	if err := s.d.Log.InsertAudit(ctx, a); err != nil {
		return fmt.Errorf("evidence: write audit: %w", err)
	}
	return nil
}

// Audits lists rows of the staff audit, newest first.
func (s *Service) Audits(ctx context.Context, org id.Org, f AuditFilter) ([]*AuditEntry, error) {
	list, err := s.d.Log.Audits(ctx, org, f)
	if err != nil {
		return nil, fmt.Errorf("evidence: read audit: %w", err)
	}
	return list, nil
}

// Subscribe calls fn with every event of the organization whose log index is greater than after, in index order
// and without a gap, first those that are stored, then live ones, until fn or the context ends it. An empty
// envelope means all of the organization's.
func (s *Service) Subscribe(ctx context.Context, org id.Org, envelopeID id.ID, after int64, fn func([]*envelope.Event) error) error {
	for {
		grown := s.waits.wait() // taken before reading, so that nothing falls between
		for {
			list, err := s.d.Log.EventsAfter(ctx, org, envelopeID, after, streamPage)
			if err != nil {
				return fmt.Errorf("evidence: read events: %w", err)
			}
			if len(list) == 0 {
				break
			}
			if err := fn(list); err != nil {
				return err
			}
			after = list[len(list)-1].Index
		}
		sleep(ctx, grown, streamPoll)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Events returns one page of sequenced events after an index.
func (s *Service) Events(ctx context.Context, org id.Org, envelopeID id.ID, after int64, limit int) ([]*envelope.Event, error) {
	list, err := s.d.Log.EventsAfter(ctx, org, envelopeID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("evidence: read events: %w", err)
	}
	return list, nil
}

// Inclusion proves that a row stands in the log at its index, under a signed checkpoint.
type Inclusion struct {
	Index      int64       `json:"index"`
	Size       int64       `json:"size"` // of the tree that the proof leads to
	Hashes     []tlog.Hash `json:"hashes"`
	Checkpoint string      `json:"checkpoint"` // the signed note
}

// End is the place of the newest sequenced row, -1 where there is none.
func (s *Service) End(ctx context.Context) (int64, error) {
	cp, err := s.Latest(ctx)
	if cp == nil || err != nil {
		return -1, err
	}
	return cp.Size - 1, nil
}

// Latest returns the last checkpoint, nil where the log is empty.
func (s *Service) Latest(ctx context.Context) (*Checkpoint, error) {
	cp, err := s.d.Log.Latest(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: read checkpoint: %w", err)
	}
	return cp, nil
}

// Prove returns the proof that leads from the row at index to a checkpoint that covers it.
func (s *Service) Prove(ctx context.Context, index int64, cp *Checkpoint) (*Inclusion, error) {
	if cp == nil || index < 0 || index >= cp.Size {
		return nil, problem.New(problem.NotFound, "not_sequenced", "This entry is not under a signed checkpoint yet; try again in a second.")
	}
	proof, err := tlog.ProveRecord(cp.Size, index, s.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("evidence: prove inclusion: %w", err)
	}
	return &Inclusion{Index: index, Size: cp.Size, Hashes: proof, Checkpoint: string(cp.Note)}, nil
}

// Consistency proves that the tree of one size is a beginning of the tree of another.
func (s *Service) Consistency(ctx context.Context, from, to int64) ([]tlog.Hash, error) {
	cp, err := s.Latest(ctx)
	if err != nil {
		return nil, err
	}
	if cp == nil || from < 1 || to < from || to > cp.Size {
		return nil, problem.New(problem.Invalid, "range", "Ask for two sizes of the log, the smaller one first.")
	}
	proof, err := tlog.ProveTree(to, from, s.reader(ctx))
	if err != nil {
		return nil, fmt.Errorf("evidence: prove consistency: %w", err)
	}
	return proof, nil
}

// RecordStaff writes one operation of staff or of an API account to the audit. targets are the ids in the
// operation's path; outcome is empty before the operation runs, or the code with which it failed.
func (s *Service) RecordStaff(ctx context.Context, org id.Org, actor access.Actor, operation string, targets map[string]string, outcome string) error {
	facts, err := json.Marshal(map[string]any{"targets": targets})
	if err != nil {
		return fmt.Errorf("evidence: encode audit: %w", err)
	}
	a := &AuditEntry{Org: org, Actor: actor, Operation: operation, Outcome: outcome, Envelope: id.ID(targets["envelope"]), Facts: facts}
	if p, err := access.From(ctx); err == nil {
		personal, err := json.Marshal(map[string]string{"address": p.Address, "user_agent": p.UserAgent})
		if err != nil {
			return fmt.Errorf("evidence: encode audit: %w", err)
		}
		a.Personal = personal
	}
	return s.Record(ctx, a)
}
