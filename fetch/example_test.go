package fetch_test

import (
	"bytes"
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
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/consigil/consigil/fetch"
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

// A list of time-stamp authorities over HTTP, tried in turn. The first is down.
func Example() {
	authority := exampleAuthority()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := new(bytes.Buffer)
		_, _ = request.ReadFrom(r.Body)
		answer, _ := authority.Respond(r.Context(), request.Bytes())
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(answer)
	}))
	defer server.Close()

	// Local names the origins that may lie in the own network; to every other
	// address of it the client does not connect.
	client, err := fetch.New(fetch.Config{Local: []string{server.URL, "http://127.0.0.1:1"}, Timeout: 5 * time.Second, Now: func() time.Time { return exampleTime }})
	if err != nil {
		fmt.Println(err)
		return
	}
	source := &fetch.TSA{Client: client, URLs: []string{"http://127.0.0.1:1/tsa", server.URL}}
	raw, err := source.Timestamp(context.Background(), crypto.SHA256, make([]byte, crypto.SHA256.Size()))
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Time.UTC())
	// Output: 2026-11-30 12:00:00 +0000 UTC
}
