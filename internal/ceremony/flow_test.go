package ceremony_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// twoSigners is a contract of two pages with fields of every type for two people.
func twoSigners(ordered bool) envelope.NewEnvelope {
	return envelope.NewEnvelope{
		Input:      envelope.Input{Ordered: &ordered},
		Recipients: []envelope.RecipientInput{person("Ödön Szűcs"), person("Maria Müller")},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 72, 100, 180, 50), place(1, "fullname", 1, 72, 160, 180, 20),
			place(1, "datesigned", 1, 300, 160, 120, 20), place(1, "text", 2, 72, 300, 200, 20), place(1, "checkbox", 2, 72, 340, 14, 14),
			place(2, "signature", 2, 72, 100, 180, 50), place(2, "initials", 1, 300, 100, 60, 40),
		},
	}
}

func TestWholeJob(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(true), contract(t, a4, a4)))
	first, second := f.Recipients[0], f.Recipients[1]
	if first.State != envelope.Notified || second.State != envelope.Waiting {
		t.Fatalf("after sending: %s, %s", first.State, second.State)
	}
	if r := w.sign(first.ID); r.Completed || len(r.Documents) != 1 {
		t.Fatalf("first receipt: %+v", r)
	}
	if r := w.sign(second.ID); !r.Completed {
		t.Fatalf("second receipt: %+v", r)
	}
	f, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if f.Envelope.State != envelope.Completed || f.Envelope.DoneAt.IsZero() {
		t.Fatalf("state %s", f.Envelope.State)
	}
	jobs, err := w.env.Queue().Claim(w.ctx, []string{envelope.JobSeal}, 9, time.Minute)
	must(t, err)
	if len(jobs) != 1 {
		t.Fatalf("%d seal jobs", len(jobs))
	}
	checkForm(t, w.head(f, f.Documents[0].ID), f)
	w.checkChain(f.Envelope.ID)
}

// checkForm reads the finished form: every value is there, read-only, under one root, without /P.
func checkForm(t *testing.T, data []byte, f *envelope.Full) {
	t.Helper()
	if dir := os.Getenv("CONSIGIL_TEST_KEEP"); dir != "" {
		must(t, os.WriteFile(dir+"/"+strings.ReplaceAll(t.Name(), "/", "_")+".pdf", data, 0o600))
	}
	file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	must(t, err)
	all, err := form.Read(file)
	must(t, err)
	byName := map[string]form.Field{}
	for _, fd := range all.Fields {
		byName[fd.FullName] = fd
		if fd.Dict["P"] != nil {
			t.Errorf("%s: widget carries /P", fd.FullName)
		}
	}
	if _, ok := byName[envelope.SealField]; !ok {
		t.Error("no field for the seal")
	}
	if all.Dict["NeedAppearances"] != nil {
		t.Error("NeedAppearances is set")
	}
	for _, fd := range f.Fields {
		got, ok := byName[fd.FormName()]
		if !ok {
			t.Errorf("%s: no form field", fd.Type)
			continue
		}
		if got.Value == nil || got.Flags&form.FlagReadOnly == 0 || len(got.Widgets) != 1 {
			t.Errorf("%s: value %v, flags %b, %d widgets", fd.Type, got.Value, got.Flags, len(got.Widgets))
		}
	}
}

// checkChain recomputes every event's hash and link.
func (w *world) checkChain(e id.ID) {
	w.t.Helper()
	must(w.t, w.env.Envelopes().View(w.ctx, w.env.Org, func(tx envelope.Tx) error {
		events, err := tx.Events(w.ctx, e, 0, 500)
		if err != nil {
			return err
		}
		var prev []byte
		for i, ev := range events {
			if ev.Seq != int64(i+1) || !bytes.Equal(ev.Prev, prev) || !bytes.Equal(ev.Hash, envelope.HashEvent(*ev)) {
				w.t.Errorf("event %d (%s) breaks the chain", i+1, ev.Type)
			}
			prev = ev.Hash
		}
		row, err := tx.Envelope(w.ctx, e)
		if err != nil {
			return err
		}
		if row.EventSeq != int64(len(events)) || !bytes.Equal(row.EventHash, prev) {
			w.t.Errorf("row says %d events, chain has %d", row.EventSeq, len(events))
		}
		return nil
	}))
}

func TestRotatedAndCroppedPages(t *testing.T) {
	crop := pdf.Rect{LLX: 50, LLY: 60, URX: 545, URY: 782}
	for _, rotate := range []int{0, 90, 180, 270} {
		t.Run(map[int]string{0: "upright", 90: "right", 180: "over", 270: "left"}[rotate], func(t *testing.T) {
			w := newWorld(t)
			p := page{media: pdf.Rect{LLX: 10, LLY: 20, URX: 605, URY: 862}, crop: &crop, rotate: rotate}
			in := envelope.NewEnvelope{
				Recipients: []envelope.RecipientInput{person("Anna Kovács")},
				Fields:     []envelope.FieldInput{place(1, "signature", 1, 0, 0, 160, 60), place(1, "fullname", 1, 300, 600, 180, 30)},
			}
			f := w.send(w.draft(in, contract(t, p)))
			w.sign(f.Recipients[0].ID)
			data := w.head(f, f.Documents[0].ID)
			checkForm(t, data, f)
			file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
			must(t, err)
			all, err := form.Read(file)
			must(t, err)
			for _, fd := range all.Fields {
				if fd.FullName != f.Fields[0].FormName() && fd.FullName != f.Fields[1].FormName() {
					continue
				}
				if r := fd.Widgets[0].Rect; r.LLX < crop.LLX || r.URX > crop.URX || r.LLY < crop.LLY || r.URY > crop.URY {
					t.Errorf("%s lies outside the crop box: %+v", fd.FullName, r)
				}
			}
		})
	}
}

func TestTwoSittingsMakeOneAct(t *testing.T) {
	w := newWorld(t)
	in := envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Anna"), person("Bela")},
		Fields:     []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50), place(2, "signature", 1, 72, 200, 180, 50)},
	}
	f := w.send(w.draft(in, contract(t, a4)))
	var who []*access.Principal
	for range 2 {
		who = append(who, w.sit(f.Recipients[0].ID))
	}
	other := w.sit(f.Recipients[1].ID)
	w.consent(who[0])
	w.consent(other)
	must(t, w.sittings.Save(w.ctx, who[0], w.answers(who[0])))
	must(t, w.sittings.Save(w.ctx, other, w.answers(other)))
	subs := []struct {
		p   *access.Principal
		key string
	}{{who[0], "a"}, {who[1], "a"}, {who[1], "b"}, {other, "c"}}
	reviewed := w.reviewed(who[0])
	receipts, errs := make([]*ceremony.Receipt, len(subs)), make([]error, len(subs))
	var wg sync.WaitGroup
	for i, s := range subs {
		wg.Go(func() {
			receipts[i], errs[i] = w.sittings.Sign(w.ctx, s.p, ceremony.Submission{Key: s.key, Reviewed: reviewed})
		})
	}
	wg.Wait()
	must(t, errs[3])
	switch {
	case errs[0] == nil && errs[1] == nil:
		isProblem(t, errs[2], problem.Conflict, "already_signed")
		if receipts[0].Act != receipts[1].Act {
			t.Error("one submission, two acts")
		}
	default:
		must(t, errs[2])
		isProblem(t, errs[0], problem.Conflict, "already_signed")
		isProblem(t, errs[1], problem.Conflict, "already_signed")
	}
	f, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if f.Envelope.State != envelope.Completed || f.Documents[0].Head != 5 {
		t.Errorf("state %s, head %d; want completed with original, converted, prepared and two stamped", f.Envelope.State, f.Documents[0].Head)
	}
	checkForm(t, w.head(f, f.Documents[0].ID), f)
	w.checkChain(f.Envelope.ID)
	again, err := w.sittings.Sign(w.ctx, other, ceremony.Submission{Key: "c", Reviewed: reviewed})
	must(t, err)
	if diff := cmp.Diff(receipts[3].Documents, again.Documents); diff != "" || again.Act != receipts[3].Act {
		t.Errorf("a repeat got another answer: %s", diff)
	}
}

func TestReviewedDigests(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	p := w.sit(f.Recipients[0].ID)
	early := w.reviewed(p)
	w.sign(f.Recipients[1].ID)
	w.consent(p)
	doc := f.Documents[0].ID
	for _, c := range []struct {
		reviewed map[id.ID]string
		code     string
	}{
		{nil, "not_reviewed"},
		{map[id.ID]string{doc: strings.Repeat("0", 64)}, "unknown_revision"},
	} {
		_, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: c.reviewed, Values: w.answers(p)})
		isProblem(t, err, problem.Invalid, c.code)
	}
	r, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: early, Values: w.answers(p)})
	must(t, err)
	if r.Documents[0].Reviewed != early[doc] || r.Documents[0].Base == early[doc] || r.Documents[0].SHA256 == r.Documents[0].Base {
		t.Errorf("evidence must hold both digests: %+v", r.Documents[0])
	}
}

func TestPreviewIsWhatIsSigned(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	p := w.sit(f.Recipients[0].ID)
	_, err := w.sittings.Preview(w.ctx, p)
	isProblem(t, err, problem.Conflict, "no_consent")
	w.consent(p)
	must(t, w.sittings.Save(w.ctx, p, w.answers(p)))
	pv, err := w.sittings.Preview(w.ctx, p)
	must(t, err)
	img, err := w.sittings.PreviewImage(w.ctx, p, f.Documents[0].ID, 1, 72, "png")
	must(t, err)
	if !bytes.HasPrefix(img, []byte("\x89PNG")) {
		t.Error("the preview is no picture")
	}
	if plain, err := w.sittings.PageImage(w.ctx, p, f.Documents[0].ID, 1, 72, "png"); err != nil || bytes.Equal(img, plain) {
		t.Errorf("the preview does not show what was entered (%v)", err)
	}
	if diff := cmp.Diff([]int{1, 2}, pv.Documents[0].Pages); diff != "" {
		t.Error(diff)
	}
	r, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: map[id.ID]string{f.Documents[0].ID: pv.Documents[0].Reviewed}})
	must(t, err)
	if r.Documents[0].SHA256 != pv.Documents[0].Digest {
		t.Errorf("the act made %s, the preview %s", r.Documents[0].SHA256, pv.Documents[0].Digest)
	}
}

func TestNobodySignsWhatTheyWereNotShown(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	must(t, w.sittings.Save(w.ctx, p, w.answers(p)))
	pv, err := w.sittings.Preview(w.ctx, p)
	must(t, err)
	other := w.answers(p)
	for i := range other {
		if string(other[i].Value) != "true" {
			other[i].Value = []byte(`{"kind":"typed","text":"Somebody Else"}`)
			break
		}
	}
	must(t, w.sittings.Save(w.ctx, p, other))
	act := ceremony.Submission{Key: "k", Reviewed: map[id.ID]string{f.Documents[0].ID: pv.Documents[0].Reviewed}, Entries: pv.Entries}
	_, err = w.sittings.Sign(w.ctx, p, act)
	isProblem(t, err, problem.Conflict, "entries_changed")
	pv, err = w.sittings.Preview(w.ctx, p)
	must(t, err)
	act.Entries = pv.Entries
	first, err := w.sittings.Sign(w.ctx, p, act)
	must(t, err)
	again, err := w.sittings.Sign(w.ctx, p, act)
	must(t, err)
	if first.Act != again.Act {
		t.Error("the repeat was another act")
	}
}

func TestDocumentBytesByDigest(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	p := w.sit(f.Recipients[0].ID)
	doc := f.Documents[0].ID
	st, err := w.sittings.State(w.ctx, p)
	must(t, err)
	file, rev, _, err := w.sittings.OpenDocument(w.ctx, p, doc, st.Documents[0].Digest)
	must(t, err)
	defer file.Close()
	if hex.EncodeToString(rev.Blob.SHA256) != st.Documents[0].Digest || file.Size() != st.Documents[0].Size {
		t.Error("the state names other bytes")
	}
	orig, _, _, err := w.envelopes.Open(w.ctx, w.sender, f.Envelope.ID, doc, envelope.Original)
	must(t, err)
	defer orig.Close()
	var original *envelope.Revision
	_, original, _, err = w.envelopes.Open(w.ctx, w.sender, f.Envelope.ID, doc, envelope.Original)
	must(t, err)
	_, _, _, err = w.sittings.OpenDocument(w.ctx, p, doc, hex.EncodeToString(original.Blob.SHA256))
	isProblem(t, err, problem.NotFound, "not_found")
	runs, err := w.sittings.PageText(w.ctx, p, doc, 1)
	must(t, err)
	if len(runs) == 0 || !strings.Contains(runs[0].Text, "Page 1") {
		t.Errorf("text runs: %+v", runs)
	}
	other := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	_, _, _, err = w.sittings.OpenDocument(w.ctx, p, other.Documents[0].ID, "")
	isProblem(t, err, problem.NotFound, "not_found")
}
