package envelope

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/pdf"
)

func TestPermissionsOfSignatures(t *testing.T) {
	var out bytes.Buffer
	b := pdf.NewBuilder()
	b.AddPage(100, 100, nil, nil)
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := pdf.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reference := func(method string, params pdf.Object) pdf.Dict {
		return pdf.Dict{"Reference": pdf.Array{pdf.Dict{"TransformMethod": pdf.Name(method), "TransformParams": params}}}
	}
	for name, c := range map[string]struct {
		sig  pdf.Dict
		want permissions
		bad  bool
	}{
		"nothing":          {sig: pdf.Dict{}},
		"no changes":       {sig: reference("DocMDP", pdf.Dict{"P": pdf.Integer(1)}), want: permissions{certified: 1}},
		"filling":          {sig: reference("DocMDP", pdf.Dict{"P": pdf.Numeral("2.0")}), want: permissions{certified: 2}},
		"default":          {sig: reference("DocMDP", nil), want: permissions{certified: 2}},
		"out of range":     {sig: reference("DocMDP", pdf.Dict{"P": pdf.Integer(9)}), want: permissions{certified: 2}},
		"all fields":       {sig: reference("FieldMDP", pdf.Dict{"Action": pdf.Name("All")}), want: permissions{locked: true}},
		"all but some":     {sig: reference("FieldMDP", pdf.Dict{"Action": pdf.Name("Exclude"), "Fields": pdf.Array{pdf.String("a")}}), want: permissions{locked: true}},
		"some":             {sig: reference("FieldMDP", pdf.Dict{"Action": pdf.Name("Include"), "Fields": pdf.Array{pdf.String("a"), pdf.Text("ő")}}), want: permissions{fields: []string{"a", "ő"}}},
		"some, unreadable": {sig: reference("FieldMDP", pdf.Dict{"Action": pdf.Name("Include"), "Fields": pdf.Integer(7)}), bad: true},
		"odd parameters":   {sig: reference("DocMDP", pdf.Integer(1)), bad: true},
		"odd list":         {sig: pdf.Dict{"Reference": pdf.Array{pdf.Integer(1)}}, bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			var got permissions
			err := got.note(f, c.sig)
			if (err != nil) != c.bad || c.bad && !errors.Is(err, errNoDict) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(permissions{})); diff != "" && !c.bad {
				t.Error(diff)
			}
		})
	}
}

func TestClosedFields(t *testing.T) {
	f := DocumentFacts{Closed: []string{"rent", "tenant.name"}}
	for name, want := range map[string]bool{"rent": true, "rent.month": true, "rental": false, "tenant": false, "tenant.name": true} {
		if f.closed(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
