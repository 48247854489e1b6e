package cms_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// exampleTime is when the examples happen.
var exampleTime = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// exampleIdentity is a key in memory with a certificate that it signed itself.
func exampleIdentity(name string, extensions ...pkix.Extension) (signer.Signer, *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	s, err := signer.FromKey(key)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: exampleTime.AddDate(0, -1, 0), NotAfter: exampleTime.AddDate(1, 0, 0), ExtraExtensions: extensions,
	}
	cert, err := pki.Issue(context.Background(), template, template, s.Public(), s)
	if err != nil {
		panic(err)
	}
	return s, cert
}

// A detached signature with the attributes of CAdES: made, read back, verified.
func Example() {
	key, cert := exampleIdentity("Example Signer")
	content := []byte("what is signed")
	digest := func(h crypto.Hash) ([]byte, error) {
		hash := h.New()
		hash.Write(content)
		return hash.Sum(nil), nil
	}

	sum, _ := digest(crypto.SHA256)
	attributes := cms.SignedAttributes{MessageDigest: sum, Digest: crypto.SHA256, Certificate: cert, Algorithm: signer.ECDSASHA256}
	signed, err := attributes.DER()
	if err != nil {
		fmt.Println(err)
		return
	}
	value, err := key.Sign(context.Background(), signer.ECDSASHA256, signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	der, err := cms.Build(signed, signer.ECDSASHA256, value, cert, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	data, err := cms.Parse(der)
	if err != nil {
		fmt.Println(err)
		return
	}
	verified, err := data.Verify(digest)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(verified.Certificate.Subject.CommonName, verified.Binding == cms.BindingV2)
	// Output: Example Signer true
}
