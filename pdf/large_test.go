package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
)

// largeFile is a file with one stream of n bytes, which are not in memory.
type largeFile struct {
	head, tail []byte
	n          int64
}

func newLargeFile(n int64, style XRefStyle) *largeFile {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	offsets := []int{b.Len()}
	b.WriteString("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
	offsets = append(offsets, b.Len())
	b.WriteString("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n")
	offsets = append(offsets, b.Len())
	b.WriteString("3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n")
	offsets = append(offsets, b.Len())
	fmt.Fprintf(&b, "4 0 obj<</Length %d>>stream\n", n)
	f := &largeFile{head: b.Bytes(), n: n}
	var t bytes.Buffer
	t.WriteString("\nendstream endobj\n")
	at := int64(len(f.head)) + n + int64(t.Len())
	if style == XRefStream {
		rows := make([]byte, 11) // object 0
		for _, off := range append(offsets, int(at)) {
			rows = binary.BigEndian.AppendUint64(append(rows, 1), uint64(off))
			rows = append(rows, 0, 0)
		}
		fmt.Fprintf(&t, "5 0 obj<</Type/XRef/Root 1 0 R/Size 6/W[1 8 2]/Length %d>>stream\n%s\nendstream endobj\nstartxref\n%d\n%%%%EOF\n", len(rows), rows, at)
		f.tail = t.Bytes()
		return f
	}
	t.WriteString("xref\n0 5\n0000000000 65535 f \n")
	for _, off := range offsets {
		fmt.Fprintf(&t, "%010d 00000 n \n", off)
	}
	fmt.Fprintf(&t, "trailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n", at)
	f.tail = t.Bytes()
	return f
}

func (f *largeFile) size() int64 { return int64(len(f.head)) + f.n + int64(len(f.tail)) }

func (f *largeFile) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		switch at := off + int64(i); {
		case at < int64(len(f.head)):
			p[i] = f.head[at]
		case at < int64(len(f.head))+f.n:
			p[i] = 0
		case at < f.size():
			p[i] = f.tail[at-int64(len(f.head))-f.n]
		default:
			return i, io.EOF
		}
	}
	return len(p), nil
}

// TestMemoryIndependentOfSize updates a file of five gigabytes: nothing of it
// may be held in memory, and offsets beyond 32 bits must come out right.
func TestMemoryIndependentOfSize(t *testing.T) {
	for name, c := range map[string]struct {
		size  int64
		style XRefStyle
	}{"5 GB table": {5 << 30, XRefTable}, "5 GB stream": {5 << 30, XRefStream}, "9.9 GB table": {9_999_000_000, XRefTable}, "5 TB stream": {5 << 40, XRefStream}} {
		t.Run(name, func(t *testing.T) { updateLarge(t, newLargeFile(c.size, c.style)) })
	}
}

func updateLarge(t *testing.T, src *largeFile) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := Open(src, src.size(), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	u := NewUpdate(f)
	cat, err := u.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	mark := &Fixed{Text: []byte("<00>")}
	cat["Mark"] = mark
	u.Put(f.CatalogRef(), cat)
	var out bytes.Buffer
	if _, err := u.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 4*mib {
		t.Errorf("%d bytes allocated", spent)
	}
	if at := mark.Offset - src.size(); string(out.Bytes()[at:at+4]) != "<00>" {
		t.Error("offset of fixed text is wrong")
	}
	if n := len(f.Revisions()); n != 1 || f.Revisions()[0].End != src.size() {
		t.Errorf("revisions %v", f.Revisions())
	}
}

// TestTooLongForTable refuses what a table cannot say.
func TestTooLongForTable(t *testing.T) {
	src := newLargeFile(10_000_000_000, XRefTable)
	f, err := Open(src, src.size(), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	u := NewUpdate(f)
	u.Put(u.Alloc(), Dict{"A": String("b")})
	if _, err := u.WriteTo(io.Discard); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

// TestLeftovers puts into a classic trailer what belongs to a cross-reference
// stream, and startxref a little before the table: none of it may be carried on.
func TestLeftovers(t *testing.T) {
	src := newLargeFile(10, XRefTable)
	data, err := io.ReadAll(io.NewSectionReader(src, 0, src.size()))
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte("trailer<<"), []byte("trailer<</Type/XRef/W[1 2 1]/Index[0 5]/Length 9/Filter/FlateDecode/DecodeParms<<>>"), 1)
	at := bytes.Index(data, []byte("xref"))
	data = bytes.Replace(data, fmt.Appendf(nil, "startxref\n%d", at), fmt.Appendf(nil, "startxref\n%d", at-1), 1)
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := NewUpdate(f)
	u.Put(u.Alloc(), Dict{"A": String("b")})
	var out bytes.Buffer
	if _, err := u.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"/XRef", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"} {
		if bytes.Contains(out.Bytes(), []byte(word)) {
			t.Errorf("%s was carried on: %s", word, out.Bytes())
		}
	}
	if !bytes.Contains(out.Bytes(), fmt.Appendf(nil, "/Prev %d", at)) {
		t.Errorf("/Prev does not lead to byte %d: %s", at, out.Bytes())
	}
}

func BenchmarkOpen(b *testing.B) {
	data := built(b)
	for b.Loop() {
		if _, err := Open(bytes.NewReader(data), int64(len(data)), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonicalize(b *testing.B) {
	data := built(b)
	for b.Loop() {
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Canonicalize(f, io.Discard, CanonicalOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	data := built(b)
	for b.Loop() {
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			b.Fatal(err)
		}
		u := NewUpdate(f)
		u.Put(u.Alloc(), Dict{"A": String("b")})
		if _, err := u.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
