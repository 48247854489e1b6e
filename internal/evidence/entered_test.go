package evidence

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
)

// enteredCases are fields with their values, and what a certificate and a bundle tell of them: label, kind, value.
var enteredCases = []struct {
	typ, config, value string
	certificate        [3]string
	bundle             [3]string
}{
	{"email", `{}`, `"o@example.org"`, [3]string{"", "", "o•••@example.org"}, [3]string{"", "", "o@example.org"}},
	{"text", `{"label":"Write to"}`, `" O@Example.org"`, [3]string{"Write to", "", " O•••@Example.org"}, [3]string{"Write to", "", " O@Example.org"}},
	{"text", `{"label":"Call"}`, `"+36 (30) 123-4567"`, [3]string{"Call", "", "•••67"}, [3]string{"Call", "", "+36 (30) 123-4567"}},
	{"text", `{"label":"p@example.org"}`, `"p@example.org"`, [3]string{"p•••@example.org", "", "p•••@example.org"}, [3]string{"p@example.org", "", "p@example.org"}},
	{"text", `{}`, `"p@example.org or +36301234567"`, [3]string{"", "", "p•••@example.org or •••67"}, [3]string{"", "", "p@example.org or +36301234567"}},
	{"text", `{}`, `"1234567"`, [3]string{"", "", "1234567"}, [3]string{"", "", "1234567"}},
	{"checkbox", `{"label":"I agree"}`, `true`, [3]string{"I agree", "", "On"}, [3]string{"I agree", "", "On"}},
	{"signature", `{}`, `{"kind":"typed","text":"अनिता Őze Δ"}`, [3]string{"", "typed", "अनिता Őze Δ"}, [3]string{"", "typed", "अनिता Őze Δ"}},
	{"signature", `{}`, `{"kind":"typed","text":"o@example.org"}`, [3]string{"", "typed", "o•••@example.org"}, [3]string{"", "typed", "o@example.org"}},
	{"signature", `{}`, `{"kind":"drawn","strokes":[[[0,0],[1,1]]]}`, [3]string{"", "drawn", ""}, [3]string{"", "drawn", ""}},
	{"initials", `{}`, `{"kind":"image","image":"AAAA"}`, [3]string{"", "image", ""}, [3]string{"", "image", ""}},
}

func enteredSnapshot() (*Service, *snapshot, *envelope.Recipient) {
	types, err := field.NewRegistry(field.Signature{}, field.Initials{}, field.Text{}, field.Email{}, field.Checkbox{})
	if err != nil {
		panic(err)
	}
	who := &envelope.Recipient{ID: "r-1", Name: "अनिता Őze", Email: "o@example.org", Phone: "+36301234567"}
	other := &envelope.Recipient{ID: "r-2", Name: "Péter", Email: "p@example.org"}
	snap := &snapshot{
		envelope: &envelope.Envelope{Locale: "en"}, recipients: []*envelope.Recipient{who, other},
		values: map[id.ID]*envelope.Value{}, acts: map[id.ID]*envelope.Act{who.ID: {ID: "a-1"}},
	}
	for i, c := range enteredCases {
		f := &envelope.Field{ID: id.ID(rune('a' + i)), Recipient: who.ID, Type: c.typ, Page: 1, Config: json.RawMessage(c.config)}
		snap.fields = append(snap.fields, f)
		snap.values[f.ID] = &envelope.Value{Field: f.ID, Recipient: who.ID, Data: json.RawMessage(c.value)}
	}
	return &Service{d: Deps{Types: types}}, snap, who
}

func TestEntered(t *testing.T) {
	s, snap, who := enteredSnapshot()
	certificate, bundle := s.recipientRecord(snap, who, true).Entered, s.recipientRecord(snap, who, false).Entered
	for i, c := range enteredCases {
		for _, told := range []struct {
			rec  EnteredRecord
			want [3]string
		}{{certificate[i], c.certificate}, {bundle[i], c.bundle}} {
			if diff := cmp.Diff(told.want, [3]string{told.rec.Label, told.rec.Kind, told.rec.Value}); diff != "" {
				t.Errorf("%s %s: %s", c.typ, c.value, diff)
			}
		}
	}
	data, err := marshal(certificate)
	if err != nil {
		t.Fatal(err)
	}
	for _, contact := range []string{"o@example.org", "p@example.org", "4567"} {
		if strings.Contains(strings.ReplaceAll(strings.ToLower(string(data)), "1234567", ""), contact) {
			t.Errorf("the certificate's record tells %s", contact)
		}
	}
}

func TestEnteredLines(t *testing.T) {
	all, err := allWords()
	if err != nil {
		t.Fatal(err)
	}
	c := &certificate{w: all["en"], r: &Record{}}
	for want, e := range map[string]EnteredRecord{
		"1 · checkbox · I agree · On":         {Page: 1, Type: "checkbox", Label: "I agree", Value: "On"},
		"2 · signature · typed · अनिता Őze Δ": {Page: 2, Type: "signature", Kind: "typed", Value: "अनिता Őze Δ"},
		"3 · signature · drawn":               {Page: 3, Type: "signature", Kind: "drawn", How: "signature, drawn, 2 strokes"},
		"4 · initials · image":                {Page: 4, Type: "initials", Kind: "image", How: "initials, image, 3 bytes"},
		"5 · text · text, 0 characters":       {Page: 5, Type: "text", How: "text, 0 characters"},
	} {
		if got := c.entered(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
