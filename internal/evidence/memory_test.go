package evidence

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/signer"
)

// memoryLog is a LogStore in memory, with the failures that a test asks for.
type memoryLog struct {
	mu       sync.Mutex
	clock    clock.Clock
	events   []*envelope.Event
	orgs     map[id.ID]id.Org
	audits   []*AuditEntry
	hashes   []tlog.Hash
	size     int64
	latest   *Checkpoint
	stamps   []*Stamp
	fence    int64
	holder   string
	until    time.Time
	commit   chan struct{}
	failNext error // of the next Append
	persist  bool  // and it is persisted all the same
}

func newMemoryLog(c clock.Clock) *memoryLog {
	return &memoryLog{clock: c, orgs: map[id.ID]id.Org{}, commit: make(chan struct{}, 1)}
}

func (m *memoryLog) Lead(_ context.Context, holder string, lease time.Duration) (Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	if m.holder != "" && m.holder != holder && now.Before(m.until) {
		return Lease{}, problem.New(problem.Conflict, "log_led", "")
	}
	if m.holder != holder || now.After(m.until) {
		m.fence++
	}
	m.holder, m.until = holder, now.Add(lease)
	return Lease{Fence: m.fence, Until: m.until}, nil
}

func (m *memoryLog) Resign(_ context.Context, fence int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if fence == m.fence {
		m.holder = ""
	}
	return nil
}

func (m *memoryLog) Pending(_ context.Context, limit int) ([]Leaf, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Leaf
	for _, e := range m.events {
		if e.Index < 0 && len(out) < limit {
			out = append(out, Leaf{Index: -1, Kind: EventLeaf, Org: m.orgs[e.Envelope], Envelope: e.Envelope, Seq: e.Seq, Hash: e.Hash})
		}
	}
	for _, a := range m.audits {
		if a.Index < 0 && len(out) < limit {
			out = append(out, Leaf{Index: -1, Kind: AuditLeaf, Org: a.Org, Audit: a.ID, Hash: a.Hash})
		}
	}
	return out, nil
}

func (m *memoryLog) Append(_ context.Context, b Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.failNext; err != nil {
		m.failNext = nil
		if !m.persist {
			return err
		}
		m.apply(b)
		return err
	}
	if b.Fence != m.fence || b.Size != m.size {
		return problem.New(problem.Conflict, "log_fenced", "")
	}
	m.apply(b)
	return nil
}

func (m *memoryLog) apply(b Batch) {
	for i, l := range b.Leaves {
		index := b.Size + int64(i)
		for _, e := range m.events {
			if l.Kind == EventLeaf && e.Envelope == l.Envelope && e.Seq == l.Seq {
				e.Index = index
			}
		}
		for _, a := range m.audits {
			if l.Kind == AuditLeaf && a.ID == l.Audit {
				a.Index = index
			}
		}
	}
	m.hashes = append(m.hashes, b.Hashes...)
	m.size = b.Checkpoint.Size
	cp := b.Checkpoint
	m.latest = &cp
}

func (m *memoryLog) Latest(context.Context) (*Checkpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.latest, nil
}

func (m *memoryLog) Hashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]tlog.Hash, len(indexes))
	for i, ix := range indexes {
		if ix >= int64(len(m.hashes)) {
			return nil, problem.New(problem.NotFound, "hash", strconv.FormatInt(ix, 10))
		}
		out[i] = m.hashes[ix]
	}
	return out, nil
}

func (m *memoryLog) PutStamp(_ context.Context, s *Stamp) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stamps = append(m.stamps, s)
	return nil
}

func (m *memoryLog) LastStamp(context.Context) (*Stamp, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.stamps) == 0 {
		return nil, nil
	}
	return m.stamps[len(m.stamps)-1], nil
}

func (m *memoryLog) EventsAfter(_ context.Context, org id.Org, envelopeID id.ID, after int64, limit int) ([]*envelope.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*envelope.Event
	for _, e := range m.events {
		if e.Index > after && m.orgs[e.Envelope] == org && (envelopeID == "" || envelopeID == e.Envelope) {
			c := *e
			out = append(out, &c)
		}
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Index < out[b].Index })
	return out[:min(limit, len(out))], nil
}

func (m *memoryLog) InsertAudit(_ context.Context, a *AuditEntry) error {
	m.mu.Lock()
	m.audits = append(m.audits, a)
	m.mu.Unlock()
	m.signal()
	return nil
}

func (m *memoryLog) Audits(_ context.Context, org id.Org, _ AuditFilter) ([]*AuditEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*AuditEntry
	for _, a := range m.audits {
		if a.Org == org {
			out = append([]*AuditEntry{a}, out...)
		}
	}
	return out, nil
}

func (m *memoryLog) Committed() <-chan struct{} { return m.commit }

func (m *memoryLog) signal() {
	select {
	case m.commit <- struct{}{}:
	default:
	}
}

// add writes the next event of an envelope.
func (m *memoryLog) add(org id.Org, env id.ID, typ string) {
	m.mu.Lock()
	ev := envelope.Event{
		Envelope: env, Seq: 1, Type: typ, At: m.clock.Now(), Actor: access.System,
		Facts: []byte("{}"), Personal: []byte("{}"), Salt: []byte("salt"), Index: -1,
	}
	for _, e := range m.events {
		if e.Envelope == env {
			ev.Seq, ev.Prev = e.Seq+1, e.Hash
		}
	}
	ev.Hash = envelope.HashEvent(ev)
	m.orgs[env] = org
	m.events = append(m.events, &ev)
	m.mu.Unlock()
	m.signal()
}

// memoryWitness is a Witness in memory.
type memoryWitness struct {
	mu   sync.Mutex
	note []byte
}

func (w *memoryWitness) Load(context.Context) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.note, nil
}

func (w *memoryWitness) Save(_ context.Context, note []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.note = note
	return nil
}

// countingStamps is a time-stamp source that counts.
type countingStamps struct {
	mu sync.Mutex
	n  int
}

func (c *countingStamps) Timestamp(_ context.Context, _ crypto.Hash, imprint []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	sum := sha256.Sum256(imprint)
	return sum[:], nil
}

func testLogKey(t testing.TB) *LogKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sg, err := signer.FromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return &LogKey{Name: "sign.example.org/log", Signer: sg}
}
