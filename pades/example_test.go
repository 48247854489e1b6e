package pades_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
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

// A file signed at level B-T: the key and the time-stamp authority are any that
// implement signer.Signer and tsp.Source.
func Example() {
	key, cert := exampleIdentity("Őrsi Ágnes")
	in := exampleFile()
	var out bytes.Buffer
	result, err := pades.Sign(context.Background(), bytes.NewReader(in), int64(len(in)), key, exampleAuthority(), pades.Options{
		Certificate: cert, Level: pades.LevelT, Time: exampleTime, Reason: "I agree", Location: "Győr",
	}, &out)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Level, result.Field, result.TimestampTime.UTC())
	fmt.Println(bytes.HasPrefix(out.Bytes(), in)) // what was there is never rewritten
	// Output:
	// B-T Signature1 2026-11-30 12:00:00 +0000 UTC
	// true
}

// A key that is elsewhere: Prepare says what to sign, Finish embeds the value. In
// between, Prepared can be stored as JSON and taken up by another process.
func ExamplePrepare() {
	ctx := context.Background()
	key, cert := exampleIdentity("Őrsi Ágnes")
	in := bytes.NewReader(exampleFile())
	prepared, err := pades.Prepare(ctx, in, in.Size(), pades.Options{Certificate: cert, Time: exampleTime})
	if err != nil {
		fmt.Println(err)
		return
	}

	value, err := key.Sign(ctx, prepared.Algorithm, prepared.ToBeSigned()) // on a card, by a service
	if err != nil {
		fmt.Println(err)
		return
	}

	var out bytes.Buffer
	result, err := pades.Finish(ctx, in, prepared, value, nil, &out)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Level, result.Size == int64(out.Len()))
	// Output: B-B true
}

// The levels of a file's signatures, read from its bytes.
func ExampleAchievedLevel() {
	key, cert := exampleIdentity("Őrsi Ágnes")
	in := bytes.NewReader(exampleFile())
	var out bytes.Buffer
	opt := pades.Options{Certificate: cert, Time: exampleTime, FieldName: "Buyer"}
	if _, err := pades.Sign(context.Background(), in, in.Size(), key, nil, opt, &out); err != nil {
		fmt.Println(err)
		return
	}
	levels, err := pades.AchievedLevel(bytes.NewReader(out.Bytes()), int64(out.Len()))
	for _, l := range levels {
		fmt.Println(l.Field, l.Level)
	}
	fmt.Println(err)
	// Output:
	// Buyer B-B
	// <nil>
}
