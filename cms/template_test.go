package cms_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"testing"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
)

// TestTemplate: what it makes is what Build makes, octet for octet, for every size of content and signature.
func TestTemplate(t *testing.T) {
	t.Parallel()
	when := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	kind := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	root := pkitest.Root(t, "Root", "P-256", when)
	for _, key := range []string{"P-256", "P-384", "RSA-2048", "Ed25519"} {
		leaf := root.TSA(t, "TSA", key, when)
		alg, err := signer.DefaultAlgorithm(leaf.Signer.Public(), 0)
		if err != nil {
			t.Fatal(err)
		}
		template, err := cms.NewTemplate(kind, alg, leaf.Certificate, leaf.Chain)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 40, 127, 128, 255, 256, 300, 65535, 65536, 70000} {
			sum := sha256.Sum256([]byte{byte(n)})
			digest := append(sum[:], sum[:]...)[:alg.Hash().Size()]
			want, err := cms.SignedAttributes{ContentType: kind, MessageDigest: digest, Digest: alg.Hash(), Certificate: leaf.Certificate, Algorithm: alg}.DER()
			if err != nil {
				t.Fatal(err)
			}
			attrs := template.Attributes(digest)
			if !bytes.Equal(attrs, want) {
				t.Fatalf("%s: attributes differ", key)
			}
			content, signature := make([]byte, n), make([]byte, n/2+1)
			for _, with := range []bool{true, false} {
				opts := []cms.BuildOption{cms.WithContent(kind, content)}
				if !with {
					opts = append(opts, cms.WithoutCertificates())
				}
				built, err := cms.Build(attrs, alg, signature, leaf.Certificate, leaf.Chain, opts...)
				if err != nil {
					t.Fatal(err)
				}
				if got := template.Build(attrs, signature, content, with); !bytes.Equal(got, built) {
					t.Errorf("%s, %d octets, certificates %v: differs from Build", key, n, with)
				}
			}
		}
	}
	if _, err := cms.NewTemplate(cms.OIDData(), signer.ECDSASHA256, nil, nil); err == nil {
		t.Error("a template for data was made")
	}
}
