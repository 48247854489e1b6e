package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestMissingFromObjectStream: an object that the stream does not hold in which
// the cross-reference data place it is missing, wherever else it stands.
func TestMissingFromObjectStream(t *testing.T) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%%PDF-1.5\n6 0 obj\n(hidden)\nendobj\n")
	pages := b.Len()
	fmt.Fprintf(&b, "2 0 obj\n%s\nendobj\n3 0 obj\n%s\nendobj\n", shapePages, shapePage)
	page := strings.Index(b.String(), "3 0 obj")
	stm := b.Len()
	head := "1 0 "
	fmt.Fprintf(&b, "4 0 obj\n%s\nendobj\n", streamObj(Dict{"Type": Name("ObjStm"), "N": Integer(1), "First": Integer(len(head))}, []byte(head+shapeCatalog)))
	at := b.Len()
	d, data := xrefStreamData([]entry{{gen: 65535}, {num: 1, kind: entryCompressed, off: 4}, {num: 2, kind: entryPlain, off: int64(pages)},
		{num: 3, kind: entryPlain, off: int64(page)}, {num: 4, kind: entryPlain, off: int64(stm)}, {num: 6, kind: entryCompressed, off: 4, gen: 1}})
	d["Root"], d["Size"] = Ref{Num: 1}, Integer(8)
	fmt.Fprintf(&b, "7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", streamObj(d, data), at)
	for _, strict := range []bool{false, true} {
		f, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), Options{Strict: strict})
		if err != nil {
			t.Fatal(err)
		}
		o, err := f.Get(Ref{Num: 6})
		if (err != nil) != strict || !strict && !IsNull(o) || f.Repaired() {
			t.Errorf("strict %v: %v, %v, repaired %v", strict, o, err, f.Repaired())
		}
	}
}

// TestOldXRefStreamTakesNoNumber: while a file is rebuilt, a cross-reference
// stream does not hide an object of the same number.
func TestOldXRefStreamTakesNoNumber(t *testing.T) {
	in := fmt.Sprintf("%%PDF-1.5\n1 0 obj\n%s\nendobj\n2 0 obj\n%s\nendobj\n3 0 obj\n%s\nendobj\n", shapeCatalog, shapePages, shapePage) +
		"3 1 obj\n<</Type/XRef/Root 1 0 R/W[1 2 1]/Size 3/Length 4>>stream\n\x01\x02\x03\x04\nendstream\nendobj\n9 0 obj\n<</Type/XRef/W[1 1 1]/Length 1>>stream\nx\nendstream\nendobj\n"
	f, err := Open(strings.NewReader(in), int64(len(in)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.PageCount(); n != 1 || err != nil || !f.Repaired() {
		t.Errorf("%d pages, %v", n, err)
	}
	if ref := NewUpdate(f).Alloc(); ref.Num != 10 {
		t.Errorf("new object %d", ref.Num)
	}
}

// TestBreaksOff: an object that a damaged file breaks off in is written again
// with what there is of it, or left out; what is appended does not become part
// of it.
func TestBreaksOff(t *testing.T) {
	whole := string(plainShape())
	body := whole[:strings.Index(whole, "xref")]
	for name, c := range map[string]struct{ end, want string }{
		"in a stream":     {"7 0 obj\n<</Length 90>>stream\nto be continu", "to be continu"},
		"in a dictionary": {"7 0 obj\n<</A (x", ""},
		"after an object": {"7 0 obj\n<</Length 3>>stream\nabc\nendstream\nendobj\n", "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			in := body + c.end
			f, err := Open(strings.NewReader(in), int64(len(in)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			out := in + string(increment(t, f))
			g, err := Open(strings.NewReader(out), int64(len(out)), Options{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			o, err := g.Get(Ref{Num: 7})
			if err != nil {
				t.Fatal(err)
			}
			s, ok := o.(*Stream)
			if ok != (c.want != "") {
				t.Fatalf("%T", o)
			}
			if !ok {
				return
			}
			if data, err := g.Decode(s); string(data) != c.want || err != nil {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
}

func increment(t *testing.T, f *File) []byte {
	t.Helper()
	u := NewUpdate(f)
	cat, err := u.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	ref := u.Alloc()
	stm := u.Alloc()
	u.Put(ref, Dict{"Text": String("added"), "Data": stm})
	cat["Consigil"] = ref
	u.Put(f.CatalogRef(), cat)
	u.PutStream(stm, Dict{}, []byte("some data"))
	var out bytes.Buffer
	if _, err := u.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
