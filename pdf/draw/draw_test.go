package draw_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// recorder keeps what is stored.
type recorder struct {
	objects []pdf.Object
	streams map[int][]byte
}

func (r *recorder) Alloc() pdf.Ref {
	r.objects = append(r.objects, nil)
	return pdf.Ref{Num: len(r.objects)}
}

func (r *recorder) Put(ref pdf.Ref, o pdf.Object) { r.objects[ref.Num-1] = o }

func (r *recorder) PutStream(ref pdf.Ref, dict pdf.Dict, data []byte) {
	if r.streams == nil {
		r.streams = map[int][]byte{}
	}
	r.objects[ref.Num-1] = dict
	r.streams[ref.Num] = data
}

// content unpacks a stream.
func (r *recorder) content(t testing.TB, ref pdf.Ref) string {
	t.Helper()
	if r.objects[ref.Num-1].(pdf.Dict)["Filter"] == nil {
		return string(r.streams[ref.Num])
	}
	z, err := zlib.NewReader(bytes.NewReader(r.streams[ref.Num]))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// count counts dictionaries of a type.
func (r *recorder) count(typ pdf.Name) int {
	n := 0
	for _, o := range r.objects {
		if d, ok := o.(pdf.Dict); ok && (d.Name("Type") == typ || d.Name("Subtype") == typ) {
			n++
		}
	}
	return n
}

func store(t testing.TB, forms ...*draw.Form) (*recorder, []pdf.Ref) {
	t.Helper()
	r := &recorder{}
	refs, err := draw.Store(r, forms...)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range r.objects {
		if o == nil {
			t.Fatalf("object %d was reserved and never set", i+1)
		}
	}
	return r, refs
}

func must(t testing.TB, f *draw.Form, err error) *draw.Form {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFormsShareFonts(t *testing.T) {
	fs := testFonts(t)
	var forms []*draw.Form
	for _, text := range []string{"one", "two", "three 合同", "empty", ""} {
		f, err := draw.TextAppearance(fs, text, 100, 20, draw.Style{})
		forms = append(forms, must(t, f, err))
	}
	r, refs := store(t, forms...)
	if n := r.count("Type0"); n != 2 {
		t.Errorf("%d fonts, want 2", n)
	}
	if len(refs) != 5 || r.count("Form") != 5 {
		t.Errorf("%d references", len(refs))
	}
	d := r.objects[refs[4].Num-1].(pdf.Dict)
	if res := d["Resources"].(pdf.Dict); len(res) != 0 {
		t.Errorf("the empty text needs %v", res)
	}
}

func TestStoringTwiceGivesTheSame(t *testing.T) {
	fs := testFonts(t)
	f, err := draw.TextAppearance(fs, "ÁÉ árvíz 合同 الله", 200, 20, draw.Style{})
	a, _ := store(t, must(t, f, err))
	b, _ := store(t, f)
	for n, data := range a.streams {
		if !bytes.Equal(data, b.streams[n]) {
			t.Errorf("stream %d differs", n)
		}
	}
}

func TestOneGlyphForTwoTexts(t *testing.T) {
	fs := testFonts(t)
	f, err := draw.TextAppearance(fs, "A\u00a0B C", 200, 20, draw.Style{})
	r, _ := store(t, must(t, f, err))
	var cmap string
	for n := range r.streams {
		if s := r.content(t, pdf.Ref{Num: n}); strings.Contains(s, "begincmap") {
			cmap = s
		}
	}
	if !strings.Contains(cmap, "<0020>") || !strings.Contains(cmap, "<00A0>") {
		t.Errorf("space and no-break space are not told apart:\n%s", cmap)
	}
}

func TestMissing(t *testing.T) {
	fs := testFonts(t)
	_, err := draw.TextAppearance(fs, "a\U0001F600b\u202E\U0001F600", 100, 20, draw.Style{})
	var missing *draw.MissingError
	if !errors.As(err, &missing) || !slices.Equal(missing.Runes, []rune{0x1F600, 0x202E}) {
		t.Fatalf("%v", err)
	}
	if s := missing.List(); s != "\U0001F600 (U+1F600), U+202E" {
		t.Error(s)
	}
	many := &draw.MissingError{Runes: []rune("abcdefgh")}
	if s := many.List(); !strings.HasSuffix(s, "and 3 more") {
		t.Error(s)
	}
	if err := fs.Check("line\r\nline\tjoin\u200d"); err != nil {
		t.Error(err)
	}
	if err := fs.Check("bad \xff"); err == nil {
		t.Error("damaged UTF-8 passes")
	}
}

func TestTextFitsOrIsRefused(t *testing.T) {
	fs := testFonts(t)
	long := strings.Repeat("word ", 40)
	cases := []struct {
		name  string
		text  string
		w, h  float64
		style draw.Style
		fits  bool
	}{
		{"plain", "word", 100, 20, draw.Style{}, true},
		{"shrunk to the width", strings.Repeat("x", 30), 100, 20, draw.Style{}, true},
		{"wrapped at the floor", long, 150, 60, draw.Style{}, true},
		{"too much", long, 150, 14, draw.Style{}, false},
		{"one long word", strings.Repeat("x", 300), 100, 14, draw.Style{}, false},
		{"long word is broken", strings.Repeat("x", 60), 60, 200, draw.Style{Multiline: true}, true},
		{"exact size too large", "word", 10, 20, draw.Style{Size: 12, MinSize: 12}, false},
		{"several lines", "a\nb\nc", 100, 60, draw.Style{Multiline: true}, true},
		{"too many lines", strings.Repeat("a\n", 40), 100, 60, draw.Style{Multiline: true}, false},
		{"low box", "word", 100, 5, draw.Style{}, true},
		{"no room beside the padding", "word", 3, 20, draw.Style{}, false},
	}
	for _, c := range cases {
		_, err := draw.TextAppearance(fs, c.text, c.w, c.h, c.style)
		var fit *draw.FitError
		if c.fits && err != nil || !c.fits && !errors.As(err, &fit) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestTextHeight(t *testing.T) {
	fs := testFonts(t)
	style := draw.Style{Size: 10, Multiline: true}
	one, err := fs.TextHeight("one line", 200, style)
	if err != nil || one != 13 {
		t.Errorf("%v %v", one, err)
	}
	three, err := fs.TextHeight("one\ntwo\nthree", 200, style)
	if err != nil || three != 39 {
		t.Errorf("%v %v", three, err)
	}
}

func TestInputRefused(t *testing.T) {
	fs := testFonts(t)
	many := make([]draw.Point, draw.MaxPoints+1)
	cases := []struct {
		name, code string
		err        error
	}{
		{"no box", "box", second(draw.TextAppearance(fs, "x", 0, 10, draw.Style{}))},
		{"box of nothing", "box", second(draw.Checkbox(true, math.NaN(), 10))},
		{"giant box", "box", second(draw.SignatureTyped(fs, "x", "", 1e9, 10))},
		{"too long", "text_length", second(draw.TextAppearance(fs, strings.Repeat("x", 4001), 100, 100, draw.Style{}))},
		{"no strokes", "no_strokes", second(draw.SignatureStrokes(nil, 10, 10))},
		{"empty strokes", "no_strokes", second(draw.SignatureStrokes([][]draw.Point{{}, {}}, 10, 10))},
		{"no number", "no_strokes", second(draw.SignatureStrokes([][]draw.Point{{{X: math.NaN()}}}, 10, 10))},
		{"too many points", "too_many_points", second(draw.SignatureStrokes([][]draw.Point{many}, 10, 10))},
		{"no image", "image_format", second(draw.SignatureImage(nil, 10, 10))},
		{"GIF", "image_format", second(draw.SignatureImage([]byte("GIF89a"), 10, 10))},
		{"cut PNG", "image_damaged", second(draw.SignatureImage(inkPNG(t)[:200], 10, 10))},
		{"cut JPEG", "image_damaged", second(draw.SignatureImage(inkJPEG(t)[:100], 10, 10))},
		{"many pixels", "image_size", second(draw.SignatureImage(giantPNG(), 10, 10))},
		{"many bytes", "image_size", second(draw.SignatureImage(make([]byte, draw.MaxImageBytes+1), 10, 10))},
	}
	for _, c := range cases {
		var input *draw.InputError
		if !errors.As(c.err, &input) || input.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, c.err, c.code)
		}
	}
}

func second(_ *draw.Form, err error) error { return err }

// giantPNG is a header that announces 60,000 by 60,000 pixels.
func giantPNG() []byte {
	chunk := []byte("IHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x06\x00\x00\x00")
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func TestImageKeepsTransparencyAndProportions(t *testing.T) {
	f, err := draw.SignatureImage(inkPNG(t), 200, 50)
	r, refs := store(t, must(t, f, err))
	if n := r.count("Image"); n != 2 {
		t.Errorf("%d images, want picture and mask", n)
	}
	if s := r.content(t, refs[0]); !strings.Contains(s, "150 0 0 50 25 0 cm") {
		t.Error(s)
	}
	f, err = draw.SignatureImage(inkJPEG(t), 200, 50)
	if r, _ = store(t, must(t, f, err)); r.count("Image") != 1 {
		t.Error("an opaque picture has a mask")
	}
}

func TestShrinkImage(t *testing.T) {
	small, err := draw.ShrinkImage(inkJPEG(t), 300, 300)
	if err != nil || !bytes.HasPrefix(small, []byte("\x89PNG")) {
		t.Fatal(err)
	}
	if _, err := draw.SignatureImage(small, 100, 100); err != nil {
		t.Error(err)
	}
}

func TestStrokesStayInside(t *testing.T) {
	for _, strokes := range [][][]draw.Point{scribble(), {{{X: 5, Y: 5}}}, {{{X: 0, Y: 0}, {X: 9e5, Y: 0}}}, {{{X: 0, Y: 0}, {X: 0, Y: 9e5}}}} {
		f, err := draw.SignatureStrokes(strokes, 120, 30)
		r, refs := store(t, must(t, f, err))
		if s := r.content(t, refs[0]); strings.Contains(s, "Inf") || strings.Contains(s, "NaN") || !strings.Contains(s, " l S") {
			t.Error(s)
		}
	}
}

func TestContentForPages(t *testing.T) {
	fs := testFonts(t)
	c := draw.NewCanvas(595, 842)
	c.Rect(10, 10, 100, 20, draw.Color{G: 0.5})
	c.Line(0, 0, 100, 100, 0.5, draw.Color{})
	if err := c.Text(fs, "Certificate", 40, 700, 300, 40, draw.Style{Size: 20}); err != nil {
		t.Fatal(err)
	}
	f, err := draw.SignatureImage(inkPNG(t), 100, 50)
	c.Place(must(t, f, err), 40, 600)
	r := &recorder{}
	pages, err := draw.Content(r, c.Form())
	if err != nil || len(pages) != 1 || !bytes.Contains(pages[0].Operators, []byte(" Do\n")) {
		t.Fatalf("%v %+v", err, pages)
	}
	if pages[0].Resources["Font"] == nil || pages[0].Resources["XObject"] == nil {
		t.Errorf("%v", pages[0].Resources)
	}
}

func TestDamagedFontIsAnError(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("no font at all, just words"), bytes.Repeat([]byte{0xff}, 4096)} {
		fs := draw.NewFontSet(draw.Font{Name: "Broken", Data: data})
		var input *draw.InputError
		if err := fs.Check("x"); !errors.As(err, &input) || input.Code != "font" {
			t.Errorf("%v", err)
		}
	}
	if _, err := draw.TextAppearance(draw.NewFontSet(), " ", 10, 10, draw.Style{}); err == nil {
		t.Error("text without fonts")
	}
}

// TestWrapNearTheEdge sets words whose one line is a hair wider than the box: they wrap at every width.
func TestWrapNearTheEdge(t *testing.T) {
	fs := testFonts(t)
	for _, text := range []string{"zwei Nachmittage im Monat", "AVAVA To Te WAVE Yo", "five words of one line"} {
		for w := 64.0; w < 200; w += 0.3 {
			_, wide := fs.TextHeight(text, w, draw.Style{Size: 10, Multiline: true, Padding: -1})
			_, wider := fs.TextHeight(text, w+60, draw.Style{Size: 10, Multiline: true, Padding: -1})
			if wide == nil && wider != nil {
				t.Fatalf("%q fits %.1f pt and not %.1f pt: %v", text, w, w+60, wider)
			}
		}
	}
}
