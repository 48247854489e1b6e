package pdf

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// TestManyObjects rewrites a file of twenty thousand small objects, as
// large tagged documents have them, in both styles.
func TestManyObjects(t *testing.T) {
	const n = 20_000
	b := NewBuilder()
	b.AddPage(100, 100, Dict{}, nil)
	var kids Array
	for i := 0; i < n; i++ {
		ref := b.Alloc()
		b.Put(ref, Dict{"S": Name("P"), "K": Integer(i), "T": String(fmt.Sprintf("paragraph %d of a long text", i))})
		kids = append(kids, ref)
	}
	b.SetCatalog("StructTreeRoot", Dict{"K": kids})
	var plain bytes.Buffer
	if _, err := b.WriteTo(&plain); err != nil {
		t.Fatal(err)
	}
	packed := rewriteMany(t, plain.Bytes(), n)
	f, err := Open(bytes.NewReader(packed), int64(len(packed)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.sections[0].style = XRefStream // have it packed this time
	var out bytes.Buffer
	if _, err := Canonicalize(f, &out, CanonicalOptions{}); err != nil {
		t.Fatal(err)
	}
	if out.Len() > plain.Len()/2 {
		t.Errorf("packed file has %d bytes, plain %d", out.Len(), plain.Len())
	}
	rewriteMany(t, out.Bytes(), n)
}

func rewriteMany(t *testing.T, data []byte, n int) []byte {
	t.Helper()
	start := time.Now()
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := Canonicalize(f, &out, CanonicalOptions{}); err != nil {
		t.Fatal(err)
	}
	g, err := Open(bytes.NewReader(out.Bytes()), int64(out.Len()), Options{Strict: true})
	if err != nil || g.MaxObject() < n {
		t.Fatal(g.MaxObject(), err)
	}
	t.Logf("%d bytes rewritten in %v; %d MB lexed, %d MB decoded", len(data), time.Since(start), f.work/mib, f.decoded/mib)
	return out.Bytes()
}
