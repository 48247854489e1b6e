package blob

import (
	"context"
	"fmt"
	"time"
)

// Grace is how long a blob without a row is left alone: an act may be under way whose row is not committed yet,
// and a backup copies rows first and blobs after.
const Grace = 24 * time.Hour

// Refs says which of these names some row refers to.
type Refs func(ctx context.Context, names []string) (map[string]bool, error)

// sweepBatch is how many names are asked about at once.
const sweepBatch = 256

// Sweep deletes blobs that no row refers to and that are older than grace. It returns how many went.
func Sweep(ctx context.Context, store Store, refs Refs, now time.Time, grace time.Duration) (int, error) {
	s := &sweep{store: store, refs: refs}
	err := store.List(ctx, func(info Info) error {
		if now.Sub(info.Modified) < grace {
			return nil
		}
		s.batch = append(s.batch, info.Name)
		if len(s.batch) < sweepBatch {
			return nil
		}
		return s.flush(ctx)
	})
	if err == nil {
		err = s.flush(ctx)
	}
	if err != nil {
		return s.gone, fmt.Errorf("blob: sweep: %w", err)
	}
	return s.gone, nil
}

type sweep struct {
	store Store
	refs  Refs
	batch []string
	gone  int
}

func (s *sweep) flush(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	live, err := s.refs(ctx, s.batch)
	if err != nil {
		return err
	}
	for _, name := range s.batch {
		if live[name] {
			continue
		}
		if err := s.store.Delete(ctx, name); err != nil {
			return err
		}
		s.gone++
	}
	s.batch = s.batch[:0]
	return nil
}
