package validate_test

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/validate"
)

// withValue gives a new signature field of a file a value of any kind.
func withValue(t *testing.T, in []byte, value pdf.Object) []byte {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	ref, err := form.AddSignatureField(u, form.SignatureField{Name: "junk"})
	if err != nil {
		t.Fatal(err)
	}
	field, err := u.Get(ref)
	if err != nil {
		t.Fatal(err)
	}
	d := field.(pdf.Dict).Clone()
	d["V"] = u.Alloc()
	u.Put(d["V"].(pdf.Ref), value)
	u.Put(ref, d)
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestJunkDictionaries: whatever a signature field holds, it is a signature
// that failed, never none.
func TestJunkDictionaries(t *testing.T) {
	s := newScene(t)
	full := pdf.Dict{
		"Type": pdf.Name("Sig"), "Filter": pdf.Name("Adobe.PPKLite"), "SubFilter": pdf.Name("ETSI.CAdES.detached"),
		"ByteRange": pdf.Array{pdf.Integer(0), pdf.Integer(10), pdf.Integer(20), pdf.Integer(30)}, "Contents": pdf.String("0\x00"),
	}
	with := func(key pdf.Name, value pdf.Object) pdf.Dict {
		d := full.Clone()
		d[key] = value
		return d
	}
	numbers := func(list ...int64) pdf.Array {
		var a pdf.Array
		for _, n := range list {
			a = append(a, pdf.Integer(n))
		}
		return a
	}
	table := map[string]pdf.Object{
		"number":               pdf.Integer(7),
		"empty dictionary":     pdf.Dict{},
		"array":                pdf.Array{full},
		"as it is":             full,
		"contents empty":       with("Contents", pdf.String("")),
		"contents null":        with("Contents", pdf.Null{}),
		"contents a number":    with("Contents", pdf.Integer(1)),
		"range null":           with("ByteRange", pdf.Null{}),
		"range empty":          with("ByteRange", pdf.Array{}),
		"range of two":         with("ByteRange", numbers(0, 10)),
		"range of six":         with("ByteRange", numbers(0, 10, 20, 5, 30, 5)),
		"range negative":       with("ByteRange", numbers(0, 10, -20, 30)),
		"range overlapping":    with("ByteRange", numbers(0, 30, 10, 30)),
		"range huge":           with("ByteRange", numbers(0, 1<<62, 1<<62, 1<<62)),
		"range of reals":       with("ByteRange", pdf.Array{pdf.Real(0), pdf.Real(1.5), pdf.Real(2), pdf.Real(3)}),
		"range zero":           with("ByteRange", numbers(0, 0, 0, 0)),
		"subfilter missing":    with("SubFilter", pdf.Null{}),
		"filter missing":       with("Filter", pdf.Null{}),
		"document time stamp":  with("SubFilter", pdf.Name("ETSI.RFC3161")),
		"subfilter is a text":  with("SubFilter", pdf.String("ETSI.CAdES.detached")),
		"unknown kind":         with("SubFilter", pdf.Name("Made.up")),
		"contents over limits": with("Contents", pdf.String(bytes.Repeat([]byte{0x30, 0x80}, 4000))),
	}
	signed := s.sign(testpdf.Classic(1), pades.LevelT)
	for name, value := range table {
		t.Run(name, func(t *testing.T) {
			for count, in := range [][]byte{testpdf.Classic(1), signed} {
				in := withValue(t, in, value)
				report, err := validate.File(t.Context(), bytes.NewReader(in), int64(len(in)), s.trusted())
				if err != nil {
					t.Fatal(err)
				}
				if len(report.Signatures) != count+1 {
					t.Fatalf("%d signatures, want %d", len(report.Signatures), count+1)
				}
				for _, got := range report.Signatures {
					if got.Field == "junk" {
						expect(t, got, validate.TotalFailed, validate.FormatFailure)
					}
				}
			}
		})
	}
}
