package ceremony_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
)

// box is a check box at a height of the first page.
func box(y float64, required bool, config string) envelope.FieldInput {
	f := place(1, "checkbox", 1, 300, y, 14, 14)
	f.Required, f.Config = &required, []byte(config)
	return f
}

func TestWhatIsUntickedStaysUnticked(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Anna")},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 72, 100, 180, 50), box(300, true, `{}`), box(400, false, `{"checked":true}`),
		},
	}, contract(t, a4)))
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	for _, fd := range f.Fields {
		if fd.Type == "checkbox" {
			must(t, w.sittings.Save(w.ctx, p, []ceremony.ValueInput{{Field: fd.ID, Value: []byte("false")}}))
		}
	}
	_, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: w.reviewed(p)})
	isProblem(t, err, problem.Invalid, "required")
	if n := len(problem.From(err).Fields); n != 2 {
		t.Errorf("%d faults, want signature and the required box", n)
	}
	st, err := w.sittings.State(w.ctx, p)
	must(t, err)
	for _, fd := range st.Fields {
		if fd.Type == "checkbox" && string(fd.Value) != "false" {
			t.Errorf("the box is %s", fd.Value)
		}
	}
}

func TestWhatTheServerFillsInMustFit(t *testing.T) {
	w := newWorld(t)
	name := strings.Repeat("Wilhelmina ", 15) + "Anna"
	n := envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person(name)},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 72, 100, 180, 50), place(1, "fullname", 1, 72, 300, 20, 8),
			place(1, "datesigned", 1, 72, 400, 5, 6), place(1, "datesigned", 1, 72, 500, 120, 20),
		},
	}
	f := w.draft(n, contract(t, a4))
	got, _, err := w.envelopes.Check(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	var long []string
	for _, g := range got {
		long = append(long, g.Code)
	}
	if diff := cmp.Diff([]string{"text_too_long", "text_too_long"}, long); diff != "" {
		t.Error(diff)
	}
}

func TestTextsThatDoNotFitAreRefusedWhereEntered(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	for _, fd := range f.Fields {
		if fd.Type != "text" {
			continue
		}
		err := w.sittings.Save(w.ctx, p, []ceremony.ValueInput{{Field: fd.ID, Value: []byte(`"` + strings.Repeat("word ", 150) + `"`)}})
		isProblem(t, err, problem.Invalid, "text_too_long")
		if got := problem.From(err); len(got.Fields) != 1 || got.Fields[0].Pointer != "/values/"+string(fd.ID) {
			t.Errorf("fields %+v", got.Fields)
		}
	}
}
