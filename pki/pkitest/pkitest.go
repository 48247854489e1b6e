// Package pkitest makes small certification hierarchies for tests. It is not
// for anything that has to be trusted: its keys live for one test.
package pkitest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// Key makes a key: "P-256", "P-384", "P-521", "RSA-2048", "RSA-3072" or
// "Ed25519".
func Key(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "P-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "P-521":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "RSA-2048":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "RSA-3072":
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	case "Ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		t.Fatalf("unknown kind of key %q", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Entity is a certificate with its key and the certificates above it.
type Entity struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
	Signer      signer.Signer
	Chain       []*x509.Certificate // without Certificate, the root last
}

// Root makes a self-signed root, valid around at.
func Root(t testing.TB, name, kind string, at time.Time) *Entity {
	t.Helper()
	return issue(t, nil, CATemplate(name, at), kind)
}

// CATemplate is the template of a CA certificate.
func CATemplate(name string, at time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name, Organization: []string{"Consigil tests"}}, NotBefore: at.Add(-24 * time.Hour), NotAfter: at.Add(3650 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// Issue issues a certificate for a fresh key of the given kind.
func (e *Entity) Issue(t testing.TB, template *x509.Certificate, kind string) *Entity {
	t.Helper()
	return issue(t, e, template, kind)
}

// Leaf issues a signing certificate.
func (e *Entity) Leaf(t testing.TB, name, kind string, at time.Time) *Entity {
	t.Helper()
	return issue(t, e, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: at.Add(-time.Hour), NotAfter: at.Add(365 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}, kind)
}

// TSA issues a certificate for timestamping.
func (e *Entity) TSA(t testing.TB, name, kind string, at time.Time) *Entity {
	t.Helper()
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	return issue(t, e, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: at.Add(-time.Hour), NotAfter: at.Add(365 * 24 * time.Hour),
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
	}, kind)
}

// CRL signs a list that revokes the entries.
func (e *Entity) CRL(t testing.TB, thisUpdate, nextUpdate time.Time, revoked ...pki.Revoked) []byte {
	t.Helper()
	out, err := pki.BuildCRL(context.Background(), pki.CRLTemplate{
		Number: big.NewInt(1), ThisUpdate: thisUpdate, NextUpdate: nextUpdate, Revoked: revoked,
	}, e.Certificate, e.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func issue(t testing.TB, parent *Entity, template *x509.Certificate, kind string) *Entity {
	t.Helper()
	key := Key(t, kind)
	s, err := signer.FromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if template.SerialNumber == nil {
		if template.SerialNumber, err = pki.RandomSerial(rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	parentCert, parentSigner := template, s
	var chain []*x509.Certificate
	if parent != nil {
		parentCert, parentSigner = parent.Certificate, parent.Signer
		chain = append([]*x509.Certificate{parent.Certificate}, parent.Chain...)
	}
	cert, err := pki.Issue(context.Background(), template, parentCert, key.Public(), parentSigner)
	if err != nil {
		t.Fatal(err)
	}
	return &Entity{Certificate: cert, Key: key, Signer: s, Chain: chain}
}
