package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"
)

// squeeze compresses n zero bytes once, and the result again, times in all.
func squeeze(n int64, times int) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	io.CopyN(w, zeros{}, n)
	w.Close()
	for i := 1; i < times; i++ {
		out = *bytes.NewBuffer(Compress(out.Bytes()))
	}
	return out.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// filters names Flate n times.
func flateTimes(n int) Array {
	var a Array
	for i := 0; i < n; i++ {
		a = append(a, Name("FlateDecode"))
	}
	return a
}

// rawFile puts objects and a hand-made closing together. XREF in tail is
// replaced by the position of the last object.
func rawFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	at := 0
	for i, o := range objects {
		at = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", at)
	return b.Bytes()
}

func streamObj(d Dict, data []byte) string {
	var b bytes.Buffer
	o := newObjectWriter(&b, 0)
	o.stream(d, bytes.NewReader(data), int64(len(data)))
	o.flush()
	return b.String()
}

// bombs are small files that ask for much work.
func bombs() map[string][]byte {
	const big = 1 << 26
	deep := squeeze(big, 3)
	xref := Dict{"Type": Name("XRef"), "Root": Ref{Num: 1}, "Size": Integer(big), "W": Array{Integer(1), Integer(1), Integer(0)}}
	withFilter := func(d Dict, n int) Dict {
		d = d.Clone()
		d["Filter"] = flateTimes(n)
		return d
	}
	cat := "<</Type/Catalog/Pages 2 0 R>>"
	pages := "<</Type/Pages/Kids[]/Count 0>>"
	out := map[string][]byte{
		"xref stream":          rawFile(cat, pages, streamObj(withFilter(xref, 3), deep)),
		"xref stream, shallow": rawFile(cat, pages, streamObj(withFilter(xref, 1), squeeze(1<<20, 1))),
		"nested arrays":        append([]byte("%PDF-1.7\n1 0 obj\n"), bytes.Repeat([]byte("["), 4000)...),
		"nested dictionaries":  append([]byte("%PDF-1.7\n1 0 obj\n"), bytes.Repeat([]byte("<</A"), 1000)...),
		"open strings":         append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj("), 100000)...),
		"open dictionaries":    append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj<<"), 100000)...),
		"many trailers":        append([]byte("%PDF-1.7\n1 0 obj"), bytes.Repeat([]byte("trailer("), 100000)...),
		"many xref words":      append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("startxref 9 "), 5000)...),
	}
	var many bytes.Buffer
	many.WriteString("%PDF-1.7\n")
	for i := 1; i < 40; i++ { // repaired file whose object streams all are bombs
		fmt.Fprintf(&many, "%d 0 obj\n%s\nendobj\n", i, streamObj(Dict{"Type": Name("ObjStm"), "N": Integer(1), "First": Integer(0), "Filter": flateTimes(3)}, deep))
	}
	out["object streams"] = many.Bytes()
	out["page tree"] = pageBomb()
	return out
}

// pageBomb is a page tree in which each node has the same child many times.
func pageBomb() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
	for i := 2; i < 40; i++ {
		fmt.Fprintf(&b, "%d 0 obj<</Type/Pages/Kids[%s]>>endobj\n", i, bytes.Repeat([]byte(fmt.Sprintf("%d 0 R ", i+1)), 20))
	}
	b.WriteString("40 0 obj<</Type/Page>>endobj trailer<</Root 1 0 R>>")
	return b.Bytes()
}

// TestBombs opens and rewrites each bomb: it must be refused or done quickly
// and in little memory. The bounds are loose, for slow machines; the figures
// are logged.
func TestBombs(t *testing.T) {
	for name, data := range bombs() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		err := exercise(data)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		spent := float64(after.TotalAlloc-before.TotalAlloc) / mib
		t.Logf("%-22s %7d bytes, %8v, %6.1f MB allocated in all: %v", name, len(data), took.Round(time.Microsecond*100), spent, err)
		if took > time.Minute || spent > 1024 {
			t.Errorf("%s costs too much", name)
		}
	}
}

// exercise does everything that an upload goes through.
func exercise(data []byte) error {
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
	if err != nil {
		return err
	}
	if _, err := f.PageCount(); err != nil {
		return err
	}
	f.Revisions()
	_, err = Canonicalize(f, io.Discard, CanonicalOptions{})
	return err
}
