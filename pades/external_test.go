package pades_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// service makes a whole CMS, as a signing service does from a document's digest.
func service(t *testing.T, p *pades.Prepared, leaf *testpki.Leaf, digest []byte) []byte {
	t.Helper()
	attrs := cms.SignedAttributes{MessageDigest: digest, Digest: p.Digest, Certificate: leaf.Cert, Algorithm: p.Algorithm}
	signed, err := attrs.DER()
	if err != nil {
		t.Fatal(err)
	}
	value, err := leaf.Signer.Sign(t.Context(), p.Algorithm, signed)
	if err != nil {
		t.Fatal(err)
	}
	der, err := cms.Build(signed, p.Algorithm, value, leaf.Cert, nil)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestFinishCMS embeds a CMS of a service, with and without a time stamp, and
// refuses one over other bytes, by another certificate, and none at all.
func TestFinishCMS(t *testing.T) {
	b := setup(t, "p-256")
	in := bytes.NewReader(testpdf.Classic(1))
	for _, level := range []pades.Level{pades.LevelB, pades.LevelT} {
		opt := b.options()
		opt.Level = level
		p, err := pades.Prepare(t.Context(), in, in.Size(), opt)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		der := service(t, p, b.leaf, p.MessageDigest)
		result, err := pades.FinishCMS(t.Context(), in, p, der, b.tsa, pades.Extension{}, &out)
		if err != nil {
			t.Fatal(err)
		}
		checkResult(t, testpdf.Classic(1), out.Bytes(), result, level)
		other := b.ca.Leaf("Mallory", "p-256")
		for name, der := range map[string][]byte{
			"other bytes":       service(t, p, b.leaf, make([]byte, 32)),
			"other certificate": service(t, p, other, p.MessageDigest),
			"no CMS":            []byte("hello"),
			"cut":               der[:len(der)/2],
		} {
			var out bytes.Buffer
			_, err := pades.FinishCMS(t.Context(), in, p, der, b.tsa, pades.Extension{}, &out)
			if !errors.Is(err, pades.ErrSignature) || out.Len() > 0 {
				t.Errorf("%s: %v, %d bytes", name, err, out.Len())
			}
		}
	}
}
