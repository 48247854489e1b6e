package form

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/pdf"
)

// FuzzForm reads forms and signatures of whatever it is given and adds a field
// of each kind: what is added must be found again.
func FuzzForm(f *testing.F) {
	for _, s := range shapes {
		f.Add(s)
	}
	f.Add(sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", pagesObj, pageObj,
		"<</T(a)/Kids[5 0 R]>>", "<</Parent 4 0 R/T(b)/FT/Sig/V 6 0 R/Subtype/Widget/Rect[0 0 1 1]>>",
		"<</Type/Sig/Filter/F/SubFilter/S/ByteRange[0 10 30 5]/Contents<00>>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
		if err != nil {
			return
		}
		if _, err := Signatures(p); err != nil {
			return
		}
		u := pdf.NewUpdate(p)
		if _, err := AddTextField(u, TextField{Root: "fuzz", PartialName: "text", Rect: pdf.Rect{URX: 9, URY: 9}}); err != nil {
			return
		}
		if _, err := AddSignatureField(u, SignatureField{Name: "fuzz.sig"}); err != nil {
			return
		}
		var out bytes.Buffer
		out.Write(data)
		if _, err := u.WriteTo(&out); err != nil {
			return
		}
		fuzzReopen(t, out.Bytes())
	})
}

func fuzzReopen(t *testing.T, data []byte) {
	p, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatalf("updated file does not open: %v", err)
	}
	form, err := Read(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fuzz.text", "fuzz.sig"} {
		if _, ok := form.Field(name); !ok {
			t.Errorf("%s is not found again; errors %v", name, form.Errors)
		}
	}
}
