//go:build interop

package draw_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// page collects objects and writes them as a plain file with one page that
// shows every form below the other.
type page struct {
	objects [][]byte
}

func (p *page) Alloc() pdf.Ref {
	p.objects = append(p.objects, nil)
	return pdf.Ref{Num: len(p.objects)}
}

func (p *page) Put(ref pdf.Ref, o pdf.Object) { p.objects[ref.Num-1] = spell(o) }

func (p *page) PutStream(ref pdf.Ref, dict pdf.Dict, data []byte) {
	dict = dict.Clone()
	dict["Length"] = pdf.Integer(len(data))
	p.objects[ref.Num-1] = fmt.Appendf(spell(dict), "\nstream\n%s\nendstream", data)
}

// spell writes the objects that this package makes.
func spell(o pdf.Object) []byte {
	switch v := o.(type) {
	case pdf.Name:
		return []byte("/" + string(v))
	case pdf.String:
		return fmt.Appendf(nil, "<%x>", string(v))
	case pdf.Array:
		var parts []string
		for _, e := range v {
			parts = append(parts, string(spell(e)))
		}
		return []byte("[" + strings.Join(parts, " ") + "]")
	case pdf.Dict:
		var b bytes.Buffer
		for k, e := range v {
			fmt.Fprintf(&b, "/%s %s ", k, spell(e))
		}
		return []byte("<<" + b.String() + ">>")
	}
	return fmt.Append(nil, o)
}

// file lays the forms out and gives the whole PDF.
func (p *page) file(forms []*draw.Form, refs []pdf.Ref) []byte {
	var content bytes.Buffer
	xobjects := pdf.Dict{}
	y := 800.0
	for i, f := range forms {
		y -= f.Height + 6
		fmt.Fprintf(&content, "q 1 0 0 1 40 %.2f cm 0.8 G 0 0 %.2f %.2f re S /X%d Do Q\n", y, f.Width, f.Height, i)
		xobjects[pdf.Name(fmt.Sprintf("X%d", i))] = refs[i]
	}
	contents, pageRef, pages, root := p.Alloc(), p.Alloc(), p.Alloc(), p.Alloc()
	p.PutStream(contents, pdf.Dict{}, content.Bytes())
	p.Put(pageRef, pdf.Dict{"Type": pdf.Name("Page"), "Parent": pages, "Contents": contents,
		"MediaBox":  pdf.Rect{URX: 595, URY: 842}.Array(),
		"Resources": pdf.Dict{"XObject": xobjects}})
	p.Put(pages, pdf.Dict{"Type": pdf.Name("Pages"), "Kids": pdf.Array{pageRef}, "Count": pdf.Integer(1)})
	p.Put(root, pdf.Dict{"Type": pdf.Name("Catalog"), "Pages": pages})

	out := bytes.NewBufferString("%PDF-1.7\n")
	var offsets []int
	for i, o := range p.objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(p.objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(out, "trailer\n<</Size %d /Root %s>>\nstartxref\n%d\n%%%%EOF\n", len(p.objects)+1, root, start)
	return out.Bytes()
}

// texts are drawn and must come back from independent readers.
var texts = []string{
	"Árvíztűrő tükörfúrógép",
	"official final fjord AVATAR",
	"Съешь ещё этих мягких булок",
	"Ξεσκεπάζω τὴν ψυχοφθόρα",
	"श्री क्षत्रिय ऋषि हिन्दी",
	"السلام عليكم لا إله",
	"中华人民共和国合同",
	"署名をお願いします",
	"계약서에 서명해",
	"Mixed 合同 договор",
}

func TestReadersGetTheTextBack(t *testing.T) {
	fs := testFonts(t)
	var forms []*draw.Form
	for _, text := range texts {
		f, err := draw.TextAppearance(fs, text, 500, 24, draw.Style{})
		if err != nil {
			t.Fatal(text, err)
		}
		forms = append(forms, f)
	}
	p := &page{}
	refs, err := draw.Store(p, forms...)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "texts.pdf")
	if err := os.WriteFile(file, p.file(forms, refs), 0o600); err != nil {
		t.Fatal(err)
	}
	keep(t, file)
	run(t, "qpdf", "--check", file)
	for _, reader := range [][]string{{"pdftotext", "-enc", "UTF-8", file, "-"}, {"mutool", "draw", "-q", "-F", "text", file}} {
		got := plain(run(t, reader[0], reader[1:]...))
		for _, text := range texts {
			if reader[0] == "mutool" && strings.HasPrefix(text, "ال") {
				continue // prints Arabic in the order in which it is seen
			}
			if !strings.Contains(got, plain(text)) {
				t.Errorf("%s: %q not in\n%s", reader[0], text, got)
			}
		}
	}
}

// plain drops marks of direction, which some readers add.
func plain(s string) string {
	return strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\u200e", "", "\u200f", "", "\u200b", "").Replace(s)
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Errorf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// keep copies a file to the folder that CONSIGIL_KEEP names, to be looked at.
func keep(t *testing.T, file string) {
	dir := os.Getenv("CONSIGIL_KEEP")
	if dir == "" {
		return
	}
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, filepath.Base(file)), data, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestSignaturesAreDrawn(t *testing.T) {
	fs := testFonts(t)
	var forms []*draw.Form
	add := func(f *draw.Form, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, f)
	}
	add(draw.SignatureTyped(fs, "Őry Ágnes", "", 200, 50))
	add(draw.SignatureTyped(fs, "Muhammad ibn Musa al-Khwarizmi", "Signed 2026-11-22 18:30 UTC", 200, 50))
	add(draw.SignatureTyped(fs, "محمد بن موسى", "", 120, 40))
	add(draw.SignatureStrokes(scribble(), 200, 50))
	add(draw.SignatureImage(inkPNG(t), 200, 50))
	add(draw.Checkbox(true, 14, 14))
	add(draw.Checkbox(false, 30, 14))
	style := draw.Style{Multiline: true}
	add(draw.TextAppearance(fs, "The quick brown fox jumps over the lazy dog, again and again, until the box is full.\nA second paragraph.", 200, 60, style))
	add(draw.TextAppearance(fs, "تجربة نص طويل يلتف على عدة أسطر داخل المربع with English inside 123", 200, 60, style))
	add(draw.TextAppearance(fs, "A single line that is much too long for its box and so becomes smaller", 200, 14, draw.Style{}))
	add(draw.TextAppearance(fs, "centred", 200, 14, draw.Style{Align: draw.AlignCenter}))
	add(draw.TextAppearance(fs, "right, red, 8 pt", 200, 14, draw.Style{Align: draw.AlignRight, Size: 8, Color: draw.Color{R: 0.8}}))
	p := &page{}
	refs, err := draw.Store(p, forms...)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "signatures.pdf")
	if err := os.WriteFile(file, p.file(forms, refs), 0o600); err != nil {
		t.Fatal(err)
	}
	keep(t, file)
	run(t, "qpdf", "--check", file)
	run(t, "mutool", "draw", "-q", "-F", "png", "-o", os.DevNull, file)
}
