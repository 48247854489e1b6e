package form

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/pdf"
)

// sample builds a file from object bodies, numbered from 1; object 1 is the
// catalog.
func sample(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, off := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", off)
	}
	fmt.Fprintf(&b, "trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

const (
	pagesObj = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	pageObj  = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
)

func open(t testing.TB, data []byte) *pdf.File {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func apply(t testing.TB, base []byte, u *pdf.Update) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write(base)
	if _, err := u.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shapes are files whose form stands in different places.
var shapes = map[string][]byte{
	"no form":       sample("<</Type/Catalog/Pages 2 0 R>>", pagesObj, pageObj),
	"form direct":   sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/DA(/F 0 Tf)>>>>", pagesObj, pageObj),
	"form indirect": sample("<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R>>", pagesObj, pageObj, "<</Fields 5 0 R/XFA[(a)(b)]>>", "[]"),
	"annots apart": sample("<</Type/Catalog/Pages 2 0 R>>", pagesObj,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots 4 0 R>>", "[]"),
}

func TestAddAndSet(t *testing.T) {
	for name, base := range shapes {
		t.Run(name, func(t *testing.T) { addAndSet(t, base) })
	}
}

func addAndSet(t *testing.T, base []byte) {
	u := pdf.NewUpdate(open(t, base))
	rect := pdf.Rect{LLX: 10, LLY: 10, URX: 60, URY: 30}
	text, err := AddTextField(u, TextField{Root: "consigil", PartialName: "name", Tooltip: "Név", Rect: rect, MaxLen: 9})
	if err != nil {
		t.Fatal(err)
	}
	on, off := u.Alloc(), u.Alloc()
	u.PutStream(on, emptyAppearance(rect), []byte("q Q"))
	u.PutStream(off, emptyAppearance(rect), nil)
	box, err := AddCheckbox(u, Checkbox{Root: "consigil", PartialName: "agree", Rect: rect, On: on, Off: off})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AddSignatureField(u, SignatureField{Name: "consigil.seal", Lock: pdf.Dict{"Type": pdf.Name("SigFieldLock"), "Action": pdf.Name("All")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := AddSignatureField(u, SignatureField{Name: "consigil.seal"}); !errors.Is(err, ErrNameTaken) {
		t.Errorf("second field of a name: %v", err)
	}
	first := apply(t, base, u)

	u = pdf.NewUpdate(open(t, first))
	look := u.Alloc()
	u.PutStream(look, emptyAppearance(rect), []byte("BT ET"))
	if err := SetValue(u, text, pdf.Text("Ős"), look, true); err != nil {
		t.Fatal(err)
	}
	if err := SetValue(u, box, pdf.Name("Yes"), pdf.Ref{}, true); err != nil {
		t.Fatal(err)
	}
	checkForm(t, apply(t, first, u))
}

func checkForm(t *testing.T, data []byte) {
	f := open(t, data)
	form, err := Read(f)
	if err != nil || len(form.Errors) > 0 {
		t.Fatal(err, form.Errors)
	}
	type row struct {
		Name, Type, Text, Tooltip string
		Flags, MaxLen, Page       int
	}
	var got []row
	for _, field := range form.Fields {
		got = append(got, row{field.FullName, string(field.Type), field.Text(), field.Tooltip, field.Flags, field.MaxLen, field.Widgets[0].Page})
		if _, has := field.Dict["P"]; has {
			t.Errorf("%s has /P", field.FullName)
		}
	}
	want := []row{
		{"consigil.name", "Tx", "Ős", "Név", FlagReadOnly, 9, 0},
		{"consigil.agree", "Btn", "", "", FlagReadOnly, 0, 0},
		{"consigil.seal", "Sig", "", "", 0, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if v, _ := pdf.Int(form.Dict["SigFlags"]); v != 1 {
		t.Errorf("SigFlags %d", v)
	}
	if n := len(f.Revisions()); n != 3 {
		t.Errorf("%d revisions", n)
	}
}

func TestSignaturesFindsJunk(t *testing.T) {
	const good = "<</Type/Sig/Filter/F/SubFilter/S/ByteRange[0 10 30 5]/Contents<00>>>"
	cases := map[string]struct {
		field string
		extra string
		want  error
	}{
		"value is a number":        {"/V 5", "null", ErrNotDictionary},
		"value is null":            {"", "null", nil},
		"empty dictionary":         {"/V<<>>", "null", ErrByteRange},
		"range of three":           {"/V 5 0 R", strings.Replace(good, "30 5]", "30]", 1), ErrByteRange},
		"range past the end":       {"/V 5 0 R", strings.Replace(good, "30 5]", "30 99999]", 1), ErrByteRange},
		"range overlaps":           {"/V 5 0 R", strings.Replace(good, "10 30", "40 30", 1), ErrByteRange},
		"range twice":              {"/V 5 0 R", strings.Replace(good, "/ByteRange", "/ByteRange[0 9 30 5]/ByteRange", 1), ErrByteRange},
		"negative":                 {"/V 5 0 R", strings.Replace(good, "[0 10", "[-1 10", 1), ErrByteRange},
		"contents literal":         {"/V 5 0 R", strings.Replace(good, "<00>", "(a)", 1), ErrContents},
		"contents by reference":    {"/V 5 0 R", strings.Replace(good, "<00>", "2 0 R", 1), ErrContents},
		"contents twice":           {"/V 5 0 R", strings.Replace(good, "/Contents", "/Contents<00>/Contents", 1), ErrContents},
		"contents missing":         {"/V 5 0 R", strings.Replace(good, "/Contents<00>", "", 1), ErrContents},
		"no subfilter":             {"/V 5 0 R", strings.Replace(good, "/SubFilter/S", "", 1), ErrFilter},
		"loose, no field leads on": {"", strings.Replace(good, "30 5]", "30]", 1), ErrByteRange},
		"fits":                     {"/V 5 0 R", good, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			data := sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", pagesObj, pageObj,
				"<</FT/Sig/T(s)"+c.field+">>", c.extra)
			sigs, err := Signatures(open(t, data))
			if err != nil {
				t.Fatal(err)
			}
			if name == "value is null" {
				if len(sigs) != 0 {
					t.Fatal("found a signature")
				}
				return
			}
			if len(sigs) != 1 || !errors.Is(sigs[0].Err, c.want) {
				t.Fatalf("%d found, %+v", len(sigs), sigs)
			}
			if c.want == nil && data[sigs[0].ContentsOffset] != '<' {
				t.Error("contents not located")
			}
		})
	}
}

func TestReadLoops(t *testing.T) {
	data := sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 4 0 R]>>>>", pagesObj, pageObj,
		"<</T(a)/Kids[4 0 R 5 0 R]>>", "<</T(b)/FT/Tx/Kids[4 0 R]>>")
	form, err := Read(open(t, data))
	if err != nil {
		t.Fatal(err)
	}
	if len(form.Fields) > 1 {
		t.Errorf("%d fields", len(form.Fields))
	}
}
