package tsp_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
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

// exampleAuthority is a time-stamp authority in this process.
func exampleAuthority() *tsp.Authority {
	key, cert := exampleIdentity("Example TSA", pkix.Extension{ // extended key usage: time stamping alone, critical
		Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true,
		Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08},
	})
	return &tsp.Authority{
		Signer: key, Certificate: cert, Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Accuracy: time.Second,
		Serial: func() (*big.Int, error) { return big.NewInt(7), nil }, // unique among replicas, in earnest
		Clock:  func() time.Time { return exampleTime },
	}
}

// An authority answers a request; the client checks the answer and reads the time.
func Example() {
	authority := exampleAuthority()
	imprint := make([]byte, crypto.SHA256.Size()) // the digest of what is stamped
	request := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: imprint, Nonce: big.NewInt(42), CertReq: true}
	der, err := request.DER()
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := authority.Respond(context.Background(), der)
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := tsp.ParseResponse(answer)
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := response.Check(&request) // status, imprint, nonce, policy, certificate, signature
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Time.UTC(), token.Serial)
	// Output: 2026-11-30 12:00:00 +0000 UTC 7
}
