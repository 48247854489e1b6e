package seal_test

import (
	"context"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/test/world"
	"github.com/consigil/consigil/validate"
)

func TestSealsForTheArchive(t *testing.T) {
	for _, level := range []string{"B-LT", "B-LTA"} {
		t.Run(level, func(t *testing.T) {
			w := world.New(t)
			w.Policy.Level = level
			env := w.Completed(t, []string{"one", "two"}, world.Party{Name: "Éva", Email: "eva@example.org"})
			w.Drain(t, 20, 0)
			e, docs, revisions, _ := state(t, w, env)
			if e.State != envelope.Delivered {
				t.Errorf("envelope is %s", e.State)
			}
			for _, d := range docs {
				last := revisions[d.ID][len(revisions[d.ID])-1]
				if d.State != "sealed" || d.Level != level || d.ProofUntil.IsZero() {
					t.Errorf("document %+v", d)
				}
				if sig := judge(t, w, last.Blob); sig.Indication != validate.TotalPassed || sig.Level != level {
					t.Errorf("judged %+v", sig)
				}
			}
		})
	}
}

func TestWaitsForRevocationData(t *testing.T) {
	w := world.New(t)
	w.Policy.Level = "B-LT"
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	w.Answers.Off.Store(true)
	w.Drain(t, 4, 10*time.Second)
	e, docs, revisions, events := state(t, w, env)
	d := docs[0]
	if e.State != envelope.Sealing || d.State != "sealing" || d.Level != "" || d.Stalled != seal.StalledRevocation || len(revisions[d.ID]) != 1 {
		t.Errorf("while it is down: envelope %s, document %+v", e.State, d)
	}
	if n := count(events, "document.stalled"); n != 1 {
		t.Errorf("%d events for one stall: %v", n, events)
	}
	w.Answers.Off.Store(false)
	w.Drain(t, 20, time.Minute)
	if _, docs, _, _ = state(t, w, env); docs[0].Level != "B-LT" || docs[0].Stalled != "" {
		t.Errorf("after it came back: %+v", docs[0])
	}
}

func TestSelfTestCoversTheLevel(t *testing.T) {
	w := world.New(t)
	ctx := context.Background()
	w.Answers.Off.Store(true)
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); err != nil {
		t.Errorf("B-T keeps no revocation data: %v", err)
	}
	if err := w.Seal.SelfTest(ctx, w.Org, "B-LTA"); problem.From(err).Code != "seal_not_working" {
		t.Errorf("without revocation data: %v", err)
	}
	w.Answers.Off.Store(false)
	if err := w.Seal.SelfTest(ctx, w.Org, "B-LTA"); err != nil {
		t.Error(err)
	}
}
