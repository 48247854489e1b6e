package ceremony_test

import (
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// codes lists "pointer code" of every fault, sorted.
func codes(fields []problem.Field) []string {
	out := []string{}
	for _, f := range fields {
		out = append(out, f.Pointer+" "+f.Code)
	}
	sort.Strings(out)
	return out
}

func TestChecksBeforeSend(t *testing.T) {
	w := newWorld(t)
	good := func() envelope.NewEnvelope {
		return envelope.NewEnvelope{
			Recipients: []envelope.RecipientInput{person("Anna")},
			Fields:     []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50)},
		}
	}
	for name, c := range map[string]struct {
		change func(*envelope.NewEnvelope)
		docs   [][]byte
		want   []string
	}{
		"nothing is missing": {func(*envelope.NewEnvelope) {}, [][]byte{contract(t, a4)}, []string{}},
		"no document": {func(n *envelope.NewEnvelope) { n.Fields = nil }, nil,
			[]string{"/documents no_document", "/recipients/0 no_signature_field"}},
		"nobody signs": {func(n *envelope.NewEnvelope) { n.Recipients[0].Role = ptr("copy") }, [][]byte{contract(t, a4)},
			[]string{"/fields/0/recipient not_a_signer", "/recipients no_signer"}},
		"unassigned": {func(n *envelope.NewEnvelope) { n.Fields[0].RecipientPosition = nil }, [][]byte{contract(t, a4)},
			[]string{"/fields/0/recipient unassigned", "/recipients/0 no_signature_field"}},
		"overlap": {func(n *envelope.NewEnvelope) { n.Fields = append(n.Fields, place(1, "text", 1, 200, 120, 100, 20)) }, [][]byte{contract(t, a4)},
			[]string{"/fields/1 overlap"}},
		"touching is no overlap": {func(n *envelope.NewEnvelope) { n.Fields = append(n.Fields, place(1, "text", 1, 252, 100, 100, 20)) }, [][]byte{contract(t, a4)},
			[]string{}},
		"no address": {func(n *envelope.NewEnvelope) { n.Recipients[0].Email, n.Recipients[0].Name = nil, nil }, [][]byte{contract(t, a4)},
			[]string{"/recipients/0/email no_email", "/recipients/0/name no_name"}},
		"a name that no font has": {func(n *envelope.NewEnvelope) { n.Recipients[0].Name = ptr("Anna 𐎠") }, [][]byte{contract(t, a4)},
			[]string{"/recipients/0/name character_unsupported"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := good()
			c.change(&n)
			f := w.draft(n, c.docs...)
			got, _, err := w.envelopes.Check(w.ctx, w.sender, f.Envelope.ID)
			must(t, err)
			if diff := cmp.Diff(c.want, codes(got)); diff != "" {
				t.Error(diff)
			}
			_, err = w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0)
			if (err == nil) != (len(c.want) == 0) {
				t.Errorf("send: %v", err)
			}
		})
	}
}

func TestFaultsOfNewDrafts(t *testing.T) {
	w := newWorld(t)
	past := w.clock.Now().Add(-time.Hour)
	for name, c := range map[string]struct {
		in   envelope.NewEnvelope
		want []string
	}{
		"members": {envelope.NewEnvelope{Input: envelope.Input{Title: ptr("a\x00b"), Locale: ptr("xx_YY"), Level: ptr("B-X"), ExpiresAt: &past}},
			[]string{"/expires_at in_the_past", "/level level", "/locale locale", "/title control_character"}},
		"recipient": {envelope.NewEnvelope{Recipients: []envelope.RecipientInput{{Role: ptr("boss"), Method: ptr("magic"), Order: ptr(0), Email: ptr("x@y@z"), Phone: ptr("12")}}},
			[]string{"/recipients/0/email email", "/recipients/0/method method", "/recipients/0/order order", "/recipients/0/phone phone", "/recipients/0/role role"}},
		"field off the page": {envelope.NewEnvelope{Recipients: []envelope.RecipientInput{person("Anna")}, Fields: []envelope.FieldInput{
			place(1, "signature", 2, 72, 100, 180, 50), place(1, "signature", 1, 500, 100, 180, 50), place(1, "signature", 1, -3, 100, 180, 50), place(1, "signature", 1, 10, 10, 1, 1)}},
			[]string{"/fields/0/page off_page", "/fields/1 off_page", "/fields/2 off_page", "/fields/3 off_page"}},
		"field of a stranger": {envelope.NewEnvelope{Fields: []envelope.FieldInput{place(3, "signature", 1, 72, 100, 180, 50), place(1, "spell", 1, 72, 200, 180, 50)}},
			[]string{"/fields/0/recipient_position unknown_recipient", "/fields/1/recipient_position unknown_recipient", "/fields/1/type field_type"}},
	} {
		t.Run(name, func(t *testing.T) {
			upload := w.upload(contract(t, a4))
			c.in.Documents = []envelope.DocumentInput{{Upload: upload}}
			_, err := w.envelopes.Create(w.ctx, w.sender, c.in)
			if problem.KindOf(err) != problem.Invalid {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, codes(problem.From(err).Fields)); diff != "" {
				t.Error(diff)
			}
			if w.uploads.taken[upload] {
				t.Error("the upload was not given back")
			}
		})
	}
}

func TestBadUploads(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"not a PDF": {[]byte("hello, world"), "not_pdf"},
		"cut off":   {contract(t, a4)[:300], ""},
	} {
		t.Run(name, func(t *testing.T) {
			upload := w.upload(c.data)
			_, err := w.envelopes.Create(w.ctx, w.sender, envelope.NewEnvelope{Documents: []envelope.DocumentInput{{Upload: upload}}})
			got := problem.From(err)
			if err == nil || got.Kind == problem.Internal || (c.code != "" && got.Code != c.code) {
				t.Fatalf("got %v", err)
			}
			if len(got.Fields) != 1 || got.Fields[0].Pointer != "/documents/0/upload" || w.uploads.taken[upload] {
				t.Errorf("%+v", got.Fields)
			}
		})
	}
	_, err := w.envelopes.Create(w.ctx, w.sender, envelope.NewEnvelope{Documents: []envelope.DocumentInput{{Upload: id.New()}}})
	isProblem(t, err, problem.NotFound, "upload_unknown")
}

func TestEditingADraft(t *testing.T) {
	w := newWorld(t)
	f := w.draft(twoSigners(false), contract(t, a4, a4))
	e := f.Envelope
	_, err := w.envelopes.Update(w.ctx, w.sender, e.ID, envelope.Expected(e.Version+1), envelope.Input{Title: ptr("x")})
	isProblem(t, err, problem.Precondition, "version")
	f, err = w.envelopes.Update(w.ctx, w.sender, e.ID, envelope.Expected(e.Version), envelope.Input{Title: ptr("New title")})
	must(t, err)
	if f.Envelope.Title != "New title" || f.Envelope.Version == e.Version {
		t.Errorf("%+v", f.Envelope)
	}
	_, added, err := w.envelopes.AddDocument(w.ctx, w.sender, e.ID, 0, envelope.DocumentInput{Upload: w.upload(contract(t, a4)), Name: `C:\papers\annex.pdf`})
	must(t, err)
	if added.Position != 2 || added.Name != "annex.pdf" {
		t.Errorf("%+v", added)
	}
	f, err = w.envelopes.UpdateDocument(w.ctx, w.sender, e.ID, added.ID, 0, envelope.DocumentChange{Position: ptr(1)})
	must(t, err)
	if f.Documents[0].ID != added.ID || f.Documents[1].Position != 2 {
		t.Error("the order did not change")
	}
	f, replaced, err := w.envelopes.ReplaceDocument(w.ctx, w.sender, e.ID, f.Documents[1].ID, 0, envelope.DocumentInput{Upload: w.upload(contract(t, a4))})
	must(t, err)
	onOne := 0
	for _, fd := range f.Fields {
		if fd.Document == replaced.ID && fd.Page == 1 {
			onOne++
		}
	}
	if onOne != 4 || len(f.Fields) != 4 {
		t.Errorf("%d fields, %d of them on the new page; those on the page that is gone must go", len(f.Fields), onOne)
	}
	f, err = w.envelopes.RemoveRecipient(w.ctx, w.sender, e.ID, f.Recipients[0].ID, 0)
	must(t, err)
	unassigned := 0
	for _, fd := range f.Fields {
		if fd.Recipient == "" {
			unassigned++
		}
	}
	if len(f.Recipients) != 1 || unassigned != 3 {
		t.Errorf("%d recipients, %d unassigned", len(f.Recipients), unassigned)
	}
	f, err = w.envelopes.RemoveDocument(w.ctx, w.sender, e.ID, added.ID, 0)
	must(t, err)
	if len(f.Documents) != 1 || f.Documents[0].Position != 1 {
		t.Errorf("%+v", f.Documents)
	}
	w.checkChain(e.ID)
	must(t, w.envelopes.Delete(w.ctx, w.sender, e.ID, 0))
	_, err = w.envelopes.Get(w.ctx, w.sender, e.ID)
	if problem.KindOf(err) != problem.NotFound {
		t.Error(err)
	}
}

func TestListAndCounts(t *testing.T) {
	w := newWorld(t)
	soon := w.clock.Now().Add(time.Hour)
	in := twoSigners(false)
	in.ExpiresAt = &soon
	w.send(w.draft(in, contract(t, a4, a4)))
	w.draft(envelope.NewEnvelope{})
	c, err := w.envelopes.Counts(w.ctx, w.sender)
	must(t, err)
	if c.Draft != 1 || c.NeedsMe != 1 || c.Waiting != 1 || c.Problem != 0 {
		t.Errorf("%+v", c)
	}
	w.clock.Add(2 * time.Hour)
	list, err := w.envelopes.List(w.ctx, w.sender, envelope.Filter{Group: "problem", Limit: 10})
	must(t, err)
	if len(list) != 1 || list[0].State != envelope.Expired {
		t.Errorf("%d in the list", len(list))
	}
	list, err = w.envelopes.List(w.ctx, w.sender, envelope.Filter{Text: strings.ToUpper("bicycle"), Limit: 10})
	must(t, err)
	if len(list) != 2 {
		t.Errorf("%d found by title", len(list))
	}
}
