package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/test/world"
)

func staff(w *world.World) *access.Principal {
	return &access.Principal{Audience: access.Staff, Org: w.Org, User: id.New(), Permissions: access.Set(access.All())}
}

func read(t *testing.T, d *evidence.Download, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer d.File.Close()
	data, err := io.ReadAll(io.NewSectionReader(d.File, 0, d.File.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// delivered makes an envelope that went all the way, and its bundle.
func delivered(t *testing.T) (*world.World, id.ID, []byte) {
	t.Helper()
	w := world.New(t)
	env := w.Completed(t, []string{"lease.pdf", "annex.pdf"}, world.Party{Name: "Őri Éva", Email: "eva@example.org"}, world.Party{Name: "王小明", Email: "wang@example.org"})
	w.Drain(t, 30, 0)
	d, err := w.Evidence.Bundle(context.Background(), staff(w), env)
	return w, env, read(t, d, err)
}

func verify(t testing.TB, data []byte, anchors []*x509.Certificate, now time.Time) *evidence.BundleReport {
	t.Helper()
	r, err := evidence.VerifyBundle(context.Background(), bytes.NewReader(data), int64(len(data)), anchors, now)
	if errors.Is(err, evidence.ErrNotBundle) {
		return &evidence.BundleReport{Indication: "TOTAL_FAILED", Errors: []evidence.BundleIssue{{Code: "not_bundle"}}}
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func root(w *world.World) []*x509.Certificate { return []*x509.Certificate{w.Authority.Root()} }

func TestBundlePassesOffline(t *testing.T) {
	w, env, data := delivered(t)
	r := verify(t, data, root(w), w.Clock.Now())
	if r.Indication != "TOTAL_PASSED" || r.Envelope != env || r.Documents != 2 || r.Events < 15 || r.Organization != world.Organization {
		t.Errorf("report %+v", r)
	}
	if r := verify(t, data, nil, w.Clock.Now()); r.Indication != "INDETERMINATE" {
		t.Errorf("without an anchor: %+v", r)
	}
	other := world.New(t)
	if r := verify(t, data, root(other), w.Clock.Now()); r.Indication != "INDETERMINATE" {
		t.Errorf("with another installation's anchor: %+v", r)
	}
	if r := verify(t, data, root(w), w.Clock.Now().Add(365*24*time.Hour)); r.Indication != "TOTAL_PASSED" || len(r.Warnings) == 0 {
		t.Errorf("a year later: %+v", r)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("other programs cannot read it: %v", err)
	}
	for _, f := range z.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestBundleIsMadeAgainWhenEventsFollow(t *testing.T) {
	w, env, first := delivered(t)
	ctx := context.Background()
	d, err := w.Evidence.Bundle(ctx, staff(w), env)
	if second := read(t, d, err); !bytes.Equal(first, second) {
		t.Error("nothing happened and the bundle is another one")
	}
	err = w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, env)
		if err != nil {
			return err
		}
		if err := envelope.Append(ctx, tx, e, w.Clock.Now(), access.System, "link.revealed", nil, nil); err != nil {
			return err
		}
		return tx.UpdateEnvelope(ctx, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err = w.Evidence.Bundle(ctx, staff(w), env)
	third := read(t, d, err)
	before, after := verify(t, first, root(w), w.Clock.Now()), verify(t, third, root(w), w.Clock.Now())
	if after.Events != before.Events+1 || after.Indication != "TOTAL_PASSED" {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

// TestEveryChangedByteIsFound changes bytes in every entry and at random places of the container.
func TestEveryChangedByteIsFound(t *testing.T) {
	w, _, data := delivered(t)
	entries, err := evidence.Unzip(data)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	var places []int
	for _, e := range entries {
		at := bytes.Index(data, e.Data[:min(64, len(e.Data))])
		places = append(places, at, at+len(e.Data)/2, at+len(e.Data)-1)
		for range 5 {
			places = append(places, at+rnd.IntN(len(e.Data)))
		}
	}
	for range 60 {
		places = append(places, rnd.IntN(len(data)))
	}
	for i := 0; i < 400; i += 3 { // the directory
		places = append(places, len(data)-1-i)
	}
	var wg sync.WaitGroup
	work := make(chan int)
	for range 2 {
		wg.Go(func() {
			for at := range work {
				changed := bytes.Clone(data)
				changed[at] ^= byte(1 << (at % 8))
				if r := verify(t, changed, root(w), w.Clock.Now()); r.Indication != "TOTAL_FAILED" {
					t.Errorf("byte %d: %+v", at, r)
				}
			}
		})
	}
	for _, at := range places {
		work <- at
	}
	close(work)
	wg.Wait()
}

func TestTruncatedAndExtendedBundlesAreRefused(t *testing.T) {
	w, _, data := delivered(t)
	for _, n := range []int{0, 1, 3, 30, 1000, len(data) / 2, len(data) - 23, len(data) - 1} {
		if r := verify(t, data[:n], root(w), w.Clock.Now()); r.Indication != "TOTAL_FAILED" {
			t.Errorf("cut to %d bytes: %+v", n, r)
		}
	}
	for _, more := range [][]byte{{0}, []byte("x"), data} {
		if r := verify(t, append(bytes.Clone(data), more...), root(w), w.Clock.Now()); r.Indication != "TOTAL_FAILED" {
			t.Errorf("%d bytes behind it: %+v", len(more), r)
		}
		if r := verify(t, append(bytes.Clone(more), data...), root(w), w.Clock.Now()); r.Indication != "TOTAL_FAILED" {
			t.Errorf("%d bytes before it: %+v", len(more), r)
		}
	}
}

// forgery changes the content of a bundle and makes everything fit again that needs no key; where resign is set
// the organization's own key signs the changed manifest too.
type forgery struct {
	name   string
	resign bool
	change func(t *testing.T, f *forged)
}

type forged struct {
	entries []evidence.Entry
	record  evidence.Record
	events  []evidence.EventRecord
	proofs  evidence.Proofs
}

func (f *forged) entry(name string) *evidence.Entry {
	for i := range f.entries {
		if f.entries[i].Name == name {
			return &f.entries[i]
		}
	}
	return nil
}

// rechain recomputes numbers, links and hashes.
func (f *forged) rechain(env id.ID) {
	var prev []byte
	for i := range f.events {
		e := &f.events[i]
		e.Seq, e.Prev = int64(i+1), prev
		e.Commitment = envelope.Commitment(envelope.Event{Salt: e.Salt, Personal: json.RawMessage(*e.Personal)})
		e.Hash = envelope.HashEventWith(envelope.Event{
			Envelope: env, Seq: e.Seq, Type: e.Type, At: e.At, Actor: e.Actor, Facts: json.RawMessage(e.Facts), Prev: e.Prev,
		}, e.Commitment)
		prev = e.Hash
	}
	for i := range f.proofs.Events {
		f.proofs.Events[i].Seq = int64(i + 1)
	}
}

func forgeries() []forgery {
	drop := func(t *testing.T, f *forged) {
		f.events = slices.Delete(f.events, 3, 4)
		f.proofs.Events = slices.Delete(f.proofs.Events, 3, 4)
	}
	return []forgery{
		{name: "event dropped", change: drop},
		{name: "last event dropped", change: func(_ *testing.T, f *forged) {
			f.events = f.events[:len(f.events)-1]
			f.proofs.Events = f.proofs.Events[:len(f.events)]
		}},
		{name: "events swapped", change: func(_ *testing.T, f *forged) { f.events[2], f.events[3] = f.events[3], f.events[2] }},
		{name: "event added", change: func(_ *testing.T, f *forged) {
			f.events = slices.Insert(f.events, 4, f.events[4])
			f.proofs.Events = slices.Insert(f.proofs.Events, 4, f.proofs.Events[4])
		}},
		{name: "event altered", change: func(_ *testing.T, f *forged) { f.events[5].At = f.events[5].At.Add(time.Hour) }},
		{name: "personal part altered", change: func(_ *testing.T, f *forged) {
			other := `{"address":"198.51.100.1"}`
			f.events[5].Personal = &other
		}},
		{name: "entry dropped", change: func(_ *testing.T, f *forged) {
			f.entries = slices.DeleteFunc(f.entries, func(e evidence.Entry) bool { return e.Name == "documents/2.pdf" })
		}},
		{name: "entry added", change: func(_ *testing.T, f *forged) {
			f.entries = slices.Insert(f.entries, 1, evidence.Entry{Name: "extra.txt", Data: []byte("x")})
		}},
		{name: "record altered", change: func(_ *testing.T, f *forged) { f.record.Recipients[0].Name = "Somebody else" }},
		{name: "documents exchanged", change: func(_ *testing.T, f *forged) {
			a, b := f.entry("documents/1.pdf"), f.entry("documents/2.pdf")
			a.Data, b.Data = b.Data, a.Data
		}},
	}
}

// signedForgeries are those that even the holder of the organization's key cannot make fit.
func signedForgeries() []forgery {
	var out []forgery
	for _, f := range forgeries() {
		switch f.name {
		case "entry added", "record altered": // the organization may state these; it signs for them
		case "last event dropped": // such was the bundle before that event
		default:
			f.name, f.resign = f.name+" and signed again", true
			out = append(out, f)
		}
	}
	return out
}

func TestForgeriesAreFound(t *testing.T) {
	w, env, data := delivered(t)
	for _, fg := range append(forgeries(), signedForgeries()...) {
		t.Run(fg.name, func(t *testing.T) {
			made := forge(t, w, env, data, fg)
			r := verify(t, made, root(w), w.Clock.Now())
			if r.Indication != "TOTAL_FAILED" {
				t.Errorf("%+v", r)
			}
		})
	}
	same := forge(t, w, env, data, forgery{resign: true, change: func(*testing.T, *forged) {}})
	if r := verify(t, same, root(w), w.Clock.Now()); r.Indication != "TOTAL_PASSED" {
		t.Errorf("the forger's own tools break an honest bundle: %+v", r)
	}
}

func forge(t *testing.T, w *world.World, env id.ID, data []byte, fg forgery) []byte {
	t.Helper()
	entries, err := evidence.Unzip(data)
	if err != nil {
		t.Fatal(err)
	}
	f := &forged{entries: entries}
	var manifest evidence.Manifest
	for name, into := range map[string]any{"record.json": &f.record, "events.json": &f.events, "log/proofs.json": &f.proofs, "manifest.json": &manifest} {
		if err := json.Unmarshal(f.entry(name).Data, into); err != nil {
			t.Fatal(err)
		}
	}
	fg.change(t, f)
	f.rechain(env)
	manifest.Chain = evidence.ChainHead{Events: int64(len(f.events)), Hash: f.events[len(f.events)-1].Hash}
	f.record.Chain = manifest.Chain
	for name, v := range map[string]any{"record.json": f.record, "events.json": f.events, "log/proofs.json": f.proofs} {
		f.entry(name).Data = marshal(t, v)
	}
	manifest.Entries = nil
	for _, e := range f.entries {
		if !strings.HasPrefix(e.Name, "manifest.") {
			sum := sha256.Sum256(e.Data)
			manifest.Entries = append(manifest.Entries, evidence.ManifestEntry{Name: e.Name, Size: int64(len(e.Data)), SHA256: sum[:]})
		}
	}
	f.entry("manifest.json").Data = marshal(t, manifest)
	if fg.resign {
		ctx := context.Background()
		ident, err := w.Seal.Identity(ctx, w.Org)
		if err != nil {
			t.Fatal(err)
		}
		if f.entry("manifest.p7s").Data, err = evidence.SignDetached(ctx, ident, w.TSA, f.entry("manifest.json").Data); err != nil {
			t.Fatal(err)
		}
	}
	out, err := evidence.Zip(f.entries)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := evidence.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestCertificateTellsTheLog compares the certificate's record with the events as they are stored.
func TestCertificateTellsTheLog(t *testing.T) {
	w, env, _ := delivered(t)
	ctx := context.Background()
	d, err := w.Evidence.Completion(ctx, staff(w), env)
	pdf := read(t, d, err)
	data, err := evidence.AttachedRecord(bytes.NewReader(pdf), int64(len(pdf)))
	if err != nil {
		t.Fatal(err)
	}
	var r evidence.Record
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	stored, err := w.Evidence.Chain(ctx, staff(w), env, 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	last := r.Events[len(r.Events)-1]
	if last.Type != "envelope.sealed" || r.Chain.Events != last.Seq {
		t.Errorf("covers %d events, the last %s", len(r.Events), last.Type)
	}
	for i, e := range r.Events {
		if !bytes.Equal(e.Hash, stored[i].Hash) || e.Facts != string(stored[i].Facts) || e.Type != stored[i].Type || !e.At.Equal(stored[i].At) {
			t.Errorf("event %d is told otherwise", e.Seq)
		}
		if e.Personal != nil || e.Salt != nil {
			t.Errorf("event %d shows its personal part", e.Seq)
		}
	}
	if bytes.Contains(data, []byte("eva@example.org")) || r.Recipients[0].Email != "e•••@example.org" || r.Recipients[0].Consent == nil {
		t.Errorf("recipient %+v", r.Recipients[0])
	}
	if seal := r.Documents[0].Seal; seal == nil || !strings.Contains(seal.Authority, "Timestamp Authority") || seal.Serial == "" || seal.Timestamp == "" {
		t.Errorf("seal %+v", r.Documents[0].Seal)
	}
	if r.Recipients[0].Identity[0].Kind != "link_sent" || r.Recipients[1].Identity[0].Kind != "link_revealed" {
		t.Error("how they came in is not told")
	}
}

// TestBundleOfAnEnvelopeThatEndedEarly has neither sealed documents nor a certificate, and proves its events.
func TestBundleOfAnEnvelopeThatEndedEarly(t *testing.T) {
	w := world.New(t)
	env := w.Completed(t, []string{"lease.pdf"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	ctx := context.Background()
	if _, err := w.Evidence.Bundle(ctx, staff(w), env); problem.From(err).Code != "not_finished" {
		t.Errorf("before the end: %v", err)
	}
	err := w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, env)
		if err != nil {
			return err
		}
		e.State = envelope.Voided
		if err := envelope.Append(ctx, tx, e, w.Clock.Now(), e.Sender, "envelope.voided", nil, nil); err != nil {
			return err
		}
		return tx.UpdateEnvelope(ctx, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.Evidence.Bundle(ctx, staff(w), env)
	if r := verify(t, read(t, d, err), root(w), w.Clock.Now()); r.Indication != "TOTAL_PASSED" || r.Events < 5 {
		t.Errorf("%+v", r)
	}
	if _, err := w.Evidence.Completion(ctx, staff(w), env); problem.From(err).Code != "no_certificate" {
		t.Errorf("certificate: %v", err)
	}
	stranger := staff(w)
	stranger.Permissions = access.Set([]access.Permission{access.EnvelopesRead, access.EvidenceRead})
	if _, err := w.Evidence.Bundle(ctx, stranger, env); problem.KindOf(err) != problem.NotFound {
		t.Errorf("another sender: %v", err)
	}
}

// TestRecordHasNoEvidence: of contracts that were signed elsewhere nothing will ever be made, and the answers say so.
func TestRecordHasNoEvidence(t *testing.T) {
	w := world.New(t)
	env := w.Completed(t, []string{"lease.pdf"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	ctx := context.Background()
	err := w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, env)
		if err != nil {
			return err
		}
		e.State, e.SealedAt = envelope.Sealed, w.Clock.Now()
		if err := envelope.Append(ctx, tx, e, w.Clock.Now(), e.Sender, "envelope.recorded", nil, nil); err != nil {
			return err
		}
		return tx.UpdateEnvelope(ctx, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Evidence.Bundle(ctx, staff(w), env); problem.From(err).Code != "record_without_evidence" || problem.KindOf(err) != problem.NotFound {
		t.Errorf("bundle: %v", err)
	}
	if _, err := w.Evidence.Completion(ctx, staff(w), env); problem.From(err).Code != "record_without_certificate" || problem.KindOf(err) != problem.NotFound {
		t.Errorf("certificate: %v", err)
	}
}

func FuzzVerifyBundle(f *testing.F) {
	small, err := evidence.Zip([]evidence.Entry{
		{Name: "record.json", Data: []byte("{}")}, {Name: "manifest.json", Data: []byte(`{"version":"consigil/bundle/v1"}`)}, {Name: "manifest.p7s", Data: []byte{0x30, 0}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r := verify(t, data, nil, time.Unix(1_800_000_000, 0)); r.Indication == "TOTAL_PASSED" {
			t.Error("passed without an anchor")
		}
	})
}
