package pki_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// exampleKey makes a key in memory.
func exampleKey() signer.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	s, err := signer.FromKey(key)
	if err != nil {
		panic(err)
	}
	return s
}

// A root, a certificate below it, the path between them, and a revocation list that
// says that the certificate is good.
func Example() {
	ctx, now := context.Background(), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	rootKey, leafKey := exampleKey(), exampleKey()

	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Root"},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	root, err := pki.Issue(ctx, authority, authority, rootKey.Public(), rootKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	person := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Őrsi Ágnes"},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	leaf, err := pki.Issue(ctx, person, root, leafKey.Public(), rootKey)
	if err != nil {
		fmt.Println(err)
		return
	}

	path, err := pki.BuildPath(leaf, nil, []*x509.Certificate{root}, pki.PathOptions{At: now})
	for _, c := range path {
		fmt.Println(c.Subject.CommonName)
	}
	fmt.Println(err)

	list, err := pki.BuildCRL(ctx, pki.CRLTemplate{Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now.AddDate(0, 0, 1)}, root, rootKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	crl, err := pki.ParseCRL(list)
	if err != nil {
		fmt.Println(err)
		return
	}
	status, err := crl.Check(leaf, root, now)
	fmt.Println(status.State, err)
	// Output:
	// Őrsi Ágnes
	// Example Root
	// <nil>
	// good <nil>
}
