package seal_test

import (
	"context"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/test/world"
	"github.com/consigil/consigil/validate"
)

const year = 365 * 24 * time.Hour

// sealed makes an envelope of one document that is sealed at a level.
func sealed(t *testing.T, level string) (*world.World, id.ID) {
	t.Helper()
	w := world.New(t)
	w.Policy.Level = level
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	w.Drain(t, 20, 0)
	if _, docs, _, _ := state(t, w, env); docs[0].Level != level {
		t.Fatalf("level %q", docs[0].Level)
	}
	return w, env
}

// round queues what is due and says how many that were.
func round(t *testing.T, w *world.World) int {
	t.Helper()
	n, err := w.Seal.EnqueueRenewals(context.Background(), w.Org, false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func kindsOf(list []*envelope.Revision) (kinds []string) {
	for _, r := range list {
		kinds = append(kinds, string(r.Kind))
	}
	return kinds
}

func TestRenewsBeforeTheTimestampsCertificateEnds(t *testing.T) {
	w, env := sealed(t, "B-LTA")
	if n := round(t, w); n != 0 {
		t.Fatalf("%d due at once", n)
	}
	w.Clock.Add(4 * year)
	if n := round(t, w); n != 0 {
		t.Fatalf("%d due a year ahead", n)
	}
	w.Clock.Add(year - 100*24*time.Hour)
	due, err := w.Seal.DueRenewals(context.Background(), w.Org)
	if err != nil || len(due) != 1 || due[0].Envelope != env {
		t.Fatalf("due %+v, %v", due, err)
	}
	if n := round(t, w); n != 1 {
		t.Fatalf("%d due", n)
	}
	w.Drain(t, 20, 0)
	_, docs, revisions, events := state(t, w, env)
	d, list := docs[0], revisions[docs[0].ID]
	if got := kindsOf(list); len(got) != 3 || got[1] != "sealed" || got[2] != "renewed" || d.Head != 3 {
		t.Errorf("revisions %v, head %d", got, d.Head)
	}
	if d.Level != "B-LTA" || !d.ProofUntil.After(w.Clock.Now().Add(4*year)) || count(events, "document.renewed") != 1 {
		t.Errorf("document %+v, events %v", d, events)
	}
	if sig := judge(t, w, list[2].Blob); sig.Indication != validate.TotalPassed || sig.Level != "B-LTA" || len(sig.Timestamps) != 3 {
		t.Errorf("judged %+v", sig)
	}
	if n := round(t, w); n != 0 {
		t.Errorf("%d due again", n)
	}
}

// TestRepeatedRunsRenewOnce runs the job again at points at which a crash may leave it.
func TestRepeatedRunsRenewOnce(t *testing.T) {
	w, env := sealed(t, "B-LTA")
	w.Clock.Add(5*year - 100*24*time.Hour)
	round(t, w)
	ctx := context.Background()
	run := w.Seal.Jobs()[seal.RenewJob]
	for range 3 {
		jobs, err := w.Queue().Claim(ctx, []string{seal.RenewJob}, 1, time.Second)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("%d jobs, %v", len(jobs), err)
		}
		w.Clock.Add(2 * time.Second)
		again, err := w.Queue().Claim(ctx, []string{seal.RenewJob}, 1, time.Second) // somebody else takes it over
		if err != nil || len(again) != 1 {
			t.Fatalf("%d jobs, %v", len(again), err)
		}
		_ = run(ctx, jobs[0]) // the lease is lost: nothing of it may be kept
		w.Clock.Add(2 * time.Second)
	}
	round(t, w)
	w.Drain(t, 20, time.Minute)
	_, docs, revisions, events := state(t, w, env)
	if got := kindsOf(revisions[docs[0].ID]); len(got) != 3 || count(events, "document.renewed") != 1 {
		t.Errorf("revisions %v, events %v", got, events)
	}
}

func TestRenewalWaitsAndSaysWhy(t *testing.T) {
	w, env := sealed(t, "B-LTA")
	w.Clock.Add(5*year - 100*24*time.Hour)
	w.TSA.Turn(false)
	round(t, w)
	w.Drain(t, 3, 10*time.Second)
	_, docs, _, events := state(t, w, env)
	if d := docs[0]; d.State != "sealed" || d.Level != "B-LTA" || d.Stalled != seal.RenewalTimestamp || count(events, "document.renewal_stalled") != 1 {
		t.Errorf("while it is down: %+v, %v", d, events)
	}
	if n := round(t, w); n != 0 {
		t.Errorf("%d queued in spite of the wait", n)
	}
	w.TSA.Turn(true)
	w.Drain(t, 10, time.Minute)
	if _, docs, _, events = state(t, w, env); docs[0].Stalled != "" || count(events, "document.renewed") != 1 {
		t.Errorf("after it came back: %+v, %v", docs[0], events)
	}
}

func TestLowerLevelsAreRenewedWhereThatIsAskedFor(t *testing.T) {
	for _, level := range []string{"B-T", "B-LT"} {
		w, env := sealed(t, level)
		w.Clock.Add(5*year - 100*24*time.Hour)
		if n := round(t, w); n != 0 {
			t.Errorf("%s: %d due without being asked for", level, n)
		}
		w.Policy.Keep = true
		if n := round(t, w); n != 1 {
			t.Errorf("%s: %d due", level, n)
		}
		w.Drain(t, 20, 0)
		_, docs, revisions, _ := state(t, w, env)
		if list := revisions[docs[0].ID]; docs[0].Level != "B-LTA" || list[len(list)-1].Kind != envelope.Renewed {
			t.Errorf("%s: %+v", level, docs[0])
		}
	}
}
