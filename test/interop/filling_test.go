//go:build interop

package interop

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
)

// increment appends what edit does to a file.
func increment(t *testing.T, in []byte, edit func(*pdf.File, *pdf.Update) error) []byte {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	if err := edit(file, u); err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func drawing(u *pdf.Update, content string) pdf.Ref {
	ref := u.Alloc()
	u.PutStream(ref, pdf.Dict{
		"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"),
		"BBox": pdf.Rect{URX: 200, URY: 30}.Array(), "Resources": pdf.Dict{},
	}, []byte(content))
	return ref
}

// prepared is a document as it is sent: a text field and a check box of one
// recipient, an empty signature field of another, and the seal's.
func prepared(t *testing.T, in []byte) []byte {
	return increment(t, in, func(_ *pdf.File, u *pdf.Update) error {
		text := form.TextField{Root: "consigil", PartialName: "a_name", Tooltip: "Name of A", Rect: pdf.Rect{LLX: 72, LLY: 500, URX: 272, URY: 530}}
		if _, err := form.AddTextField(u, text); err != nil {
			return err
		}
		box := form.Checkbox{
			Root: "consigil", PartialName: "a_agrees", Tooltip: "A agrees", Rect: pdf.Rect{LLX: 72, LLY: 450, URX: 92, URY: 470},
			On: drawing(u, "0 0 m 20 20 l S"), Off: drawing(u, ""),
		}
		if _, err := form.AddCheckbox(u, box); err != nil {
			return err
		}
		for _, name := range []string{"consigil.b_signature", "consigil.seal"} {
			if _, err := form.AddSignatureField(u, form.SignatureField{Name: name}); err != nil {
				return err
			}
		}
		return nil
	})
}

// filled writes the values of A, and closes the fields in the same revision.
func filled(t *testing.T, in []byte) []byte {
	return increment(t, in, func(file *pdf.File, u *pdf.Update) error {
		fields, err := form.Read(file)
		if err != nil {
			return err
		}
		for _, f := range fields.Fields {
			switch f.FullName {
			case "consigil.a_name":
				err = form.SetValue(u, f.Ref, pdf.Text("Őrsi Ágnes"), drawing(u, "0 0 m 200 30 l S"), true)
			case "consigil.a_agrees":
				err = form.SetValue(u, f.Ref, pdf.Name("Yes"), pdf.Ref{}, true)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// TestFillingAfterASignature: one recipient signs with a key, then another
// fills in, then the seal locks all fields. No judge may see more than filling
// in.
func TestFillingAfterASignature(t *testing.T) {
	s := newStudio(t)
	var all []specimen
	for shape, in := range map[string][]byte{"classic": testpdf.Classic(1), "stream": testpdf.Stream(1)} {
		out := s.signField(prepared(t, in), "consigil.b_signature", pades.LockNone)
		out = s.signField(filled(t, out), "consigil.seal", pades.LockAll)
		path := write(t, s.dir, "filled-"+shape+".pdf", out)
		all = append(all, specimen{path: path, data: out, count: 2, level: pades.LevelT, name: "filled " + shape, filled: true})
	}
	judgeOurselves(t, s, all)
	judgeDSS(t, s, all)
	judgePyHanko(t, s, all)
}

func (s *studio) signField(in []byte, field string, lock pades.Lock) []byte {
	s.t.Helper()
	leaf := s.ca.Leaf("Owner of "+field, "p-256")
	opt := pades.Options{
		Certificate: leaf.Cert, Chain: s.ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelT, FieldName: field, Lock: lock,
	}
	var out bytes.Buffer
	if _, err := pades.Sign(s.t.Context(), bytes.NewReader(in), int64(len(in)), leaf.Signer, s.tsa, opt, &out); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}
