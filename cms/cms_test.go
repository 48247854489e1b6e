package cms_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
)

var when = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // a fixed instant

func digestOf(content []byte) func(crypto.Hash) ([]byte, error) {
	return func(h crypto.Hash) ([]byte, error) {
		hasher := h.New()
		hasher.Write(content)
		return hasher.Sum(nil), nil
	}
}

func sign(t testing.TB, e *pkitest.Entity, alg signer.Algorithm, content []byte, opts ...cms.BuildOption) []byte {
	t.Helper()
	digest, _ := digestOf(content)(alg.Hash())
	attrs, err := cms.SignedAttributes{MessageDigest: digest, Digest: alg.Hash(), Certificate: e.Certificate, Algorithm: alg}.DER()
	if err != nil {
		t.Fatal(err)
	}
	sig, err := e.Signer.Sign(context.Background(), alg, attrs)
	if err != nil {
		t.Fatal(err)
	}
	out, err := cms.Build(attrs, alg, sig, e.Certificate, e.Chain, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	content := []byte("what is signed")
	for _, c := range []struct {
		kind string
		alg  signer.Algorithm
	}{
		{"RSA-2048", signer.RSAPKCS1SHA256}, {"RSA-2048", signer.RSAPKCS1SHA512}, {"RSA-2048", signer.RSAPSSSHA256},
		{"RSA-2048", signer.RSAPSSSHA384}, {"P-256", signer.ECDSASHA256}, {"P-384", signer.ECDSASHA384},
		{"P-521", signer.ECDSASHA512}, {"Ed25519", signer.Ed25519},
	} {
		leaf := root.Leaf(t, "Leaf", c.kind, when)
		raw := sign(t, leaf, c.alg, content)
		if err := der.Check(raw, der.DefaultLimits()); err != nil {
			t.Errorf("%v: not DER: %v", c.alg, err)
		}
		s, err := cms.Parse(raw)
		if err != nil {
			t.Fatalf("%v: %v", c.alg, err)
		}
		v, err := s.Verify(digestOf(content))
		if err != nil {
			t.Fatalf("%v: %v", c.alg, err)
		}
		if !v.Certificate.Equal(leaf.Certificate) || v.Binding != cms.BindingV2 || !s.Strict || !s.Detached || s.Version != 1 {
			t.Errorf("%v: %+v", c.alg, v)
		}
		if len(cms.Find(v.Signer.Signed, cms.OIDSigningTime())) != 0 || len(v.Signer.Signed) != 4 {
			t.Errorf("%v: attributes %v", c.alg, v.Signer.Signed)
		}
		if _, err := s.Verify(digestOf([]byte("something else"))); !errors.Is(err, cms.ErrDigest) {
			t.Errorf("%v: other content: %v", c.alg, err)
		}
		certs := append([]*x509.Certificate{leaf.Certificate}, leaf.Chain...)
		if estimate := cms.EstimateSize(certs, c.alg, 0); estimate < len(raw) || estimate > len(raw)+700 {
			t.Errorf("%v: estimated %d, is %d", c.alg, estimate, len(raw))
		}
	}
}

func TestAddUnsigned(t *testing.T) {
	t.Parallel()
	leaf := pkitest.Root(t, "Root", "P-256", when).Leaf(t, "Leaf", "P-256", when)
	content := []byte("content")
	s, err := cms.Parse(sign(t, leaf, signer.ECDSASHA256, content))
	if err != nil {
		t.Fatal(err)
	}
	added, err := s.AddUnsigned(cms.OIDSignatureTimeStamp(), []byte{0x30, 0})
	if err != nil {
		t.Fatal(err)
	}
	again, err := cms.Parse(added)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify(digestOf(content)); err != nil {
		t.Error(err)
	}
	found := cms.Find(again.Signers[0].Unsigned, cms.OIDSignatureTimeStamp())
	if len(found) != 1 || !bytes.Equal(found[0].Values[0], []byte{0x30, 0}) {
		t.Errorf("attributes %v", found)
	}
	direct := sign(t, leaf, signer.ECDSASHA256, content, cms.WithUnsigned(cms.OIDSignatureTimeStamp(), []byte{0x30, 0}))
	if len(direct) < len(added)-4 || len(direct) > len(added)+4 {
		t.Errorf("built %d octets, added %d", len(direct), len(added))
	}
}

// TestTampered changes each octet of a signature in turn: none may verify
// unless what it says is untouched.
func TestTampered(t *testing.T) {
	t.Parallel()
	leaf := pkitest.Root(t, "Root", "P-256", when).Leaf(t, "Leaf", "P-256", when)
	leaf.Chain = nil
	content := []byte("content")
	raw := sign(t, leaf, signer.ECDSASHA256, content)
	start := bytes.Index(raw, leaf.Certificate.Raw) + len(leaf.Certificate.Raw)
	for i := start; i < len(raw); i++ {
		changed := bytes.Clone(raw)
		changed[i] ^= 0x01
		s, err := cms.Parse(changed)
		if err != nil {
			continue
		}
		if _, err = s.Verify(digestOf(content)); err == nil && !versionOctet(raw, i) {
			t.Errorf("octet %d of %d changed, still good", i, len(raw))
		}
	}
}

// versionOctet reports the SignerInfo version, which nothing signs.
func versionOctet(raw []byte, i int) bool { return raw[i-2] == 2 && raw[i-1] == 1 && raw[i] == 1 }

func TestRefuses(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	leaf, twin := root.Leaf(t, "Leaf", "P-256", when), root.Leaf(t, "Leaf", "P-256", when)
	content := []byte("content")
	digest := sha256.Sum256(content)
	build := func(inAttrs, signs, carried *pkitest.Entity) []byte {
		attrs, err := cms.SignedAttributes{MessageDigest: digest[:], Digest: crypto.SHA256, Certificate: inAttrs.Certificate, Algorithm: signer.ECDSASHA256}.DER()
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signs.Signer.Sign(context.Background(), signer.ECDSASHA256, attrs)
		if err != nil {
			t.Fatal(err)
		}
		out, err := cms.Build(attrs, signer.ECDSASHA256, sig, carried.Certificate, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	good := build(leaf, leaf, leaf)
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"another certificate named": {build(twin, leaf, leaf), cms.ErrSigningCertificate},
		"another key":               {build(leaf, twin, leaf), cms.ErrSignature},
		"two signers":               {twoSigners(t, good), cms.ErrManySigners},
	} {
		s, err := cms.Parse(c.raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := s.Verify(digestOf(content)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, _ := cms.Parse(good)
	if _, err := s.Verify(nil); !errors.Is(err, cms.ErrNoContent) {
		t.Errorf("no content: %v", err)
	}
	for name, raw := range map[string][]byte{"empty": nil, "zeros": make([]byte, 100), "other type": {0x30, 3, 6, 1, 42}, "text": []byte("%PDF-1.7")} {
		if _, err := cms.Parse(raw); !errors.Is(err, cms.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// twoSigners repeats the SignerInfo, with lengths made indefinite.
func twoSigners(t *testing.T, raw []byte) []byte {
	t.Helper()
	s, err := cms.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	var seq, inner, body asn1.RawValue
	mustUnmarshal(t, s.Raw, &seq)
	rest := mustUnmarshal(t, seq.Bytes, new(asn1.ObjectIdentifier))
	mustUnmarshal(t, rest, &inner)
	mustUnmarshal(t, inner.Bytes, &body)
	var parts []asn1.RawValue
	for rest := body.Bytes; len(rest) > 0; {
		var part asn1.RawValue
		rest = mustUnmarshal(t, rest, &part)
		parts = append(parts, part)
	}
	last := parts[len(parts)-1]
	out := slices.Concat([]byte{0x30, 0x80}, []byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2}, []byte{0xa0, 0x80, 0x30, 0x80})
	for _, p := range parts[:len(parts)-1] {
		out = append(out, p.FullBytes...)
	}
	return slices.Concat(out, []byte{0x31, 0x80}, last.Bytes, last.Bytes, make([]byte, 8))
}

func mustUnmarshal(t *testing.T, in []byte, out any) []byte {
	t.Helper()
	rest, err := asn1.Unmarshal(in, out)
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

// BenchmarkSign shows what CMS adds to the bare key.
func BenchmarkSign(b *testing.B) {
	root := pkitest.Root(b, "Root", "P-256", when)
	for kind, alg := range map[string]signer.Algorithm{"P-256": signer.ECDSASHA256, "RSA-2048": signer.RSAPKCS1SHA256} {
		leaf := root.Leaf(b, "Leaf", kind, when)
		b.Run(kind+"/bare", func(b *testing.B) {
			for b.Loop() {
				if _, err := leaf.Signer.Sign(context.Background(), alg, []byte("content")); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(kind+"/cms", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sign(b, leaf, alg, []byte("content"))
			}
		})
		raw := sign(b, leaf, alg, []byte("content"))
		b.Run(kind+"/verify", func(b *testing.B) {
			for b.Loop() {
				s, err := cms.Parse(raw)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Verify(digestOf([]byte("content"))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
