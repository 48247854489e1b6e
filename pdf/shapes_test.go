package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const (
	shapeCatalog = "<</Type/Catalog/Pages 2 0 R>>"
	shapePages   = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	shapePage    = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
)

func plainShape() []byte { return table(shapeCatalog, shapePages, shapePage) }

// streamShape has its catalog and page tree in an object stream and a
// cross-reference stream, which lists itself or not.
func streamShape(listsItself bool) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	offPage := b.Len()
	fmt.Fprintf(&b, "3 0 obj\n%s\nendobj\n", shapePage)
	head := fmt.Sprintf("1 0 2 %d ", len(shapeCatalog)+1)
	offStm := b.Len()
	fmt.Fprintf(&b, "4 0 obj\n%s\nendobj\n", streamObj(Dict{"Type": Name("ObjStm"), "N": Integer(2),
		"First": Integer(len(head)), "Filter": Name("FlateDecode")}, Compress([]byte(head+shapeCatalog+" "+shapePages))))
	at := b.Len()
	entries := []entry{{gen: 65535}, {num: 1, kind: entryCompressed, off: 4}, {num: 2, kind: entryCompressed, off: 4, gen: 1},
		{num: 3, kind: entryPlain, off: int64(offPage)}, {num: 4, kind: entryPlain, off: int64(offStm)}}
	if listsItself {
		entries = append(entries, entry{num: 5, kind: entryPlain, off: int64(at)})
	}
	d, data := xrefStreamData(entries)
	d["Root"], d["Size"] = Ref{Num: 1}, Integer(len(entries))
	fmt.Fprintf(&b, "5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", streamObj(d, data), at)
	return b.Bytes()
}

// hybridShape names its page only in the stream beside the table.
func hybridShape() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var offs []int
	for i, o := range []string{shapeCatalog, shapePages, shapePage} {
		offs = append(offs, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	stm := b.Len()
	d, data := xrefStreamData([]entry{{num: 3, kind: entryPlain, off: int64(offs[2])}})
	d["Size"] = Integer(5)
	fmt.Fprintf(&b, "4 0 obj\n%s\nendobj\n", streamObj(d, data))
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 5\n0000000003 65535 f \n%010d 00000 n \n%010d 00000 n \n0000000000 00000 f \n%010d 00000 n \n", offs[0], offs[1], stm)
	fmt.Fprintf(&b, "trailer<</Root 1 0 R/Size 5/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n", stm, at)
	return b.Bytes()
}

// shape is a way to write a one-page file.
type shape struct {
	data   []byte
	style  XRefStyle
	broken bool // opens only with repair
}

func fileShapes() map[string]shape {
	plain := string(plainShape())
	moved := func(junk string) []byte { return []byte(junk + plain) }
	swap := func(old, new string) []byte { return []byte(strings.Replace(plain, old, new, 1)) }
	at := strings.Index(plain, "xref\n")
	return map[string]shape{
		"classic":                    {data: plainShape()},
		"xref stream":                {data: streamShape(true), style: XRefStream},
		"xref stream, not in itself": {data: streamShape(false), style: XRefStream},
		"hybrid":                     {data: hybridShape()},
		"size too small":             {data: swap("/Size 4", "/Size 2")},
		"size absurd":                {data: swap("/Size 4", "/Size 2147483647")},
		"bytes before the header":    {data: moved("junk\n")},
		"no header":                  {data: swap("%PDF-1.4\n", "%abcdef.\n")},
		"no line end at the end":     {data: []byte(strings.TrimSuffix(plain, "\n"))},
		"table starts with 1":        {data: swap("xref\n0 4", "xref\n1 4")},
		"carriage returns":           {data: []byte(strings.ReplaceAll(plain, "\n", "\r"))},
		"junk after the end":         {data: []byte(plain + "\n\njunk")},
		"startxref off by a lot":     {data: swap(fmt.Sprintf("startxref\n%d", at), "startxref\n9"), broken: true},
		"startxref missing":          {data: swap("startxref", "startxxxx"), broken: true},
		"table cut off":              {data: []byte(plain[:at+30]), broken: true},
		"no table, no trailer":       {data: []byte(plain[:at]), broken: true},
		"offsets wrong":              {data: []byte(strings.Replace(plain, "%PDF-1.4\n", "%PDF-1.4\n%%%%%%%\n", 1)), broken: true},
	}
}

func TestFileShapes(t *testing.T) {
	for name, s := range fileShapes() {
		t.Run(name, func(t *testing.T) { s.check(t) })
	}
}

func (s shape) check(t *testing.T) {
	_, err := Open(bytes.NewReader(s.data), int64(len(s.data)), Options{Strict: true})
	if (err != nil) != s.broken {
		t.Fatalf("strict: %v", err)
	}
	f, err := Open(bytes.NewReader(s.data), int64(len(s.data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Page(0)
	if err != nil || p.MediaBox.URX != 200 {
		t.Fatalf("page %v, %v", p, err)
	}
	if f.Repaired() != s.broken || f.XRefStyle() != s.style {
		t.Errorf("repaired %v, style %v", f.Repaired(), f.XRefStyle())
	}
	u := NewUpdate(f)
	ref := u.Alloc()
	if ref.Num <= 3 || ref.Num > 10 {
		t.Errorf("new object is number %d", ref.Num)
	}
	mark := &Fixed{Text: []byte("(fixed)")}
	u.Put(ref, Dict{"Mark": mark})
	var out bytes.Buffer
	out.Write(s.data)
	if _, err := u.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes()[mark.Offset:], mark.Text) {
		t.Error("fixed text is not where Offset says")
	}
	s.reopen(t, out.Bytes(), ref, len(f.Revisions()))
}

// reopen reads the file with its increment: strictly now, even where the
// original needed repair.
func (s shape) reopen(t *testing.T, data []byte, ref Ref, revisions int) {
	g, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	o, err := g.Get(ref)
	if d, ok := o.(Dict); err != nil || !ok || d["Mark"] != String("fixed") {
		t.Errorf("added object reads as %v, %v", o, err)
	}
	if n, err := g.PageCount(); n != 1 || err != nil {
		t.Errorf("%d pages, %v", n, err)
	}
	revs := g.Revisions()
	if len(revs) != revisions+1 || revs[len(revs)-1].End != int64(len(data)) {
		t.Errorf("revisions %v after %d", revs, revisions)
	}
	if _, ok := g.Trailer()["Type"]; ok && g.XRefStyle() == XRefTable {
		t.Error("/Type in a classic trailer")
	}
}

func TestSectionsInALoop(t *testing.T) {
	plain := string(plainShape())
	at := strings.Index(plain, "xref\n")
	data := []byte(strings.Replace(plain, "/Size 4", fmt.Sprintf("/Size 4/Prev %d", at), 1))
	if _, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true}); err == nil {
		t.Error("a loop was not noticed")
	}
}

func TestLongChain(t *testing.T) {
	data := plainShape()
	for i := 0; i < 300; i++ {
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		u := NewUpdate(f)
		u.Put(u.Alloc(), Integer(i))
		var out bytes.Buffer
		if _, err := u.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		data = append(data, out.Bytes()...)
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
	if err != nil || len(f.Revisions()) != 301 {
		t.Fatal(len(f.Revisions()), err)
	}
	_, err = Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true, Limits: Limits{Sections: 100}})
	if _, ok := err.(*LimitError); !ok {
		t.Errorf("limit of sections: %v", err)
	}
}
