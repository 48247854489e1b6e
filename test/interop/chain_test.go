//go:build interop

package interop

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
)

// link is one signature of a chain.
type link struct {
	kind      string
	algorithm signer.Algorithm // 0 follows the key
	edit      func(*pades.Options)
	fill      bool // the values of A are filled in before it
}

func (s *studio) chain(name string, in []byte, links []link) string {
	s.t.Helper()
	out := in
	for i, l := range links {
		if l.fill {
			out = filled(s.t, out)
		}
		leaf := s.ca.Leaf("Signer "+l.kind, l.kind)
		opt := pades.Options{Certificate: leaf.Cert, Chain: s.ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelT, Algorithm: l.algorithm}
		l.edit(&opt)
		var buf bytes.Buffer
		if _, err := pades.Sign(s.t.Context(), bytes.NewReader(out), int64(len(out)), leaf.Signer, s.tsa, opt, &buf); err != nil {
			s.t.Fatalf("%s, signer %d: %v", name, i+1, err)
		}
		out = buf.Bytes()
	}
	return write(s.t, s.dir, name+".pdf", out)
}

// seen is a visible signature.
func seen(page int, rect pdf.Rect, lines ...string) *pades.Visible {
	panel := draw.Panel{Lines: lines, Fonts: fonts.Set(), Frame: true}
	return &pades.Visible{Page: page, Rect: rect, AsShown: true, Look: panel.Draw}
}

// withField adds an empty signature field that shows on the second page, and a text
// field of the one who signs in it.
func withField(t *testing.T, in []byte) []byte {
	return increment(t, in, func(_ *pdf.File, u *pdf.Update) error {
		own := form.TextField{Root: "Contract", PartialName: "buyer_name", Page: 1, Rect: pdf.Rect{LLX: 72, LLY: 300, URX: 272, URY: 330}}
		if _, err := form.AddTextField(u, own); err != nil {
			return err
		}
		_, err := form.AddSignatureField(u, form.SignatureField{Name: "Contract.Buyer", Page: 1, Rect: pdf.Rect{LLX: 72, LLY: 400, URX: 272, URY: 460}})
		return err
	})
}

// sealField adds the empty field of the last signer.
func sealField(t *testing.T, in []byte) []byte {
	return increment(t, in, func(_ *pdf.File, u *pdf.Update) error {
		_, err := form.AddSignatureField(u, form.SignatureField{Name: "consigil.seal"})
		return err
	})
}

// ownValue fills the buyer's text field in the increment of the buyer's signature.
func ownValue(u *pdf.Update) error {
	fields, err := form.Read(u.File())
	if err != nil {
		return err
	}
	f, ok := fields.Field("Contract.buyer_name")
	if !ok {
		return errors.New("no field of the buyer's")
	}
	return form.SetValue(u, f.Ref, pdf.Text("Szabó Bálint"), drawing(u, "0 0 m 200 30 l S"), true)
}

func box(x, y float64) pdf.Rect { return pdf.Rect{LLX: x, LLY: y, URX: x + 200, URY: y + 60} }

// certified begins with a certification, fills fields between signatures and ends
// with the lock of all. A text field is locked in the revision that fills it:
// pyHanko 0.38 takes the appearance of a locked text field that is older than the
// lock for changed, in whatever comes later (_allow_in_place_appearance_update).
func certified() []link {
	return []link{
		{kind: "rsa-2048", edit: func(o *pades.Options) {
			o.Certify, o.Visible = pades.CertifyForms, seen(0, box(72, 72), "Őrsi Ágnes", "certified")
		}},
		{kind: "p-256", fill: true, edit: func(o *pades.Options) {
			o.FieldName, o.Lock, o.LockFields = "consigil.b_signature", pades.LockInclude, []string{"consigil.a_agrees"}
		}},
		{kind: "p-384", edit: func(o *pades.Options) {
			o.FieldName, o.Amend, o.Visible = "Contract.Buyer", ownValue, seen(pades.AnyPage, pdf.Rect{}, "محمد بن موسى", "2026-11-30")
			o.Lock, o.LockFields = pades.LockInclude, []string{"Contract.buyer_name"}
		}},
		{kind: "rsa-3072", algorithm: signer.RSAPSSSHA384, edit: func(o *pades.Options) {}},
		{kind: "p-521", edit: func(o *pades.Options) { o.FieldName, o.Lock = "consigil.seal", pades.LockAll }},
	}
}

// approvals adds a field with each signature, most of them on a page of their own.
func approvals() []link {
	return []link{
		{kind: "p-256", edit: func(o *pades.Options) { o.Visible = seen(0, box(72, 72), "王小明") }},
		{kind: "rsa-2048", algorithm: signer.RSAPSSSHA256, edit: func(o *pades.Options) { o.Visible = seen(1, box(72, 72), "Second signer") }},
		{kind: "p-384", edit: func(o *pades.Options) {
			o.FieldName, o.Visible = "Third.Signer", seen(pades.LastPage, box(72, 172), "Договор")
		}},
		{kind: "rsa-2048", edit: func(o *pades.Options) { o.Lock, o.LockFields = pades.LockExclude, []string{"consigil.seal", "Fifth"} }},
		{kind: "p-256", edit: func(o *pades.Options) { o.FieldName = "consigil.seal" }},
	}
}

// TestChainOfSigners: five signers of different keys, visible and not, in fields
// that are there and in new ones, with filling in between. Nobody may mind any of
// them.
func TestChainOfSigners(t *testing.T) {
	s := newStudio(t)
	files := map[string]string{}
	for shape, in := range map[string][]byte{"classic": testpdf.Classic(3), "stream": testpdf.Stream(3)} {
		files["certified-"+shape] = s.chain("certified-"+shape, withField(t, prepared(t, in)), certified())
		files["approvals-"+shape] = s.chain("approvals-"+shape, sealField(t, in), approvals())
	}
	var paths []string
	for _, path := range files {
		paths = append(paths, path)
	}
	dss, hanko := askDSS(t, s.root, paths), askPyHanko(t, s.root, paths)
	for name, path := range files {
		if n := len(dss[path].Signatures); n != 5 {
			t.Errorf("%s: DSS sees %d signatures", name, n)
		}
		for _, got := range dss[path].Signatures {
			if got.Indication != "TOTAL_PASSED" || !got.Intact || got.Modified {
				t.Errorf("%s: DSS: %+v", name, got)
			}
		}
		for _, got := range hanko[path].Signatures {
			if !got.Valid || !got.Trusted || got.AdES != "OK" {
				t.Errorf("%s: pyHanko: %+v", name, got)
			}
		}
		if _, out := run(t, "pdfsig", path); strings.Count(out, "Signature is Valid.") != 5 {
			t.Errorf("%s: pdfsig:\n%s", name, out)
		}
		if code, out := run(t, "qpdf", "--check", path); code != 0 {
			t.Errorf("%s: qpdf:\n%s", name, out)
		}
	}
}
