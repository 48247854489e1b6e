package cms_test

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
)

// FuzzParse reads anything as SignedData, and lets what was read be verified
// and extended.
func FuzzParse(f *testing.F) {
	root := pkitest.Root(f, "Root", "P-256", when)
	for kind, alg := range map[string]signer.Algorithm{"P-256": signer.ECDSASHA256, "RSA-2048": signer.RSAPSSSHA256} {
		leaf := root.Leaf(f, "Leaf", kind, when)
		raw := sign(f, leaf, alg, []byte("content"))
		f.Add(raw)
		f.Add(append(bytes.Clone(raw), 0, 0, 0))
		f.Add(sign(f, leaf, alg, []byte("content"), cms.WithContent(cms.OIDData(), []byte("content")), cms.WithUnsigned(cms.OIDSignatureTimeStamp(), raw)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := cms.Parse(in)
		if err != nil {
			return
		}
		if s.Size > len(in) || s.Size == 0 {
			t.Fatalf("took %d of %d octets", s.Size, len(in))
		}
		for i := range s.Signers {
			s.Signers[i].RevocationArchive()
		}
		_, _ = s.Verify(digestOf([]byte("content"))) // either outcome is fine
		added, err := s.AddUnsigned(cms.OIDSignatureTimeStamp(), []byte{5, 0})
		if err != nil {
			return
		}
		again, err := cms.Parse(added)
		if err != nil {
			t.Fatalf("extended signature cannot be read: %v", err)
		}
		if s.Strict && der.Check(in[:s.Size], der.DefaultLimits()) != nil {
			t.Fatal("called strict and is not")
		}
		if !bytes.Equal(again.Signers[0].Signature, s.Signers[0].Signature) {
			t.Fatal("extending changed the signature")
		}
	})
}
