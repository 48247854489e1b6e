package field

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/internal/problem"
)

var ctx = Context{Name: "Őry Ágnes", Email: "agnes@example.org", Now: time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC), Locale: "hu"}

func types() []Type {
	return []Type{Signature{}, Initials{}, FullName{}, DateSigned{}, Text{}, Checkbox{}}
}

func TestSchemasAreJSON(t *testing.T) {
	for _, typ := range types() {
		var schema struct {
			Type       string
			Properties map[string]json.RawMessage
		}
		if err := json.Unmarshal(typ.Schema(), &schema); err != nil || schema.Type != "object" || len(schema.Properties) == 0 {
			t.Errorf("%s: %v %s", typ.Name(), err, typ.Schema())
		}
		if err := typ.CheckConfig(nil); err != nil {
			t.Errorf("%s: no configuration: %v", typ.Name(), err)
		}
	}
}

func TestConfigRefused(t *testing.T) {
	cases := []struct {
		typ           Type
		cfg           string
		pointer, code string
	}{
		{Text{}, `{"nonsense":1}`, "", "config_invalid"},
		{Text{}, `[]`, "", "config_invalid"},
		{Text{}, `{"label":1}`, "", "config_invalid"},
		{Text{}, `{}{}`, "", "config_invalid"},
		{Text{}, `{"size":3}`, "/size", "out_of_range"},
		{Text{}, `{"align":"middle"}`, "/align", "not_a_choice"},
		{Text{}, `{"max_length":4001}`, "/max_length", "out_of_range"},
		{Text{}, `{"pattern":"("}`, "/pattern", "pattern_invalid"},
		{Text{}, `{"label":"` + strings.Repeat("x", 201) + `"}`, "/label", "text_too_long"},
		{Text{}, `{"label":"` + strings.Repeat("x", 70000) + `"}`, "", "config_too_large"},
		{DateSigned{}, `{"format":"julian"}`, "/format", "not_a_choice"},
		{Signature{}, `{"kinds":["typed","sung"]}`, "/kinds/1", "not_a_choice"},
		{Checkbox{}, `{"label":"` + strings.Repeat("x", 201) + `"}`, "/label", "text_too_long"},
		{FullName{}, `{"size":100}`, "/size", "out_of_range"},
	}
	for _, c := range cases {
		wantProblem(t, c.typ.Name()+" "+c.cfg[:min(len(c.cfg), 40)], c.typ.CheckConfig(json.RawMessage(c.cfg)), c.pointer, c.code)
	}
}

func wantProblem(t *testing.T, what string, err error, pointer, code string) {
	t.Helper()
	p := problem.From(err)
	if err == nil || p.Kind != problem.Invalid || p.Code != code || len(p.Fields) != 1 || p.Fields[0].Pointer != pointer {
		t.Errorf("%s: got %+v, want %s at %q", what, p, code, pointer)
	}
}

func TestValues(t *testing.T) {
	fs := fonts.Set()
	cases := []struct {
		typ          Type
		cfg, v, want string
		text         string
	}{
		{Text{}, ``, `"  hello\r\nworld "`, `"hello world"`, "hello world"},
		{Text{}, `{"multiline":true}`, `"a\r\nb"`, `"a\nb"`, "a\nb"},
		{Text{}, `{"pattern":"[0-9]{4}"}`, `"1234"`, `"1234"`, "1234"},
		{Text{}, `{"pattern":"[0-9]{4}"}`, `""`, `""`, ""},
		{Checkbox{}, ``, `true`, `true`, "On"},
		{Checkbox{}, ``, `false`, `false`, "Off"},
		{FullName{}, ``, `"Őry Ágnes"`, `"Őry Ágnes"`, "Őry Ágnes"},
		{DateSigned{}, ``, `"2026-11-22T20:30:00+02:00"`, `"2026-11-22T18:30:00Z"`, "2026-11-22"},
		{DateSigned{}, `{"format":"datetime"}`, `"2026-11-22T18:30:00Z"`, `"2026-11-22T18:30:00Z"`, "2026-11-22 18:30 UTC"},
		{Signature{}, ``, `{"kind":"typed","text":" Őry   Ágnes "}`, `{"kind":"typed","text":"Őry Ágnes"}`, "Őry Ágnes"},
		{Signature{}, ``, `{"kind":"drawn","strokes":[[[1,2],[3,4.5]],[[9,9]]],"text":"x"}`, `{"kind":"drawn","strokes":[[[1,2],[3,4.5]],[[9,9]]]}`, "Őry Ágnes"},
		{Initials{}, ``, `{"kind":"typed","text":"ŐÁ"}`, `{"kind":"typed","text":"ŐÁ"}`, "ŐÁ"},
		{Initials{}, ``, `{"kind":"drawn","strokes":[[[1,2]]]}`, `{"kind":"drawn","strokes":[[[1,2]]]}`, "ŐÁ"},
	}
	for _, c := range cases {
		got, err := c.typ.Validate(fs, json.RawMessage(c.cfg), json.RawMessage(c.v))
		if err != nil || string(got) != c.want {
			t.Errorf("%s %s: %s, %v; want %s", c.typ.Name(), c.v, got, err, c.want)
			continue
		}
		if s := c.typ.Text(json.RawMessage(c.cfg), got, ctx); s != c.text {
			t.Errorf("%s: text %q, want %q", c.typ.Name(), s, c.text)
		}
		if _, err := c.typ.Draw(fs, json.RawMessage(c.cfg), got, ctx, 160, 40); err != nil {
			t.Errorf("%s: draw: %v", c.typ.Name(), err)
		}
		again, err := c.typ.Validate(fs, json.RawMessage(c.cfg), got)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: not stable: %s, %v", c.typ.Name(), again, err)
		}
		if d := c.typ.Describe(json.RawMessage(c.cfg), got); strings.Contains(d, "Ágnes") || strings.Contains(d, "hello") {
			t.Errorf("%s: description shows the value: %s", c.typ.Name(), d)
		}
	}
}

func TestValuesRefused(t *testing.T) {
	fs := fonts.Set()
	cases := []struct {
		typ           Type
		cfg, v        string
		pointer, code string
	}{
		{Text{}, ``, `1`, "", "value_type"},
		{Text{}, ``, `null`, "", "value_type"},
		{Text{}, ``, `"a" "b"`, "", "value_type"},
		{Text{}, `{"max_length":3}`, `"abcd"`, "", "text_too_long"},
		{Text{}, ``, `"smile 😀"`, "", "character_unsupported"},
		{Text{}, ``, `"override \u202e"`, "", "character_unsupported"},
		{Text{}, `{"pattern":"[0-9]{4}"}`, `"12345"`, "", "pattern_mismatch"},
		{Text{}, `{"pattern":"a|b"}`, `"bc"`, "", "pattern_mismatch"},
		{Checkbox{}, ``, `"true"`, "", "value_type"},
		{Checkbox{}, ``, `null`, "", "value_type"},
		{DateSigned{}, ``, `"yesterday"`, "", "value_type"},
		{Signature{}, ``, `"me"`, "", "value_type"},
		{Signature{}, ``, `{"kind":"sung"}`, "/kind", "not_a_choice"},
		{Signature{}, `{"kinds":["drawn"]}`, `{"kind":"typed","text":"me"}`, "/kind", "not_a_choice"},
		{Signature{}, ``, `{"kind":"typed","text":"  "}`, "/text", "required"},
		{Signature{}, ``, `{"kind":"typed","text":"x\u0007"}`, "/text", "character_unsupported"},
		{Signature{}, ``, `{"kind":"drawn","strokes":[]}`, "/strokes", "no_strokes"},
		{Signature{}, ``, `{"kind":"drawn","strokes":[[[1e9,0]]]}`, "/strokes", "no_strokes"},
		{Signature{}, ``, `{"kind":"image","image":"AAAA"}`, "/image", "image_format"},
		{Signature{}, ``, `{"kind":"image"}`, "/image", "image_format"},
	}
	for _, c := range cases {
		_, err := c.typ.Validate(fs, json.RawMessage(c.cfg), json.RawMessage(c.v))
		wantProblem(t, c.typ.Name()+" "+c.v, err, c.pointer, c.code)
	}
}

func TestSignatureImageIsMadeSmall(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 4000, 800))
	for x := range 4000 {
		img.Set(x, x/5, color.NRGBA{B: 200, A: 255})
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	v := `{"kind":"image","image":"` + base64.StdEncoding.EncodeToString(buf.Bytes()) + `"}`
	got, err := Signature{}.Validate(fonts.Set(), nil, json.RawMessage(v))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(readMark(got).Image))
	if err != nil || cfg.Width != 1600 || cfg.Height != 320 {
		t.Errorf("%d x %d, %v", cfg.Width, cfg.Height, err)
	}
	if _, err := (Signature{}).Draw(fonts.Set(), json.RawMessage(`{"note":true}`), got, ctx, 200, 60); err != nil {
		t.Error(err)
	}
}

func TestDefaults(t *testing.T) {
	want := map[string]string{"fullname": `"Őry Ágnes"`, "datesigned": `"2026-11-22T18:30:00Z"`, "checkbox": `false`}
	for _, typ := range types() {
		v, ok := typ.Default(nil, ctx)
		if string(v) != want[typ.Name()] || ok != (want[typ.Name()] != "") {
			t.Errorf("%s: %s, %v", typ.Name(), v, ok)
		}
	}
}

func TestOnlySignatureSigns(t *testing.T) {
	for _, typ := range types() {
		if Signs(typ) != (typ.Name() == "signature") {
			t.Error(typ.Name())
		}
		if ServerOnly(typ) != (typ.Name() == "fullname" || typ.Name() == "datesigned") {
			t.Error(typ.Name())
		}
	}
}

func TestEmptyFieldsDraw(t *testing.T) {
	fs := fonts.Set()
	for _, typ := range types() {
		if _, err := typ.Draw(fs, nil, nil, Context{}, 100, 20); err != nil {
			t.Errorf("%s: %v", typ.Name(), err)
		}
		if !typ.Empty(nil) {
			t.Errorf("%s: nothing is not empty", typ.Name())
		}
	}
}

func TestRegistry(t *testing.T) {
	r, err := NewRegistry(types()...)
	if err != nil {
		t.Fatal(err)
	}
	if typ, ok := r.Find("text"); !ok || typ.Name() != "text" {
		t.Error("text not found")
	}
	if _, ok := r.Find("none"); ok || len(r.Types()) != 6 {
		t.Error("wrong types")
	}
	if _, err := NewRegistry(Text{}, Text{}); err == nil {
		t.Error("two types of one name")
	}
}

func FuzzValidate(f *testing.F) {
	f.Add("signature", `{"kind":"drawn","strokes":[[[1,2]]]}`)
	f.Add("text", `"مرحبا"`)
	f.Add("checkbox", `true`)
	fs := fonts.Set()
	r, err := NewRegistry(types()...)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, v string) {
		typ, ok := r.Find(name)
		if !ok {
			return
		}
		got, err := typ.Validate(fs, nil, json.RawMessage(v))
		if err != nil {
			return
		}
		_ = typ.Text(nil, got, ctx)
		if _, err := typ.Draw(fs, nil, got, ctx, 200, 40); err != nil && problem.KindOf(err) != problem.Invalid {
			t.Errorf("%s %q: %v", name, v, err)
		}
	})
}
