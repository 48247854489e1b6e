package intake

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/pdf"
)

// readPages makes a file of these contents and looks into it. The picture is /I, the form with text /T, the one with
// the picture /P.
func readPages(t *testing.T, catalog pdf.Dict, contents ...string) *Reading {
	t.Helper()
	b := pdf.NewBuilder()
	image, text, picture := b.Alloc(), b.Alloc(), b.Alloc()
	b.Put(image, pdf.NewStream(pdf.Dict{"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Image"), "Width": pdf.Integer(1), "Height": pdf.Integer(1),
		"BitsPerComponent": pdf.Integer(8), "ColorSpace": pdf.Name("DeviceGray")}, []byte{0}))
	form := func(ref pdf.Ref, content string, resources pdf.Dict) {
		d := pdf.Dict{"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"), "BBox": pdf.Array{pdf.Integer(0), pdf.Integer(0), pdf.Integer(9), pdf.Integer(9)}}
		if resources != nil {
			d["Resources"] = resources
		}
		b.Put(ref, pdf.NewStream(d, []byte(content)))
	}
	form(text, "BT (words) Tj ET", nil)
	form(picture, "/I Do /P Do", pdf.Dict{"XObject": pdf.Dict{"I": image, "P": picture}})
	for _, c := range contents {
		b.AddPage(100, 100, pdf.Dict{"XObject": pdf.Dict{"I": image, "T": text, "P": picture}}, []byte(c))
	}
	for key, value := range catalog {
		b.SetCatalog(key, value)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	got := readingOf(bytes.NewReader(out.Bytes()), 100)
	if got == nil {
		t.Fatal("the file was not looked into")
	}
	return got
}

func TestScannedPages(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		scanned bool
	}{
		"picture": {"q 100 0 0 100 0 0 cm /I Do Q", true}, "picture in a form": {"/P Do", true}, "text": {"BT /F 9 Tf (a) Tj ET", false},
		"both": {"/I Do BT [(a)] TJ ET", false}, "text in a form": {"/I Do /T Do", false}, "nothing": {"", false},
		"a picture in the page": {"BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 Tj\nEI\nq Q", true},
		"words in a string":     {"/I Do (Tj \\( ' \\)) pop", true}, "words in a comment": {"/I Do % Tj\n", true}, "words as a name": {"/I Do /Tj gs", true},
		"an unknown picture": {"/X Do", false}, "an open string": {"/I Do (", true},
	} {
		if got := readPages(t, nil, c.content).ScannedPages; (got == 1) != c.scanned {
			t.Errorf("%s: %d scanned pages", name, got)
		}
	}
	if got := readPages(t, nil, "/I Do", "BT (a) Tj ET", "/P Do"); got.ScannedPages != 2 || got.Tagged {
		t.Errorf("three pages: %+v", got)
	}
}

func TestTagged(t *testing.T) {
	marked := pdf.Dict{"Marked": pdf.Boolean(true)}
	tree := pdf.Dict{"Type": pdf.Name("StructTreeRoot"), "K": pdf.Array{}}
	for name, c := range map[string]struct {
		catalog pdf.Dict
		tagged  bool
	}{
		"both": {pdf.Dict{"MarkInfo": marked, "StructTreeRoot": tree}, true}, "no tree": {pdf.Dict{"MarkInfo": marked}, false},
		"not marked": {pdf.Dict{"StructTreeRoot": tree}, false}, "no children": {pdf.Dict{"MarkInfo": marked, "StructTreeRoot": pdf.Dict{}}, false},
	} {
		if got := readPages(t, c.catalog, "q Q").Tagged; got != c.tagged {
			t.Errorf("%s: tagged is %v", name, got)
		}
	}
}
