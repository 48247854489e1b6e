package custody

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpki"
)

// subject is a key with a certificate, and what it may be asked to sign.
type subject struct {
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
	public []byte
}

func newSubject(t testing.TB) *subject {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "seal"}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(t, err)
	s := &subject{key: key}
	s.cert, err = x509.ParseCertificate(raw)
	check(t, err)
	s.public, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	check(t, err)
	return s
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *subject) attributes(t testing.TB, change func(*cms.SignedAttributes)) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte("document"))
	a := cms.SignedAttributes{MessageDigest: sum[:], Digest: signer.ECDSASHA256.Hash(), Certificate: s.cert, Algorithm: signer.ECDSASHA256}
	if change != nil {
		change(&a)
	}
	out, err := a.DER()
	check(t, err)
	return out
}

// request is the part of a certification request that is signed.
func (s *subject) request(t testing.TB, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "Példa Kft."}}, key)
	check(t, err)
	csr, err := x509.ParseCertificateRequest(raw)
	check(t, err)
	return csr.RawTBSCertificateRequest
}

// with adds an attribute to a set, in order.
func with(t testing.TB, attributes []byte, oid asn1.ObjectIdentifier, value []byte) []byte {
	t.Helper()
	input := cryptobyte.String(attributes)
	var set cryptobyte.String
	if !input.ReadASN1(&set, casn1.SET) {
		t.Fatal("no set")
	}
	list, err := der.Elements(set, 16)
	check(t, err)
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(value) })
	})
	extra, err := b.Bytes()
	check(t, err)
	return der.SetOf(casn1.SET, append(slices.Clone(list), extra))
}

// without takes the attribute of a type out of a set.
func without(t testing.TB, attributes []byte, oid asn1.ObjectIdentifier) []byte {
	t.Helper()
	input := cryptobyte.String(attributes)
	var set cryptobyte.String
	if !input.ReadASN1(&set, casn1.SET) {
		t.Fatal("no set")
	}
	list, err := der.Elements(set, 16)
	check(t, err)
	name, err := asn1.Marshal(oid)
	check(t, err)
	return der.SetOf(casn1.SET, slices.DeleteFunc(list, func(e []byte) bool { return bytes.Contains(e[:4+len(name)], name) }))
}

// TestSignsNothingElse lists what a seal key may be asked to sign, and what it refuses.
func TestSignsNothingElse(t *testing.T) {
	s, other := newSubject(t), newSubject(t)
	good := s.attributes(t, nil)
	time, err := asn1.Marshal(s.cert.NotAfter)
	check(t, err)
	token := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	for name, c := range map[string]struct {
		message []byte
		alg     signer.Algorithm
		want    string
	}{
		"attributes":            {good, signer.ECDSASHA256, signsAttributes},
		"no protection":         {without(t, good, cms.OIDAlgorithmProtection()), signer.ECDSASHA256, signsAttributes},
		"own request":           {s.request(t, s.key), signer.ECDSASHA256, signsCSR},
		"request of another":    {s.request(t, other.key), signer.ECDSASHA256, ""},
		"time-stamp token":      {s.attributes(t, func(a *cms.SignedAttributes) { a.ContentType = token }), signer.ECDSASHA256, ""},
		"signing time":          {with(t, good, cms.OIDSigningTime(), time), signer.ECDSASHA256, ""},
		"other algorithm":       {good, signer.ECDSASHA384, ""},
		"unknown algorithm":     {good, signer.Unknown, ""},
		"SHA-1":                 {good, signer.ECDSASHA1, ""},
		"no digest":             {without(t, good, cms.OIDMessageDigest()), signer.ECDSASHA256, ""},
		"no content type":       {without(t, good, cms.OIDContentType()), signer.ECDSASHA256, ""},
		"no certificate":        {without(t, good, cms.OIDSigningCertificateV2()), signer.ECDSASHA256, ""},
		"a certificate":         {s.cert.RawTBSCertificate, signer.ECDSASHA256, ""},
		"text":                  {[]byte("log me in"), signer.ECDSASHA256, ""},
		"nothing":               {nil, signer.ECDSASHA256, ""},
		"something after":       {append(slices.Clone(good), 0), signer.ECDSASHA256, ""},
		"twice":                 {with(t, good, cms.OIDContentType(), []byte{6, 9, 42, 134, 72, 134, 247, 13, 1, 7, 1}), signer.ECDSASHA256, ""},
		"far too much":          {make([]byte, maxMessage+1), signer.ECDSASHA256, ""},
		"a digest in its place": {good[2:], signer.ECDSASHA256, ""},
	} {
		got, err := recognize(c.message, c.alg, s.public)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestRecognizesEveryAlgorithm signs for each kind of key what package cms makes.
func TestRecognizesEveryAlgorithm(t *testing.T) {
	for _, name := range []string{"p-256", "p-384", "rsa-2048"} {
		key := testpki.Key(t, name)
		alg, err := signer.DefaultAlgorithm(key.Public(), 0)
		check(t, err)
		s := newSubject(t)
		sum := alg.Hash().New().Sum(nil)
		attrs, err := cms.SignedAttributes{MessageDigest: sum, Digest: alg.Hash(), Certificate: s.cert, Algorithm: alg}.DER()
		check(t, err)
		if got, err := recognize(attrs, alg, s.public); got != signsAttributes {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// FuzzRecognize wants no panic, and that what is taken for attributes is strict DER with the three that matter.
func FuzzRecognize(f *testing.F) {
	s := newSubject(f)
	f.Add(s.attributes(f, nil))
	f.Add(s.request(f, s.key))
	f.Add(without(f, s.attributes(f, nil), cms.OIDAlgorithmProtection()))
	f.Add([]byte{0x31, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, message []byte) {
		got, err := recognize(message, signer.ECDSASHA256, s.public)
		if (got == "") != (err != nil) {
			t.Fatalf("%q and %v", got, err)
		}
		if got == signsAttributes && der.Check(message, der.DefaultLimits()) != nil {
			t.Fatal("signs what is no DER")
		}
	})
}
