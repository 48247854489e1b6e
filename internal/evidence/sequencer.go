package evidence

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"fmt"
	"sort"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Figures of the sequencer.
const (
	leaseTime  = 3 * time.Second // how long a process that died holds others up
	idleTurns  = 4               // without work before the lease is given up: an idle log writes nothing
	batchSize  = 1024
	gather     = 50 * time.Millisecond // waited after a wake-up, so that one commit takes several rows
	pollEvery  = 500 * time.Millisecond
	retryEvery = time.Second
	stampEvery = time.Hour
	stampRetry = time.Minute
	// stampPatience bounds how long an authority that does not answer holds the log up, once in stampRetry.
	stampPatience = 2 * time.Second
)

// Check compares the stored log with the witnessed checkpoint and with its own latest one. A process calls it
// before it serves; ErrRolledBack means that it must not.
func (s *Service) Check(ctx context.Context) error {
	latest, err := s.d.Log.Latest(ctx)
	if err != nil {
		return fmt.Errorf("evidence: read checkpoint: %w", err)
	}
	size := int64(0)
	if latest != nil {
		size = latest.Size
		if err := s.sameRoot(ctx, latest); err != nil {
			return err
		}
	}
	note, err := s.d.Witness.Load(ctx)
	if err != nil || note == nil {
		return err
	}
	text, _, _ := bytes.Cut(note, []byte("\n\n"))
	seen, _, err := parseCheckpoint(string(text) + "\n")
	if err != nil {
		return fmt.Errorf("%w (witness)", err)
	}
	if seen.Size > size {
		return ErrRolledBack
	}
	return s.sameRoot(ctx, seen)
}

func (s *Service) sameRoot(ctx context.Context, cp *Checkpoint) error {
	root, err := tlog.TreeHash(cp.Size, s.reader(ctx))
	if err != nil {
		return fmt.Errorf("evidence: read tree: %w", err)
	}
	if root != cp.Root {
		return ErrRolledBack
	}
	return nil
}

// reader reads stored hashes from the store.
func (s *Service) reader(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		return s.d.Log.Hashes(ctx, indexes)
	})
}

// Run sequences until the context ends: where rows are pending it takes the leader's lease, gives them their index
// in the order in which they were committed, and signs a checkpoint. It returns ErrRolledBack where the stored log is
// not the witnessed one; other failures are tried again.
func (s *Service) Run(ctx context.Context) error {
	if err := s.Check(ctx); err != nil {
		return err
	}
	holder := string(id.New())
	var nextStamp time.Time
	for ctx.Err() == nil {
		work, err := s.work(ctx, nextStamp)
		if err == nil && !work {
			s.idle(ctx)
			continue
		}
		var lease Lease
		if err == nil {
			lease, err = s.d.Log.Lead(ctx, holder, leaseTime)
		}
		if err == nil {
			nextStamp, err = s.lead(ctx, holder, lease, nextStamp)
		}
		s.note(err)
		if err != nil {
			s.waits.wake() // another process may have sequenced meanwhile
			sleep(ctx, nil, retryEvery)
		}
	}
	return nil
}

// work says whether there is reason to lead.
func (s *Service) work(ctx context.Context, nextStamp time.Time) (bool, error) {
	if s.d.Stamps != nil && !s.d.Clock.Now().Before(nextStamp) {
		return true, nil
	}
	leaves, err := s.d.Log.Pending(ctx, 1)
	if err != nil {
		return false, fmt.Errorf("evidence: read pending rows: %w", err)
	}
	return len(leaves) > 0, nil
}

// idle waits for rows: those of this process wake it, those of others are found a little later.
func (s *Service) idle(ctx context.Context) {
	if sleep(ctx, s.d.Log.Committed(), pollEvery) {
		sleep(ctx, nil, gather)
	}
}

// note remembers the last failure for Health.
func (s *Service) note(err error) {
	if err != nil && problem.KindOf(err) == problem.Conflict {
		err = nil
	}
	s.healthMu.Lock()
	defer s.healthMu.Unlock()
	s.failure = err
}

// Health returns why the log does not advance, nil where it does.
func (s *Service) Health() error {
	s.healthMu.Lock()
	defer s.healthMu.Unlock()
	return s.failure
}

// lead sequences while the lease holds and there is work. It returns when the next stamp is due.
func (s *Service) lead(ctx context.Context, holder string, lease Lease, nextStamp time.Time) (time.Time, error) {
	defer func() {
		// The lease runs out by itself where giving it up fails.
		_ = s.d.Log.Resign(context.WithoutCancel(ctx), lease.Fence)
	}()
	seq, err := s.newSequencer(ctx, lease.Fence)
	if err != nil {
		return nextStamp, err
	}
	seq.nextStamp = nextStamp
	for idle := 0; ctx.Err() == nil && idle < idleTurns; {
		if s.d.Clock.Now().Add(leaseTime / 2).After(lease.Until) {
			if lease, err = s.d.Log.Lead(ctx, holder, leaseTime); err != nil {
				return seq.nextStamp, fmt.Errorf("evidence: keep lease: %w", err)
			}
			if lease.Fence != seq.fence {
				return seq.nextStamp, problem.New(problem.Conflict, "log_fenced", "Another process sequenced meanwhile.")
			}
		}
		worked, err := seq.turn(ctx)
		if err != nil {
			return seq.nextStamp, err
		}
		idle++
		if worked {
			idle = 0
		}
	}
	return seq.nextStamp, nil
}

// sequencer is one leadership. edge holds the hashes of the tree's right edge, so that a batch reads nothing.
type sequencer struct {
	s         *Service
	key       *LogKey
	fence     int64
	size      int64
	edge      map[int64]tlog.Hash
	nextStamp time.Time
}

func (s *Service) newSequencer(ctx context.Context, fence int64) (*sequencer, error) {
	key, err := s.d.Key(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: open log key: %w", err)
	}
	latest, err := s.d.Log.Latest(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: read checkpoint: %w", err)
	}
	q := &sequencer{s: s, key: key, fence: fence, edge: map[int64]tlog.Hash{}}
	if latest != nil {
		q.size = latest.Size
	}
	return q, nil
}

// turn appends what is pending, or waits for something to be.
func (q *sequencer) turn(ctx context.Context) (worked bool, err error) {
	leaves, err := q.s.d.Log.Pending(ctx, batchSize)
	if err != nil {
		return false, fmt.Errorf("evidence: read pending rows: %w", err)
	}
	if len(leaves) > 0 {
		if err := q.append(ctx, leaves); err != nil {
			return true, err
		}
	}
	q.stamp(ctx)
	if len(leaves) == 0 {
		q.s.idle(ctx)
	}
	return len(leaves) > 0, nil
}

func (q *sequencer) append(ctx context.Context, leaves []Leaf) error {
	inOrderOfChains(leaves)
	batch := Batch{Fence: q.fence, Size: q.size, Leaves: leaves}
	fresh := map[int64]tlog.Hash{}
	read := q.reader(ctx, fresh)
	for i := range leaves {
		n := q.size + int64(i)
		leaves[i].Index = n
		hashes, err := tlog.StoredHashesForRecordHash(n, leafHash(leaves[i]), read)
		if err != nil {
			return fmt.Errorf("evidence: extend tree: %w", err)
		}
		base := tlog.StoredHashIndex(0, n)
		for k, h := range hashes {
			fresh[base+int64(k)] = h
		}
		batch.Hashes = append(batch.Hashes, hashes...)
	}
	edge := map[int64]tlog.Hash{}
	size := q.size + int64(len(leaves))
	root, err := tlog.TreeHash(size, recording(read, edge))
	if err != nil {
		return fmt.Errorf("evidence: hash tree: %w", err)
	}
	if batch.Checkpoint, err = signCheckpoint(ctx, q.key, size, root, q.s.d.Clock.Now()); err != nil {
		return err
	}
	if err := q.s.d.Log.Append(ctx, batch); err != nil {
		return fmt.Errorf("evidence: append: %w", err)
	}
	q.size, q.edge = size, edge
	if err := q.s.d.Witness.Save(ctx, batch.Checkpoint.Note); err != nil {
		return err
	}
	q.s.waits.wake()
	return nil
}

// reader looks in what the batch made, then at the edge, then in the store.
func (q *sequencer) reader(ctx context.Context, fresh map[int64]tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		var missing []int64
		var at []int
		for i, ix := range indexes {
			if h, ok := fresh[ix]; ok {
				out[i] = h
			} else if h, ok := q.edge[ix]; ok {
				out[i] = h
			} else {
				missing, at = append(missing, ix), append(at, i)
			}
		}
		if len(missing) == 0 {
			return out, nil
		}
		got, err := q.s.d.Log.Hashes(ctx, missing)
		if err != nil || len(got) != len(missing) {
			return nil, fmt.Errorf("evidence: read stored hashes: %w", err)
		}
		for i, h := range got {
			out[at[i]] = h
		}
		return out, nil
	})
}

// recording keeps what is read.
func recording(r tlog.HashReader, into map[int64]tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out, err := r.ReadHashes(indexes)
		for i := range out {
			into[indexes[i]] = out[i]
		}
		return out, err
	})
}

// inOrderOfChains puts the events of one envelope in the order of their numbers, in the places that they have
// together: a clock that was set back must not turn them round.
func inOrderOfChains(leaves []Leaf) {
	places := map[id.ID][]int{}
	for i, l := range leaves {
		if l.Kind == EventLeaf {
			places[l.Envelope] = append(places[l.Envelope], i)
		}
	}
	for _, at := range places {
		chain := make([]Leaf, len(at))
		for k, i := range at {
			chain[k] = leaves[i]
		}
		sort.Slice(chain, func(a, b int) bool { return chain[a].Seq < chain[b].Seq })
		for k, i := range at {
			leaves[i] = chain[k]
		}
	}
}

// stamp has the latest checkpoint time-stamped once an hour. A failure is noted and tried again.
func (q *sequencer) stamp(ctx context.Context) {
	now := q.s.d.Clock.Now()
	if now.Before(q.nextStamp) || q.s.d.Stamps == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stampPatience)
	defer cancel()
	next, err := q.s.stampLatest(ctx, now)
	if err != nil {
		q.s.note(err)
		next = now.Add(stampRetry)
	}
	q.nextStamp = next
}

// stampLatest returns when to look again.
func (s *Service) stampLatest(ctx context.Context, now time.Time) (time.Time, error) {
	last, err := s.d.Log.LastStamp(ctx)
	if err != nil {
		return now, fmt.Errorf("evidence: read stamp: %w", err)
	}
	if last != nil && now.Before(last.At.Add(stampEvery)) {
		return last.At.Add(stampEvery), nil
	}
	latest, err := s.d.Log.Latest(ctx)
	if err != nil {
		return now, fmt.Errorf("evidence: read checkpoint: %w", err)
	}
	if latest == nil || last != nil && last.Size == latest.Size {
		return now.Add(stampRetry), nil
	}
	sum := sha256.Sum256(latest.Note)
	token, err := s.d.Stamps.Timestamp(ctx, crypto.SHA256, sum[:])
	if err != nil {
		return now, fmt.Errorf("evidence: stamp checkpoint: %w", err)
	}
	err = s.d.Log.PutStamp(ctx, &Stamp{Size: latest.Size, At: now, Note: latest.Note, Token: token})
	if err != nil {
		return now, fmt.Errorf("evidence: keep stamp: %w", err)
	}
	return now.Add(stampEvery), nil
}

// sleep waits for a wake-up, at most d, and says whether there was one.
func sleep(ctx context.Context, wake <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-wake:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}
