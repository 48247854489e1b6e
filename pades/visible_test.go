package pades_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
)

// turned is a file of pages that are shown turned, with boxes that do not begin at
// zero; xmp is its metadata.
func turned(t *testing.T, xmp string) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	for range 4 {
		b.AddPage(400, 300, pdf.Dict{}, nil)
	}
	if xmp != "" {
		ref := b.Alloc()
		b.PutStream(ref, pdf.Dict{"Type": pdf.Name("Metadata"), "Subtype": pdf.Name("XML")}, []byte(xmp))
		b.SetCatalog("Metadata", ref)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return amended(t, out.Bytes(), func(u *pdf.Update) error {
		for i, rotate := range []int64{0, 90, 180, 270} {
			page, err := u.File().Page(i)
			if err != nil {
				return err
			}
			d := page.Dict.Clone()
			d["MediaBox"], d["Rotate"] = pdf.Rect{LLX: -100, LLY: 50, URX: 300, URY: 350}.Array(), pdf.Integer(rotate)
			u.Put(page.Ref, d)
		}
		return nil
	})
}

func amended(t *testing.T, in []byte, edit func(*pdf.Update) error) []byte {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	if err := edit(u); err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// looks draws a box and notes its sizes.
func looks(sizes *[]string) func(w, h float64) (*draw.Form, error) {
	return func(w, h float64) (*draw.Form, error) {
		*sizes = append(*sizes, fmt.Sprintf("%.0fx%.0f", w, h))
		c := draw.NewCanvas(w, h)
		c.Frame(0, 0, w, h, 1, draw.Color{})
		return c.Form(), nil
	}
}

// TestVisibleAsShown signs each page of a turned file at the same place as seen.
func TestVisibleAsShown(t *testing.T) {
	b := setup(t, "p-256")
	out := turned(t, "")
	want := []pdf.Rect{
		{LLX: -90, LLY: 70, URX: 10, URY: 100}, {LLX: 250, LLY: 60, URX: 280, URY: 160},
		{LLX: 190, LLY: 300, URX: 290, URY: 330}, {LLX: -80, LLY: 240, URX: -50, URY: 340},
	}
	for i := range want {
		var sizes []string
		opt := b.options()
		opt.Visible = &pades.Visible{Page: i, Rect: pdf.Rect{LLX: 10, LLY: 20, URX: 110, URY: 50}, AsShown: true, Look: looks(&sizes)}
		if i == 3 {
			opt.Visible.Page = pades.LastPage
		}
		out, _ = sign(t, b, out, opt)
		if len(sizes) != 1 || sizes[0] != "100x30" {
			t.Errorf("page %d: drawn %v", i, sizes)
		}
	}
	fields := fieldsOf(t, out)
	for i, f := range fields {
		if w := f.Widgets[0]; w.Page != i || w.Rect != want[i] {
			t.Errorf("page %d: %v at %v, want %v", i, w.Page, w.Rect, want[i])
		}
	}
}

func fieldsOf(t *testing.T, data []byte) []form.Field {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	read, err := form.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return read.Fields
}

func TestVisibleCopies(t *testing.T) {
	b := setup(t, "p-256")
	var sizes []string
	opt := b.options()
	opt.Visible = &pades.Visible{Page: 1, AsShown: true, Copies: []int{pades.EveryPage}, Look: looks(&sizes)}
	out, _ := sign(t, b, turned(t, ""), opt)
	if n := bytes.Count(out, []byte("/Stamp")); n != 3 {
		t.Errorf("%d copies of 3", n)
	}
	if len(sizes) != 4 { // four turns
		t.Errorf("drawn %v", sizes)
	}
	if fields := fieldsOf(t, out); len(fields) != 1 || len(fields[0].Widgets) != 1 || fields[0].Widgets[0].Page != 1 {
		t.Errorf("%+v", fields)
	}
	_, err := pades.Prepare(t.Context(), bytes.NewReader(out), int64(len(out)), opt)
	if !errors.Is(err, pades.ErrNotAllowed) {
		t.Errorf("copies after a signature: %v", err)
	}
}

func TestVisiblePlaceRefused(t *testing.T) {
	b := setup(t, "p-256")
	in := testpdf.Classic(2)
	box := func(x, y, x2, y2 float64) pdf.Rect { return pdf.Rect{LLX: x, LLY: y, URX: x2, URY: y2} }
	for name, v := range map[string]pades.Visible{
		"no such page": {Page: 2}, "before the first": {Page: -4}, "too wide": {Rect: box(500, 0, 700, 50)},
		"left of the page": {Rect: box(-5, 0, 50, 50)}, "flat": {Rect: box(5, 5, 50, 5)}, "no copy there": {Copies: []int{7}},
	} {
		var sizes []string
		v.AsShown, v.Look = true, looks(&sizes)
		opt := b.options()
		opt.Visible = &v
		if _, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), opt); !errors.Is(err, pades.ErrPlace) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVisibleInFieldThatIsThere draws in each widget of a field, at its own size.
func TestVisibleInFieldThatIsThere(t *testing.T) {
	b := setup(t, "p-256")
	in := amended(t, testpdf.Classic(2), func(u *pdf.Update) error {
		if _, err := form.AddSignatureField(u, form.SignatureField{Name: "hidden"}); err != nil {
			return err
		}
		_, err := form.AddSignatureField(u, form.SignatureField{Name: "group.buyer", Page: 1, Rect: pdf.Rect{LLX: 10, LLY: 10, URX: 130, URY: 50}})
		return err
	})
	for name, c := range map[string]struct {
		field string
		v     pades.Visible
		err   error
	}{
		"its own place": {"group.buyer", pades.Visible{Page: pades.AnyPage}, nil}, "its page": {"group.buyer", pades.Visible{Page: 1}, nil},
		"another page":    {"group.buyer", pades.Visible{Page: 0}, pades.ErrField},
		"another box":     {"group.buyer", pades.Visible{Page: 1, Rect: pdf.Rect{URX: 9, URY: 9}}, pades.ErrField},
		"shows nowhere":   {"hidden", pades.Visible{Page: pades.AnyPage}, pades.ErrField},
		"a new neighbour": {"group.seller", pades.Visible{Page: pades.LastPage}, nil},
	} {
		var sizes []string
		c.v.AsShown, c.v.Look = true, looks(&sizes)
		opt := b.options()
		opt.FieldName, opt.Visible = c.field, &c.v
		_, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), opt)
		if !errors.Is(err, c.err) || c.err == nil && len(sizes) != 1 {
			t.Errorf("%s: %v, drawn %v", name, err, sizes)
		}
		if c.field == "group.buyer" && c.err == nil && sizes[0] != "120x40" {
			t.Errorf("%s: drawn %v", name, sizes)
		}
	}
}

func TestVisibleInPDFA(t *testing.T) {
	b := setup(t, "p-256")
	var sizes []string
	opt := b.options()
	opt.Visible = &pades.Visible{AsShown: true, Look: looks(&sizes)}
	for xmp, want := range map[string]bool{"": false, `<x xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1"/>`: true} {
		out, _ := sign(t, b, turned(t, xmp), opt)
		if got := bytes.Contains(out, []byte("/DefaultRGB")); got != want {
			t.Errorf("%q: colours explained: %v", xmp, got)
		}
	}
}

// TestVisibleAfterCertification: what a certification allows is filling in. A new
// field that shows is more, and taken for tampering by others.
func TestVisibleAfterCertification(t *testing.T) {
	b := setup(t, "p-256")
	for _, certify := range []pades.Certification{pades.CertifyForms, pades.CertifyComments} {
		opt := b.options()
		opt.Certify = certify
		out, _ := sign(t, b, testpdf.Classic(1), opt)
		var sizes []string
		opt = b.options()
		opt.Visible = &pades.Visible{AsShown: true, Look: looks(&sizes)}
		if _, err := pades.Prepare(t.Context(), bytes.NewReader(out), int64(len(out)), opt); !errors.Is(err, pades.ErrNotAllowed) {
			t.Errorf("%d: %v", certify, err)
		}
		opt.Visible = nil
		sign(t, b, out, opt)
	}
}
