package seal_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/test/world"
	"github.com/consigil/consigil/validate"
)

// state reads an envelope with its documents, revisions and event types.
func state(t *testing.T, w *world.World, env id.ID) (e *envelope.Envelope, docs []*envelope.Document, revisions map[id.ID][]*envelope.Revision, events []string) {
	t.Helper()
	ctx := context.Background()
	revisions = map[id.ID][]*envelope.Revision{}
	err := w.Envelopes().View(ctx, w.Org, func(tx envelope.Tx) (err error) {
		if e, err = tx.Envelope(ctx, env); err != nil {
			return err
		}
		if docs, err = tx.Documents(ctx, env); err != nil {
			return err
		}
		for _, d := range docs {
			if revisions[d.ID], err = tx.Revisions(ctx, d.ID); err != nil {
				return err
			}
		}
		list, err := tx.Events(ctx, env, 0, 500)
		for _, ev := range list {
			events = append(events, ev.Type)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, docs, revisions, events
}

func judge(t *testing.T, w *world.World, b envelope.Blob) *validate.Signature {
	t.Helper()
	ctx := context.Background()
	f, err := w.Vault.Open(ctx, w.Org, b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err != nil {
		t.Fatal(err)
	}
	crls, err := w.Authority.CRLs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	report, err := validate.File(ctx, bytes.NewReader(data), int64(len(data)), validate.Options{
		Anchors: []*x509.Certificate{w.Authority.Root()}, CRLs: crls, Now: w.Clock.Now(),
	})
	if err != nil || len(report.Signatures) != 1 {
		t.Fatalf("validate: %v, %+v", err, report)
	}
	return &report.Signatures[0]
}

func count(list []string, want string) int {
	n := 0
	for _, s := range list {
		if s == want {
			n++
		}
	}
	return n
}

func TestSealsEveryDocumentAtTheLevelAskedFor(t *testing.T) {
	for _, algorithm := range []string{"", "P-384", "RSA-2048"} {
		t.Run("key "+algorithm, func(t *testing.T) {
			w := world.New(t)
			w.Algorithm = algorithm
			env := w.Completed(t, []string{"one", "two"}, world.Party{Name: "Éva", Email: "eva@example.org"})
			w.Drain(t, 20, 0)
			e, docs, revisions, events := state(t, w, env)
			if e.State != envelope.Delivered {
				t.Errorf("envelope is %s", e.State)
			}
			for _, d := range docs {
				last := revisions[d.ID][len(revisions[d.ID])-1]
				if d.State != "sealed" || d.Level != "B-T" || d.Stalled != "" || last.Kind != envelope.SealedRev || last.Number != d.Head {
					t.Errorf("document %+v, last revision %+v", d, last)
				}
				sig := judge(t, w, last.Blob)
				if sig.Indication != validate.TotalPassed || sig.Level != "B-T" || sig.Coverage != "entire_file" {
					t.Errorf("judged %+v", sig)
				}
			}
			if n := count(events, "document.sealed"); n != 2 || count(events, "envelope.sealed") != 1 {
				t.Errorf("events %v", events)
			}
		})
	}
}

func TestWaitsForTheTimestampAuthority(t *testing.T) {
	w := world.New(t)
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	w.TSA.Turn(false)
	w.Drain(t, 4, 10*time.Second)
	e, docs, revisions, events := state(t, w, env)
	d := docs[0]
	if e.State != envelope.Sealing || d.State != "sealing" || d.Stalled != seal.StalledTimestamp || !d.NextTry.After(time.Time{}) || len(revisions[d.ID]) != 1 {
		t.Errorf("while it is down: envelope %s, document %+v", e.State, d)
	}
	if n := count(events, "document.stalled"); n != 1 {
		t.Errorf("%d events for one stall: %v", n, events)
	}
	w.TSA.Turn(true)
	w.Drain(t, 20, time.Minute)
	e, docs, revisions, _ = state(t, w, env)
	d = docs[0]
	if e.State != envelope.Delivered || d.State != "sealed" || d.Level != "B-T" || d.Stalled != "" || len(revisions[d.ID]) != 2 {
		t.Errorf("after it came back: envelope %s, document %+v", e.State, d)
	}
}

func TestSelfTest(t *testing.T) {
	w := world.New(t)
	ctx := context.Background()
	w.TSA.Turn(false)
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); problem.From(err).Code != "seal_not_working" {
		t.Errorf("without time stamps: %v", err)
	}
	w.TSA.Turn(true)
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); err != nil {
		t.Fatal(err)
	}
	before := w.TSA.Uses()
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); err != nil || w.TSA.Uses() != before {
		t.Errorf("a passed test is not remembered: %v", err)
	}
	w.Algorithm = "P-384"
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); err != nil || w.TSA.Uses() == before {
		t.Errorf("a new key is not tested: %v", err)
	}
	keys, err := w.Seal.Keys(ctx, w.Org)
	if err != nil || len(keys) != 2 || !keys[0].Current || keys[0].Algorithm != "P-384" || keys[1].Current {
		t.Errorf("keys %+v, %v", keys, err)
	}
}

// TestRepeatedRunsSealOnce runs the job again at every point at which a crash may leave it.
func TestRepeatedRunsSealOnce(t *testing.T) {
	w := world.New(t)
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	ctx := context.Background()
	run := w.Seal.Jobs()[seal.JobKind]
	for range 3 { // three workers hold the job by leases that ran out one after the other
		jobs, err := w.Queue().Claim(ctx, []string{seal.JobKind}, 1, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(2 * time.Second)
		for _, j := range jobs {
			_ = run(ctx, j) // the lease is lost: nothing of it may be kept
		}
	}
	w.Drain(t, 20, time.Minute)
	e, docs, revisions, events := state(t, w, env)
	sealed := 0
	for _, r := range revisions[docs[0].ID] {
		if r.Kind == envelope.SealedRev {
			sealed++
		}
	}
	if sealed != 1 || count(events, "document.sealed") != 1 || e.State != envelope.Delivered {
		t.Errorf("%d sealed revisions, envelope %s, events %v", sealed, e.State, events)
	}
}
