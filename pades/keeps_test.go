package pades_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// TestKeepsCatalogNumber: other products give the catalog a new number, and
// lose what refers to it.
func TestKeepsCatalogNumber(t *testing.T) {
	increment, file := signPlain(t, page().bytes())
	has(t, object(t, increment, 5), "/Type /Catalog", "/Pages 2 0 R", "/AcroForm ")
	if file.CatalogRef() != (pdf.Ref{Num: 5}) || !strings.Contains(increment, "/Root 5 0 R") {
		t.Errorf("catalog at %v", file.CatalogRef())
	}
}

// TestMirrorsXRefStyle: where an increment is written otherwise than its file,
// Acrobat finds the byte range invalid.
func TestMirrorsXRefStyle(t *testing.T) {
	stream := page()
	stream.stream = true
	silent := stream
	silent.silent = true
	left := page()
	left.trailer += "/Type/XRef/W[1 2 1]/Index[0 7]/Length 3/Filter/FlateDecode"
	for name, c := range map[string]struct {
		file  handmade
		table bool
	}{
		"table": {page(), true}, "table with what a stream left in its trailer": {left, true},
		"stream": {stream, false}, "stream that does not list itself": {silent, false},
	} {
		t.Run(name, func(t *testing.T) {
			increment, _ := signPlain(t, c.file.bytes())
			if table := strings.Contains(increment, "\nxref\n"); table != c.table {
				t.Errorf("table: %v", table)
			}
			if stream := strings.Contains(increment, "/XRef"); stream == c.table {
				t.Errorf("stream: %v", stream)
			}
			if c.file.silent && strings.Contains(increment, "\n7 0 obj") {
				t.Error("the number of the stream is used again")
			}
		})
	}
}

// TestNumbersOfNewObjects: /Size is believed where it leaves room, never where
// objects stand above it.
func TestNumbersOfNewObjects(t *testing.T) {
	for size, first := range map[int]int{0: 7, 3: 7, 40: 40} {
		in := page()
		in.size = size
		increment, file := signPlain(t, in.bytes())
		for n := 7; n < 40; n++ {
			if used := strings.Contains(increment, "\n"+string(rune('0'+n/10))+string(rune('0'+n%10))+" 0 obj"); used && n < first {
				t.Errorf("/Size %d: object %d is used", size, n)
			}
		}
		if got, err := file.Get(pdf.Ref{Num: 6}); err != nil || pdf.IsNull(got) {
			t.Errorf("/Size %d: the font reads %v, %v", size, got, err)
		}
	}
}

func TestMergesForm(t *testing.T) {
	inCatalog := formed().with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 7 0 R/NeedAppearances true/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv 6 0 R>>>>/XFA[(template)9 0 R]/CO[8 0 R]/Q 1>>>>").
		with(7, "[8 0 R]")
	for name, in := range map[string]handmade{"of its own": formed(), "in the catalog": inCatalog} {
		t.Run(name, func(t *testing.T) {
			increment, file := signPlain(t, in.bytes())
			catalog, err := file.Catalog()
			if err != nil {
				t.Fatal(err)
			}
			_, own := catalog["AcroForm"].(pdf.Ref)
			if own != (name == "of its own") {
				t.Errorf("the form moved: %v", catalog["AcroForm"])
			}
			d, err := file.Dict(catalog["AcroForm"])
			if err != nil {
				t.Fatal(err)
			}
			if d["NeedAppearances"] != pdf.Boolean(true) || d["DA"] != pdf.String("/Helv 0 Tf 0 g") || d["Q"] != pdf.Integer(1) {
				t.Errorf("%v", d)
			}
			if !reflect.DeepEqual(d["XFA"], pdf.Array{pdf.String("template"), pdf.Ref{Num: 9}}) || !reflect.DeepEqual(d["CO"], pdf.Array{pdf.Ref{Num: 8}}) {
				t.Errorf("XFA %v, CO %v", d["XFA"], d["CO"])
			}
			if strings.Contains(increment, "\n9 0 obj") || strings.Contains(increment, "\n8 0 obj") {
				t.Error("the packet or the field was written again")
			}
			f, err := form.Read(file)
			if err != nil || len(f.Fields) != 2 || f.Fields[0].FullName != "name" || f.Fields[0].Value != pdf.String("Alice") || f.Fields[1].Type != "Sig" {
				t.Errorf("%v, %v", f, err)
			}
		})
	}
}

// TestNewFormHasDefaultAppearance: PDFium draws free-text annotations without an
// appearance by the form's, or by one of its own where there is no form.
func TestNewFormHasDefaultAppearance(t *testing.T) {
	_, file := signPlain(t, page().bytes())
	catalog, err := file.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	d, err := file.Dict(catalog["AcroForm"])
	if err != nil || d["DA"] != pdf.String("/Helv 12 Tf 0 g") || d["DR"] == nil || d["NeedAppearances"] != nil {
		t.Errorf("%v, %v", d, err)
	}
}

// TestKeepsTheRest: structure tree, metadata and all else that the catalog
// leads to stay as they are.
func TestKeepsTheRest(t *testing.T) {
	const rest = "/StructTreeRoot 10 0 R/MarkInfo<</Marked true>>/Lang(hu)/Metadata 11 0 R/OutputIntents[<</S/GTS_PDFA1>>]/Names<</Dests<</Names[]>>>>/ViewerPreferences<</DisplayDocTitle true>>/Private<</Key[1 2.50 /A#20B]>>"
	in := page().with(5, "<</Type/Catalog/Pages 2 0 R"+rest+">>").
		with(10, "<</Type/StructTreeRoot/K[]>>").
		with(11, "<</Type/Metadata/Subtype/XML/Length 12>>stream\n<not><xml at\nendstream") // unreadable, and none of our business
	data := in.bytes()
	before := opened(t, data)
	increment, file := signPlain(t, data)
	after, err := file.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range before {
		if !reflect.DeepEqual(value, after[key]) {
			t.Errorf("/%s was %v, is %v", key, value, after[key])
		}
	}
	if len(after) != len(before)+2 || after["AcroForm"] == nil || after["Extensions"] == nil {
		t.Errorf("%v", after)
	}
	for _, untouched := range []string{"\n10 0 obj", "\n11 0 obj", "\n2 0 obj", "\n4 0 obj"} {
		if strings.Contains(increment, untouched) {
			t.Errorf("%q was written again", untouched)
		}
	}
}

func opened(t *testing.T, data []byte) pdf.Dict {
	t.Helper()
	file, err := pdf.Open(strings.NewReader(string(data)), int64(len(data)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := file.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

// TestStrayHash: a # in a name that begins no escape is written back as it
// was, since page content spells it so too.
func TestStrayHash(t *testing.T) {
	in := page().with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F#1 6 0 R/A#B#20C 6 0 R/Z#00 6 0 R>>>>>>")
	increment, _ := signPlain(t, in.bytes())
	has(t, object(t, increment, 3), "/F#1 6 0 R", "/A#B#20C 6 0 R", "/Z#00 6 0 R", "/Annots [")
}

// TestOddButReadable: what signing does not need may be broken.
func TestOddButReadable(t *testing.T) {
	late := page()
	late.head = "HTTP/1.1 200 OK\r\n\r\n"
	for name, in := range map[string]handmade{
		"header after other bytes": late,
		"undecodable content":      page().with(4, "<</Filter/FlateDecode/Length 9>>stream\nnot zlib!\nendstream"),
		"content cut off":          page().with(4, "<</Length 4000>>stream\nBT ET\nendstream"),
		"unknown filter":           page().with(4, "<</Filter/Private/Length 5>>stream\nBT ET\nendstream"),
		"content missing":          page().with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 99 0 R>>"),
		"form is a number":         page().with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm 12>>"),
		"form is missing":          page().with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm 99 0 R>>"),
		"fields are no array":      page().with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields<</A 1>>>>>>"),
		"fields are missing":       page().with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 99 0 R/XFA 4 0 R>>>>"),
		"field is null":            formed().with(7, "<</Fields[null 8 0 R 99 0 R]>>"),
		"annotations no array":     page().with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots 12>>"),
		"page tree with holes":     page().with(2, "<</Type/Pages/Kids[null 99 0 R 3 0 R]/Count 77>>"),
		"page without type":        page().with(3, "<</Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>"),
		"page in the tree itself":  page().with(2, "<</Type/Pages/Kids[<</Type/Page/MediaBox[0 0 200 200]/Contents 4 0 R>>]/Count 1>>"),
		"no types at all":          page().with(5, "<</Pages 2 0 R>>").with(2, "<</Kids[3 0 R]>>"),
		"word without a value":     page().with(5, "<</Type/Catalog/Pages 2 0 R/Odd>>"),
		"value without a key":      page().with(5, "<</Type/Catalog 17 (x)/Pages 2 0 R>>"),
		"bracket not closed":       page().with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200/Contents 4 0 R>>"),
	} {
		t.Run(name, func(t *testing.T) { signPlain(t, in.bytes()) })
	}
}

// TestDamagedThenSigned: a file whose cross-reference data are of no use is
// signed with a whole new table, so that what comes out needs no repair; under
// a signature nothing is repaired.
func TestDamagedThenSigned(t *testing.T) {
	wrong := func(h handmade) handmade {
		h.start = func(int) int { return 12 }
		return h
	}
	cut := page().bytes()
	cut = cut[:strings.Index(string(cut), "xref\n0")]
	direct := page()
	direct.trailer = "/Root<</Type/Catalog/Pages 2 0 R>>"
	delete(direct.objects, 5)
	for name, in := range map[string][]byte{
		"startxref leads astray": wrong(page()).bytes(), "no cross-reference data": append(cut, "trailer<</Root 5 0 R>>"...),
		"no trailer either": cut, "catalog in the trailer": direct.bytes(),
		"breaks off in an object": append(append([]byte{}, cut...), "7 0 obj\n<</Length 90>>stream\nto be continu"...),
	} {
		t.Run(name, func(t *testing.T) {
			increment, _ := signPlain(t, in)
			if strings.Contains(increment, "/Prev") || !strings.Contains(increment, "\nxref\n0 ") {
				t.Errorf("not a whole table: %s", increment)
			}
			has(t, increment, "/Root ")
		})
	}
	b := setup(t, "p-256")
	signed, _ := sign(t, b, page().bytes(), b.options())
	spoilt := strings.Replace(string(signed), "startxref\n", "startxref\n1", -1)
	_, err := pades.Prepare(t.Context(), strings.NewReader(spoilt), int64(len(spoilt)), b.options())
	if !errors.Is(err, pades.ErrNotAllowed) {
		t.Errorf("a damaged file with a signature: %v", err)
	}
}
