package validate_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/validate"
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

// exampleFile is a PDF of one page.
func exampleFile() []byte {
	b := pdf.NewBuilder()
	b.AddPage(595, 842, pdf.Dict{}, []byte("0 0 100 100 re f"))
	var file bytes.Buffer
	if _, err := b.WriteTo(&file); err != nil {
		panic(err)
	}
	return file.Bytes()
}

// What a signature is worth. This one is intact, and its signer unknown to us: more
// than an indeterminate answer needs a trusted root and revocation data.
func Example() {
	ctx := context.Background()
	key, cert := exampleIdentity("Őrsi Ágnes")
	in := bytes.NewReader(exampleFile())
	var signed bytes.Buffer
	opt := pades.Options{Certificate: cert, Time: exampleTime}
	if _, err := pades.Sign(ctx, in, in.Size(), key, nil, opt, &signed); err != nil {
		fmt.Println(err)
		return
	}
	report, err := validate.File(ctx, bytes.NewReader(signed.Bytes()), int64(signed.Len()), validate.Options{Now: exampleTime})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Signatures {
		fmt.Println(s.Field, s.Level, s.Intact, s.Indication, s.SubIndication)
	}

	signed.Bytes()[100] ^= 1 // one bit
	report, err = validate.File(ctx, bytes.NewReader(signed.Bytes()), int64(signed.Len()), validate.Options{Now: exampleTime})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Signatures {
		fmt.Println(s.Field, s.Intact, s.Indication, s.SubIndication)
	}
	// Output:
	// Signature1 B-B true INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND
	// Signature1 false TOTAL_FAILED HASH_FAILURE
}
