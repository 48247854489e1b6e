// Package world puts store, vault, authority, seal, evidence and messages together for tests that need a finished
// envelope without a ceremony. It is for tests only and serves nothing.
package world

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/notify"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/store/storetest"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/tsp"
)

// Organization is the name of the one organization.
const Organization = "Példa Kft."

// PublicURL is under which links and revocation lists stand.
const PublicURL = "https://sign.example.org"

// World is all of it, on an empty SQLite store.
type World struct {
	*storetest.Env
	Vault     *blob.Vault
	Authority *authority.Authority
	TSA       *Switch
	Answers   *Answers // OCSP and revocation lists of the installation, as the seal gets them
	Outbox    *Outbox
	Seal      *seal.Service
	Evidence  *evidence.Service
	Notify    *notify.Service
	Algorithm string // of seal keys; empty: the default
	Policy    seal.Policy

	SenderLeft bool // the account of the user who sends is disabled

	stop func()
}

// Switch is a time-stamp source that can be turned off.
type Switch struct {
	mu   sync.Mutex
	off  bool
	uses int
	tsp.Source
}

// Turn turns the source on or off.
func (s *Switch) Turn(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = !on
}

// Uses counts the tokens that were given.
func (s *Switch) Uses() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uses
}

// Timestamp implements tsp.Source.
func (s *Switch) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	s.mu.Lock()
	off := s.off
	if !off {
		s.uses++
	}
	s.mu.Unlock()
	if off {
		return nil, errors.New("connection refused")
	}
	return s.Source.Timestamp(ctx, hash, imprint)
}

// Answers are the authority's OCSP answers and lists, which can be turned off.
type Answers struct {
	*authority.Authority
	Off atomic.Bool
}

// OCSP implements seal.Authority.
func (a *Answers) OCSP(ctx context.Context, key string, request []byte) ([]byte, error) {
	if a.Off.Load() {
		return nil, errors.New("connection refused")
	}
	return a.Authority.OCSP(ctx, key, request)
}

// CRL implements seal.Authority.
func (a *Answers) CRL(ctx context.Context, key string) ([]byte, error) {
	if a.Off.Load() {
		return nil, errors.New("connection refused")
	}
	return a.Authority.CRL(ctx, key)
}

// Outbox is a channel that keeps what it is given.
type Outbox struct {
	mu   sync.Mutex
	Sent []*notify.Rendered
	Off  bool  // not configured
	Fail error // of every Send
}

// Name implements notify.Channel.
func (*Outbox) Name() string { return "email" }

// Schema implements notify.Channel.
func (*Outbox) Schema() json.RawMessage { return json.RawMessage("{}") }

// Ready implements notify.Channel.
func (o *Outbox) Ready() bool { return !o.Off }

// Send implements notify.Channel.
func (o *Outbox) Send(_ context.Context, m *notify.Rendered) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Sent = append(o.Sent, m)
	return o.Fail
}

// OrganizationName implements the domains' Organizations.
func (w *World) OrganizationName(context.Context, id.Org) (string, error) { return Organization, nil }

// SealAlgorithm implements seal.Organizations.
func (w *World) SealAlgorithm(context.Context, id.Org) (string, error) { return w.Algorithm, nil }

// SealPolicy implements seal.Organizations.
func (w *World) SealPolicy(context.Context, id.Org) (seal.Policy, error) { return w.Policy, nil }

// Sources implements seal.Timestamps.
func (w *World) Sources(context.Context, id.Org) ([]seal.Source, error) {
	return []seal.Source{{Name: "built-in", Source: w.TSA}}, nil
}

// MintLink implements notify.Links.
func (w *World) MintLink(_ context.Context, _ id.Org, recipient id.ID) (string, error) {
	return "token-" + string(recipient), nil
}

// User implements notify.Users: who sent an envelope is Dóra, who reads Hungarian.
func (w *World) User(_ context.Context, org id.Org, user id.ID) (*account.User, error) {
	u := &account.User{ID: user, Org: org, Name: "Kiss Dóra", Email: "dora@example.org", Locale: "hu"}
	if w.SenderLeft {
		u.DisabledAt = w.Clock.Now()
	}
	return u, nil
}

// New makes a world whose log is sequenced until the test ends.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{Env: storetest.SQLite(t.(*testing.T)), Outbox: &Outbox{}}
	objects, err := disk.Open(filepath.Join(t.TempDir(), "blobs"))
	check(t, err)
	w.Vault = blob.NewVault(objects, w.Ring())
	url := func() string { return PublicURL }
	w.Authority, err = authority.Open(context.Background(), authoritytest.NewMemory(), authoritytest.Keyring{}, w.Clock, authority.Config{PublicURL: url})
	check(t, err)
	w.TSA = &Switch{Source: w.Authority.TSA()}
	w.Answers = &Answers{Authority: w.Authority}
	types, err := field.NewRegistry(field.Signature{}, field.Text{}, field.FullName{}, field.Checkbox{})
	check(t, err)
	w.Seal = seal.New(seal.Deps{
		Store: w.Envelopes(), Vault: w.Vault, Keys: w.SealKeys(), Custodians: []seal.Custodian{seal.Software(w.Ring())}, Authority: w.Answers, Organizations: w,
		Timestamps: w, Clock: w.Clock, PublicURL: url,
	})
	w.Evidence = evidence.New(evidence.Deps{
		Log: w.Log(), Store: w.DB.Evidence(), Vault: w.Vault, Seal: w.Seal, Organizations: w, Types: types, Fonts: fonts.Set(),
		Key: w.logKey, Stamps: w.TSA, Witness: evidence.FileWitness{Path: filepath.Join(t.TempDir(), "checkpoint")}, Clock: w.Clock,
		PublicURL: url, Version: "test",
	})
	w.Notify = notify.New(notify.Deps{
		Store: w.Envelopes(), Links: w, Organizations: w, Users: w, Channels: []notify.Channel{w.Outbox}, Clock: w.Clock, PublicURL: url,
	})
	w.sequence(t)
	return w
}

func (w *World) logKey(ctx context.Context) (*evidence.LogKey, error) {
	s, chain, err := w.Authority.Log(ctx)
	return &evidence.LogKey{Name: "sign.example.org/log", Signer: s, Chain: chain}, err
}

func (w *World) sequence(t testing.TB) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Evidence.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		check(t, <-done)
	})
	t.Cleanup(w.stop)
}

// StopLog ends sequencing early.
func (w *World) StopLog() { w.stop() }

// Party is one recipient of a made envelope.
type Party struct{ Name, Email string }

// Completed makes an envelope that everyone has signed, with one small document for each name, and its seal jobs.
func (w *World) Completed(t testing.TB, documents []string, parties ...Party) id.ID {
	t.Helper()
	ctx := context.Background()
	var blobs []envelope.Blob
	for _, name := range documents {
		b, err := w.Vault.Put(ctx, w.Org, bytes.NewReader(Page(t, name)))
		check(t, err)
		blobs = append(blobs, b)
	}
	var env id.ID
	check(t, w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		m := &maker{ctx: ctx, tx: tx, w: w, now: w.Clock.Now()}
		env = m.envelope(documents, blobs, parties)
		return m.err
	}))
	return env
}

// Page makes a PDF of one page.
func Page(t testing.TB, text string) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	b.SetInfo("Title", pdf.Text(text))
	b.AddPage(300, 300, pdf.Dict{}, []byte("10 10 m 290 290 l S"))
	var out bytes.Buffer
	_, err := b.WriteTo(&out)
	check(t, err)
	return out.Bytes()
}

// maker writes the rows of one envelope; the first error stops it.
type maker struct {
	ctx context.Context
	tx  envelope.Tx
	w   *World
	now time.Time
	e   *envelope.Envelope
	err error
}

func (m *maker) do(fn func() error) {
	if m.err == nil {
		m.err = fn()
	}
}

func (m *maker) event(actor access.Actor, typ string, facts, personal any) {
	m.do(func() error { return envelope.Append(m.ctx, m.tx, m.e, m.now, actor, typ, facts, personal) })
}

func (m *maker) envelope(documents []string, blobs []envelope.Blob, parties []Party) id.ID {
	sender := access.Actor{Kind: "user", ID: id.New()}
	m.e = &envelope.Envelope{
		ID: id.New(), Org: m.w.Org, State: envelope.Completed, Title: "Lease & deposit", Message: "Please read", Locale: "en", Level: cmp.Or(m.w.Policy.Level, "B-T"), Sender: sender,
		CreatedAt: m.now, UpdatedAt: m.now, SentAt: m.now, DoneAt: m.now,
	}
	m.do(func() error { return m.tx.InsertEnvelope(m.ctx, m.e) })
	m.event(sender, "envelope.created", nil, nil)
	for i, name := range documents {
		m.document(i+1, name, blobs[i], sender)
	}
	for i, p := range parties {
		m.party(i+1, p)
	}
	m.event(access.System, "envelope.completed", nil, nil)
	m.do(func() error { return m.tx.UpdateEnvelope(m.ctx, m.e) })
	return m.e.ID
}

func (m *maker) document(position int, name string, b envelope.Blob, sender access.Actor) {
	d := &envelope.Document{ID: id.New(), Envelope: m.e.ID, Position: position, Name: name, State: "base", Pages: 1, Head: 1}
	m.do(func() error { return m.tx.PutDocument(m.ctx, d) })
	m.do(func() error {
		return m.tx.InsertRevision(m.ctx, &envelope.Revision{Document: d.ID, Number: 1, Kind: envelope.Original, Blob: b, CreatedAt: m.now})
	})
	m.event(sender, "document.added", map[string]any{"document": d.ID, "sha256": hex.EncodeToString(b.SHA256)}, map[string]string{"name": name})
	payload := []byte(`{"envelope":"` + string(m.e.ID) + `","document":"` + string(d.ID) + `"}`)
	m.do(func() error {
		return m.tx.Enqueue(m.ctx, schedule.Job{ID: id.New(), Org: m.w.Org, Kind: seal.JobKind, Unique: string(d.ID), Payload: payload, RunAt: m.now})
	})
}

func (m *maker) party(order int, p Party) {
	r := &envelope.Recipient{
		ID: id.New(), Envelope: m.e.ID, Role: "signer", Order: order, State: envelope.Done, Method: "click", Locale: "en", Name: p.Name, Email: p.Email,
		NotifiedAt: m.now, OpenedAt: m.now, ConsentedAt: m.now, DoneAt: m.now,
	}
	from := map[string]string{"address": "203.0.113.7", "user_agent": "curl/8"}
	actor := access.Actor{Kind: "recipient", ID: r.ID}
	m.do(func() error { return m.tx.PutRecipient(m.ctx, r) })
	m.event(actor, "recipient.opened", map[string]any{"recipient": r.ID, "revealed": order == 2}, from)
	m.event(actor, "recipient.consented", map[string]any{"recipient": r.ID, "version": "1", "locale": "en", "text_sha256": "00"}, from)
	m.event(actor, "recipient.signed", map[string]any{"recipient": r.ID, "method": "click"}, from)
}

// Drain runs due jobs until there are none; the clock moves only where step is positive, by step between rounds, at
// most rounds times.
func (w *World) Drain(t testing.TB, rounds int, step time.Duration) {
	t.Helper()
	handlers := map[string]schedule.Handler{}
	var kinds []string
	for _, jobs := range []map[string]schedule.Handler{w.Seal.Jobs(), w.Evidence.Jobs(), w.Notify.Jobs()} {
		for kind, h := range jobs {
			handlers[kind], kinds = h, append(kinds, kind)
		}
	}
	ctx := context.Background()
	for range rounds {
		jobs, err := w.Queue().Claim(ctx, kinds, 10, time.Minute)
		check(t, err)
		for _, j := range jobs {
			w.run(t, handlers[j.Kind], j)
		}
		if len(jobs) == 0 && step == 0 {
			return
		}
		w.Clock.Add(step)
	}
}

func (w *World) run(t testing.TB, h schedule.Handler, j schedule.Job) {
	t.Helper()
	ctx := context.Background()
	err := h(ctx, j)
	var again *schedule.Again
	switch {
	case err == nil:
		check(t, w.Queue().Finish(ctx, j))
	case errors.As(err, &again):
		check(t, w.Queue().Retry(ctx, j, w.Clock.Now().Add(again.After), again.Reason, false))
	default:
		t.Fatalf("%s: %v", j.Kind, err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
