package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

type logBundle struct {
	s       *Service
	log     *memoryLog
	witness *memoryWitness
	key     *LogKey
	stop    func()
}

func startLog(t *testing.T, log *memoryLog, witness *memoryWitness, key *LogKey) *logBundle {
	t.Helper()
	s := New(Deps{
		Log: log, Witness: witness, Clock: log.clock, Stamps: &countingStamps{},
		Key: func(context.Context) (*LogKey, error) { return key, nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return &logBundle{s: s, log: log, witness: witness, key: key, stop: stop}
}

func newLog(t *testing.T) *logBundle {
	t.Helper()
	return startLog(t, newMemoryLog(clock.System{}), &memoryWitness{}, testLogKey(t))
}

func (b *logBundle) waitSize(t *testing.T, size int64) *Checkpoint {
	t.Helper()
	for range 500 {
		if cp, _ := b.log.Latest(context.Background()); cp != nil && cp.Size >= size {
			return cp
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the log did not reach size %d: %v", size, b.s.Health())
	return nil
}

func TestSequencerProvesEveryRow(t *testing.T) {
	log := newMemoryLog(clock.System{})
	log.add("org", "env-0", "step")
	b := startLog(t, log, &memoryWitness{}, testLogKey(t))
	ctx := context.Background()
	for i := range 39 {
		b.log.add("org", id.ID(fmt.Sprintf("env-%d", i%3)), "step")
		if i%10 == 0 {
			if err := b.s.Record(ctx, &AuditEntry{Org: "org", Actor: access.Actor{Kind: "user", ID: "u"}, Operation: "envelopes.get"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	cp := b.waitSize(t, 44)
	opened, origin, err := OpenCheckpoint(cp.Note, b.key.Signer.Public())
	if err != nil || origin != b.key.Name || opened.Root != cp.Root {
		t.Fatalf("checkpoint: %v %v", origin, err)
	}
	check := func(index int64, kind Kind, hash []byte) {
		p, err := b.s.Prove(ctx, index, cp)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p.Hashes, cp.Size, cp.Root, index, tlog.RecordHash(LeafData(kind, hash))); err != nil {
			t.Errorf("row %d: %v", index, err)
		}
	}
	seen := map[id.ID]int64{}
	for _, e := range b.log.events {
		check(e.Index, EventLeaf, e.Hash)
		if e.Index <= seen[e.Envelope]-1 {
			t.Errorf("event %d of %s came before its predecessor", e.Seq, e.Envelope)
		}
		seen[e.Envelope] = e.Index + 1
	}
	for _, a := range b.log.audits {
		check(a.Index, AuditLeaf, a.Hash)
		if !bytes.Equal(a.Hash, HashAudit(a)) {
			t.Error("an audit row does not hash to its hash")
		}
	}
	b.stop() // what follows a commit is done then
	if note, _ := b.witness.Load(ctx); !bytes.Equal(note, cp.Note) {
		t.Error("the witness does not hold the last checkpoint")
	}
	if last, _ := b.log.LastStamp(ctx); last == nil {
		t.Error("the checkpoint was not stamped")
	}
}

func TestSequencerIsConsistentAcrossRestarts(t *testing.T) {
	b := newLog(t)
	b.log.add("org", "e", "one")
	first := b.waitSize(t, 1)
	b.stop()
	b = startLog(t, b.log, b.witness, b.key)
	for range 9 {
		b.log.add("org", "e", "more")
	}
	second := b.waitSize(t, 10)
	proof, err := b.s.Consistency(context.Background(), first.Size, second.Size)
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(proof, second.Size, second.Root, first.Size, first.Root); err != nil {
		t.Error(err)
	}
}

func TestSequencerSurvivesFailedCommits(t *testing.T) {
	for _, persisted := range []bool{false, true} {
		t.Run(fmt.Sprint("persisted=", persisted), func(t *testing.T) {
			log := newMemoryLog(clock.System{})
			log.failNext, log.persist = errors.New("connection lost"), persisted
			b := startLog(t, log, &memoryWitness{}, testLogKey(t))
			for range 5 {
				log.add("org", "e", "step")
			}
			cp := b.waitSize(t, 5)
			root, err := tlog.TreeHash(5, b.s.reader(context.Background()))
			if err != nil || root != cp.Root || cp.Size != 5 {
				t.Errorf("tree of %d: %v", cp.Size, err)
			}
		})
	}
}

func TestRolledBackLogIsRefused(t *testing.T) {
	b := newLog(t)
	for range 6 {
		b.log.add("org", "e", "step")
	}
	b.waitSize(t, 6)
	b.stop()
	good := append([]tlog.Hash(nil), b.log.hashes...)

	t.Run("smaller", func(t *testing.T) {
		older := newMemoryLog(clock.System{})
		s := New(Deps{Log: older, Witness: b.witness, Clock: older.clock})
		if err := s.Run(context.Background()); !errors.Is(err, ErrRolledBack) {
			t.Errorf("Run: %v", err)
		}
	})
	for i := range good {
		b.log.hashes = append([]tlog.Hash(nil), good...)
		b.log.hashes[i][0] ^= 1
		// An altered hash is found where the root stands on it directly.
		root, err := tlog.TreeHash(6, b.s.reader(context.Background()))
		if err != nil {
			t.Fatal(err)
		}
		if want := root != b.log.latest.Root; want != errors.Is(b.s.Check(context.Background()), ErrRolledBack) {
			t.Errorf("hash %d altered: not found", i)
		}
	}
	b.log.hashes = good
	if err := b.s.Check(context.Background()); err != nil {
		t.Errorf("the untouched log is refused: %v", err)
	}
}

func TestOnlyOneLeads(t *testing.T) {
	b := newLog(t)
	other := startLog(t, b.log, b.witness, b.key)
	for range 30 {
		b.log.add("org", "e", "step")
		time.Sleep(5 * time.Millisecond)
	}
	cp := other.waitSize(t, 30)
	if cp.Size != 30 {
		t.Errorf("size %d after 30 rows", cp.Size)
	}
}

func TestSubscribeMissesNothing(t *testing.T) {
	b := newLog(t)
	const n = 300
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	enough := errors.New("enough")
	got := make(chan []int64, 1)
	go func() {
		var seqs []int64
		after := int64(-1)
		for len(seqs) < n { // reconnects after every page, as Last-Event-ID does
			_ = b.s.Subscribe(ctx, "org", "mine", after, func(list []*envelope.Event) error {
				for _, e := range list {
					seqs, after = append(seqs, e.Seq), e.Index
				}
				return enough
			})
			if ctx.Err() != nil {
				break
			}
		}
		got <- seqs
	}()
	for range n {
		b.log.add("org", "mine", "step")
		b.log.add("org", "theirs", "step")
		b.log.add("foreign", "foreign", "step")
	}
	for i, seq := range <-got {
		if seq != int64(i)+1 {
			t.Fatalf("place %d holds event %d", i, seq)
		}
	}
	if ctx.Err() != nil {
		t.Fatal("timed out")
	}
}

func TestCheckpointRefusesEveryChangedByte(t *testing.T) {
	key := testLogKey(t)
	cp, err := signCheckpoint(context.Background(), key, 7, tlog.Hash{1, 2, 3}, time.UnixMicro(1_700_000_000_000_000).UTC())
	if err != nil {
		t.Fatal(err)
	}
	for i := range cp.Note {
		note := bytes.Clone(cp.Note)
		note[i] ^= 1
		if _, _, err := OpenCheckpoint(note, key.Signer.Public()); err == nil {
			t.Errorf("byte %d changed: still opens", i)
		}
	}
	if _, _, err := OpenCheckpoint(cp.Note, testLogKey(t).Signer.Public()); !errors.Is(err, errNoteSignature) {
		t.Errorf("foreign key: %v", err)
	}
}

func TestFileWitness(t *testing.T) {
	w := FileWitness{Path: filepath.Join(t.TempDir(), "checkpoint")}
	ctx := context.Background()
	if note, err := w.Load(ctx); err != nil || note != nil {
		t.Fatalf("empty: %q %v", note, err)
	}
	for _, want := range []string{"one", "two"} {
		if err := w.Save(ctx, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Load(ctx); err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	key := testLogKey(f)
	cp, err := signCheckpoint(context.Background(), key, 7, tlog.Hash{1}, time.UnixMicro(1).UTC())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cp.Note)
	f.Add([]byte("a\n1\nAAAA\ntime 1\n\n"))
	f.Fuzz(func(t *testing.T, note []byte) {
		got, _, err := OpenCheckpoint(note, key.Signer.Public())
		if err == nil && !bytes.Equal(got.Note, note) {
			t.Error("another note came back")
		}
	})
}
