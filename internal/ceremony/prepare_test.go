package ceremony_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

func TestSeveralDocuments(t *testing.T) {
	w := newWorld(t)
	in := envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Anna"), person("Bela"), {Role: ptr("copy"), Name: ptr("Cecil"), Email: ptr("c@example.com")}},
		Fields:     []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50), place(2, "signature", 1, 300, 100, 180, 50), place(2, "signature", 1, 72, 100, 180, 50)},
	}
	in.Fields[2].DocumentPosition = ptr(2)
	f := w.send(w.draft(in, contract(t, a4), contract(t, a4, a4)))
	if r := w.sign(f.Recipients[0].ID); len(r.Documents) != 2 || r.Documents[0].Revision == 0 || r.Documents[1].Revision != 0 {
		t.Errorf("the first signer acts in one document and reviews both: %+v", r.Documents)
	}
	r := w.sign(f.Recipients[1].ID)
	if !r.Completed || r.Documents[0].Revision != 5 || r.Documents[1].Revision != 4 {
		t.Errorf("%+v", r)
	}
	jobs, err := w.env.Queue().Claim(w.ctx, []string{envelope.JobSeal}, 9, time.Minute)
	must(t, err)
	if len(jobs) != 2 {
		t.Errorf("%d seal jobs, want one a document", len(jobs))
	}
}

// TestPreparingTwice repeats the job as after a crash: it changes nothing.
func TestPreparingTwice(t *testing.T) {
	w := newWorld(t)
	f := w.draft(twoSigners(false), contract(t, a4, a4))
	_, err := w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0)
	must(t, err)
	_, err = w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0)
	isProblem(t, err, problem.Conflict, "preparing")
	jobs, err := w.env.Queue().Claim(w.ctx, []string{envelope.JobPrepare}, 5, time.Minute)
	must(t, err)
	run := w.envelopes.Jobs()[envelope.JobPrepare]
	must(t, run(w.ctx, jobs[0]))
	must(t, run(w.ctx, jobs[0]))
	f, err = w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if f.Envelope.State != envelope.Sent || f.Documents[0].Head != 3 || w.work(envelope.JobPrepare) != 0 {
		t.Errorf("%s, head %d", f.Envelope.State, f.Documents[0].Head)
	}
	w.checkChain(f.Envelope.ID)
}

// TestLostLease lets another worker take the job over: the first one's work is thrown away.
func TestLostLease(t *testing.T) {
	w := newWorld(t)
	f := w.draft(twoSigners(false), contract(t, a4, a4))
	_, err := w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0)
	must(t, err)
	first, err := w.env.Queue().Claim(w.ctx, []string{envelope.JobPrepare}, 5, time.Minute)
	must(t, err)
	w.clock.Add(2 * time.Minute)
	second, err := w.env.Queue().Claim(w.ctx, []string{envelope.JobPrepare}, 5, time.Minute)
	must(t, err)
	run := w.envelopes.Jobs()[envelope.JobPrepare]
	if run(w.ctx, first[0]) == nil {
		t.Error("a worker without a lease finished a job")
	}
	f, err = w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if f.Envelope.State != envelope.Preparing {
		t.Fatalf("state %s", f.Envelope.State)
	}
	must(t, run(w.ctx, second[0]))
	w.checkChain(f.Envelope.ID)
}

// TestBackToDraft sends a form whose own field holds a character that no font has and no appearance shows.
func TestBackToDraft(t *testing.T) {
	w := newWorld(t)
	data := contract(t, a4)
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{})
	must(t, err)
	u := pdf.NewUpdate(f)
	ref, err := form.AddTextField(u, form.TextField{PartialName: "old", Rect: pdf.Rect{LLX: 72, LLY: 600, URX: 272, URY: 620}})
	must(t, err)
	d, err := u.Dict(ref)
	must(t, err)
	d["V"] = pdf.Text("𐎠𐎡")
	delete(d, "AP")
	u.Put(ref, d)
	var out bytes.Buffer
	out.Write(data)
	_, err = u.WriteTo(&out)
	must(t, err)
	in := envelope.NewEnvelope{Recipients: []envelope.RecipientInput{person("Anna")}, Fields: []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50)}}
	e := w.draft(in, out.Bytes())
	_, err = w.envelopes.Send(w.ctx, w.sender, e.Envelope.ID, 0)
	must(t, err)
	w.work(envelope.JobPrepare)
	e, err = w.envelopes.Get(w.ctx, w.sender, e.Envelope.ID)
	must(t, err)
	if e.Envelope.State != envelope.Draft || e.Envelope.Reason != "character_unsupported" || e.Documents[0].Head != 2 {
		t.Errorf("%s (%s), head %d", e.Envelope.State, e.Envelope.Reason, e.Documents[0].Head)
	}
	w.checkChain(e.Envelope.ID)
}

func TestSealedFilesForThirtyDays(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	w.sign(f.Recipients[0].ID)
	must(t, w.env.Envelopes().Update(w.ctx, w.env.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(w.ctx, f.Envelope.ID)
		if err != nil {
			return err
		}
		e.State, e.SealedAt = envelope.Sealed, w.clock.Now()
		return tx.UpdateEnvelope(w.ctx, e)
	}))
	m, err := w.envelopes.Resend(w.ctx, w.sender, f.Envelope.ID, f.Recipients[0].ID)
	must(t, err)
	if m.Template != "completed" {
		t.Errorf("message %s", m.Template)
	}
	w.clock.Add(30*24*time.Hour - time.Hour)
	p := w.sit(f.Recipients[0].ID)
	file, _, name, err := w.sittings.OpenDocument(w.ctx, p, f.Documents[0].ID, "")
	must(t, err)
	must(t, file.Close())
	if !strings.HasSuffix(name, ".pdf") {
		t.Error(name)
	}
	w.clock.Add(2 * time.Hour)
	_, err = w.sittings.State(w.ctx, p)
	isProblem(t, err, problem.Gone, "access_ended")
	_, err = w.sittings.Exchange(w.ctx, w.token(f.Recipients[0].ID), here)
	isProblem(t, err, problem.Gone, "access_ended")
}
