package pdf

import (
	"bytes"
	"testing"
	"time"
)

func built(t testing.TB) []byte {
	t.Helper()
	b := NewBuilder()
	b.SetDate(time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC))
	b.SetInfo("Title", Text("Tanúsítvány"))
	b.SetMetadata([]byte("<x/>"))
	font := b.Alloc()
	b.Put(font, Dict{"Type": Name("Font"), "Subtype": Name("Type1"), "BaseFont": Name("Helvetica")})
	res := Dict{"Font": Dict{"F1": font}}
	b.AddPage(595, 842, res, []byte("BT /F1 12 Tf 72 700 Td (Hello) Tj ET"))
	b.AddPage(842, 595.5, res, nil)
	b.Attach("facts.json", "application/json", "Data", "Facts", []byte(`{"a":1}`))
	b.Alloc() // never used: a gap
	last := b.Alloc()
	b.Put(last, Dict{"Gap": Boolean(true)})
	var out bytes.Buffer
	n, err := b.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatal(n, err)
	}
	return out.Bytes()
}

func TestBuilder(t *testing.T) {
	data := built(t)
	if !bytes.Equal(data, built(t)) {
		t.Error("two builds differ")
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Page(1)
	if err != nil || p.MediaBox != (Rect{0, 0, 842, 595.5}) {
		t.Fatal(p, err)
	}
	if n, err := f.PageCount(); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	cat, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := f.Dict(cat["AF"].(Array)[0])
	if err != nil {
		t.Fatal(err)
	}
	file, err := f.Resolve(spec["EF"].(Dict)["F"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Decode(file.(*Stream))
	if err != nil || string(got) != `{"a":1}` {
		t.Fatalf("%q %v", got, err)
	}
}
