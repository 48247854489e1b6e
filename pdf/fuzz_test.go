package pdf

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
)

// seeds are small files of every shape: made here, and from the corpora where
// they are at hand.
func seeds(f *testing.F) [][]byte {
	out := [][]byte{built(f)}
	for _, c := range canonCases() {
		out = append(out, c.data)
	}
	for _, path := range corpusFiles(f) {
		info, err := os.Stat(path)
		if err != nil || info.Size() > 3000 {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

// FuzzOpen reads, rewrites and updates whatever it is given. What was written
// must open again without repair and show the same pages.
func FuzzOpen(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		strict, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
		if err == nil && strict.Repaired() {
			t.Error("strict reading repaired")
		}
		p, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			return
		}
		pages, err := p.PageCount()
		if err != nil {
			return
		}
		for _, r := range p.Revisions() {
			if r.End <= 0 || r.End > p.Size() {
				t.Errorf("revision ends at %d", r.End)
			}
		}
		fuzzUpdate(t, p, data, pages)
		fuzzCanonical(t, p)
	})
}

func fuzzUpdate(t *testing.T, p *File, data []byte, pages int) {
	u := NewUpdate(p)
	cat, err := u.Catalog()
	if err != nil {
		return
	}
	u.Put(p.CatalogRef(), cat)
	u.Put(u.Alloc(), Dict{"A": String("b")})
	var out bytes.Buffer
	if _, err := u.WriteTo(&out); err != nil {
		return
	}
	whole := append(bytes.Clone(data), out.Bytes()...)
	g, err := Open(bytes.NewReader(whole), int64(len(whole)), Options{})
	if err != nil {
		var limit *LimitError
		// What is appended to a cut-off file can end up inside its last object.
		if !p.Repaired() && !errors.As(err, &limit) && !errors.Is(err, ErrPassword) {
			t.Errorf("updated file does not open: %v", err)
		}
		return
	}
	if n, err := g.PageCount(); err == nil && n != pages && !p.Repaired() && !g.Repaired() {
		t.Errorf("%d pages became %d", pages, n)
	}
}

func fuzzCanonical(t *testing.T, p *File) {
	var out bytes.Buffer
	report, err := Canonicalize(p, &out, CanonicalOptions{})
	if err != nil {
		return
	}
	checkCanonical(t, "fuzz", out.Bytes(), report)
}

// FuzzFilters undoes filters over whatever it is given.
func FuzzFilters(f *testing.F) {
	f.Add(Compress([]byte("some text, some text")), uint8(0))
	f.Add([]byte("\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01"), uint8(1))
	f.Add([]byte("48656C6C6F>"), uint8(2))
	f.Add([]byte("<~87cURD]i,\"Ebo7~>"), uint8(3))
	f.Add([]byte("\x02abc\xFEd\x80"), uint8(4))
	names := []Name{"FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode"}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		file := &File{lim: Limits{}.withDefaults(int64(len(data)))}
		d := Dict{"Filter": names[int(kind)%len(names)], "DecodeParms": Dict{
			"Predictor": Integer(1 + kind%16), "Colors": Integer(1 + kind%4), "Columns": Integer(kind),
		}}
		out, _ := file.Decode(NewStream(d, data)) // damaged data are no failure
		if int64(len(out)) > file.lim.StreamBytes {
			t.Errorf("%d bytes decoded", len(out))
		}
	})
}

// FuzzObject writes what it read and reads it again: nothing may change.
func FuzzObject(f *testing.F) {
	for _, s := range []string{
		"<</A 1/B[1 2 R 3 0 R]/C(a\\(b\\)\\053)/D<4a4B5>/E#20 null/F true>>", "[+5 .50 612.0 -0 1. 1e5 --3]",
		"(\r\n\\\r\nx\\8)", "/F#1", "/#23a", "/#0#61", "/##000a", "<</A 0 0 R/B null>>", "/#23#000a", "/#", "<<<</A 1>>", "[[[[", "9 0 R", "007 0 R", "% c\n5",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &lexer{buf: data, whole: true, depth: 50}
		o, err := l.object()
		if err != nil {
			return
		}
		if _, ok := o.(keyword); ok {
			return
		}
		first := written(t, o)
		l = &lexer{buf: first, whole: true, depth: 50}
		again, err := l.object()
		if err != nil || l.odd > 0 {
			t.Fatalf("%q reads with %v, %d oddities", first, err, l.odd)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Fatalf("%q became %q", first, second)
		}
	})
}

func written(t testing.TB, o Object) []byte {
	t.Helper()
	var b bytes.Buffer
	w := newObjectWriter(io.Writer(&b), 0)
	w.object(o)
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
