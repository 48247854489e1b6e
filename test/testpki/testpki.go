// Package testpki is a small certification and time-stamp authority for tests:
// a root, an issuing authority below it, leaves of every key kind, revocation
// lists and a server for them. Nothing outside tests may use it.
package testpki

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
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// Authority issues everything that a test needs.
type Authority struct {
	URL     string // where certificates say that lists and issuers are
	Root    *x509.Certificate
	Issuing *x509.Certificate
	Now     time.Time

	t          testing.TB
	rootKey    crypto.Signer
	issuingKey crypto.Signer

	mu      sync.Mutex
	serial  int64
	revoked []x509.RevocationListEntry
	fetched int
	lists   map[string][]byte
}

// Leaf is a certificate with its key.
type Leaf struct {
	Key    crypto.Signer
	Signer signer.Signer
	Cert   *x509.Certificate
}

// New makes an authority that lives around now. With a server, its lists are
// fetched from a loopback address; without, from nowhere. Edits change the
// issuing certificate before it is signed.
func New(t testing.TB, now time.Time, serve bool, edits ...func(*Authority, *x509.Certificate)) *Authority {
	t.Helper()
	a := &Authority{t: t, Now: now, URL: "http://ca.invalid"}
	if serve {
		server := httptest.NewServer(a.handler())
		t.Cleanup(server.Close)
		a.URL = server.URL
	}
	a.rootKey, a.issuingKey = Key(t, "p-256"), Key(t, "p-256")
	a.Root = a.issue(a.template("Test Root", true), nil, a.rootKey.Public(), a.rootKey)
	below := a.template("Test Issuing", true)
	below.CRLDistributionPoints = []string{a.URL + "/root.crl"}
	below.IssuingCertificateURL = []string{a.URL + "/root.cer"}
	for _, edit := range edits {
		edit(a, below)
	}
	a.Issuing = a.issue(below, a.Root, a.issuingKey.Public(), a.rootKey)
	return a
}

// Key makes a key: rsa-2048, rsa-3072, rsa-4096, p-256, p-384, p-521 or ed25519.
func Key(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "rsa-2048":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "rsa-3072":
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	case "rsa-4096":
		key, err = rsa.GenerateKey(rand.Reader, 4096)
	case "p-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "p-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "p-521":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		t.Fatalf("testpki: unknown kind of key %q", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *Authority) template(name string, ca bool) *x509.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serial++
	c := &x509.Certificate{
		SerialNumber:          big.NewInt(1<<40 + a.serial),
		Subject:               pkix.Name{CommonName: name, Organization: []string{"Consigil Test"}, Country: []string{"HU"}},
		NotBefore:             a.Now.Add(-24 * time.Hour),
		NotAfter:              a.Now.Add(365 * 24 * time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  ca,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	if ca {
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	return c
}

func (a *Authority) issue(template, parent *x509.Certificate, pub crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	a.t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

// Leaf issues a signing certificate; edits change it before it is signed.
func (a *Authority) Leaf(name, kind string, edits ...func(*x509.Certificate)) *Leaf {
	a.t.Helper()
	key := Key(a.t, kind)
	s, err := signer.FromKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	return &Leaf{Key: key, Signer: s, Cert: a.Certify(name, key.Public(), edits...)}
}

// Certify issues a signing certificate for a key that is elsewhere.
func (a *Authority) Certify(name string, pub crypto.PublicKey, edits ...func(*x509.Certificate)) *x509.Certificate {
	a.t.Helper()
	c := a.template(name, false)
	c.CRLDistributionPoints = []string{a.URL + "/issuing.crl"}
	c.IssuingCertificateURL = []string{a.URL + "/issuing.cer"}
	for _, edit := range edits {
		edit(c)
	}
	return a.issue(c, a.Issuing, pub, a.issuingKey)
}

// TSA makes a time-stamp authority whose clock is given.
func (a *Authority) TSA(clock func() time.Time) *tsp.Authority {
	a.t.Helper()
	leaf := a.Leaf("Test TSA", "p-256", TimeStamping)
	var mu sync.Mutex
	var serial int64
	return &tsp.Authority{
		Signer: leaf.Signer, Certificate: leaf.Cert, Chain: a.Chain(),
		Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1},
		Serial: func() (*big.Int, error) {
			mu.Lock()
			defer mu.Unlock()
			serial++
			return big.NewInt(serial), nil
		},
		Clock: clock, Accuracy: time.Second,
	}
}

// TimeStamping makes a leaf one of a time-stamp authority. Go marks extended key
// usage as not critical; RFC 3161 wants it so.
func TimeStamping(c *x509.Certificate) {
	c.KeyUsage = x509.KeyUsageDigitalSignature
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{
		Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true,
		Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08},
	})
}

// Chain is what a leaf carries along: the issuing authority.
func (a *Authority) Chain() []*x509.Certificate { return []*x509.Certificate{a.Issuing} }

// Revoke puts a certificate on the issuing authority's list.
func (a *Authority) Revoke(cert *x509.Certificate, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked = append(a.revoked, x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: at, ReasonCode: 1})
}

// CRLs are the root's and the issuing authority's lists of the moment.
func (a *Authority) CRLs() [][]byte {
	return [][]byte{a.crl(a.Root, a.rootKey, nil), a.crl(a.Issuing, a.issuingKey, a.revoked)}
}

func (a *Authority) crl(issuer *x509.Certificate, key crypto.Signer, revoked []x509.RevocationListEntry) []byte {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: a.Now.Add(-time.Hour), NextUpdate: a.Now.Add(24 * time.Hour),
		RevokedCertificateEntries: revoked,
	}, issuer, key)
	if err != nil {
		a.t.Error(err)
	}
	return der
}

// published is a list as a server has it: made once, and again when there is more in it.
func (a *Authority) published(name string, issuer *x509.Certificate, key crypto.Signer, revoked []x509.RevocationListEntry) []byte {
	name += fmt.Sprint(a.Now.Unix(), len(revoked))
	if a.lists[name] == nil {
		if a.lists == nil {
			a.lists = map[string][]byte{}
		}
		a.lists[name] = a.crl(issuer, key, revoked)
	}
	return a.lists[name]
}

// WeakCRL is the issuing authority's list signed with SHA-1.
func (a *Authority) WeakCRL() []byte {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		SignatureAlgorithm: x509.ECDSAWithSHA1,
		Number:             big.NewInt(1), ThisUpdate: a.Now.Add(-time.Hour), NextUpdate: a.Now.Add(24 * time.Hour),
	}, a.Issuing, a.issuingKey)
	if err != nil {
		a.t.Error(err)
	}
	return der
}

// Fetched counts what the server gave out.
func (a *Authority) Fetched() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fetched
}

// WithOCSP makes a leaf name the authority's responder.
func (a *Authority) WithOCSP(c *x509.Certificate) { c.OCSPServer = []string{a.URL + "/ocsp"} }

// OCSP answers a request as the server does.
func (a *Authority) OCSP(request []byte) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ocsp(request)
}

// OnlyOCSP makes a certificate name the authority's responder and no list.
func OnlyOCSP(a *Authority, c *x509.Certificate) {
	a.WithOCSP(c)
	c.CRLDistributionPoints = nil
}

// Responder issues a certificate that answers may be signed with.
func (a *Authority) Responder(edits ...func(*x509.Certificate)) *Leaf {
	a.t.Helper()
	return a.Leaf("Test Responder", "p-256", append([]func(*x509.Certificate){func(c *x509.Certificate) {
		c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	}}, edits...)...)
}

// NoCheck says that a responder needs no revocation data.
func NoCheck(c *x509.Certificate) {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}})
}

// ocsp answers for the issuing authority, and for the root, by their own keys.
func (a *Authority) ocsp(body []byte) []byte {
	request, err := pki.ParseOCSPRequest(body)
	if err != nil {
		return pki.OCSPFailure(1)
	}
	issuer, key := a.Issuing, a.issuingKey
	if len(request.Certificates) > 0 && request.Certificates[0].IssuedBy(a.Root) {
		issuer, key = a.Root, a.rootKey
	}
	t := pki.OCSPTemplate{ProducedAt: a.Now, Nonce: request.Nonce}
	for _, id := range request.Certificates {
		status := pki.Status{State: pki.StateGood, ThisUpdate: a.Now.Add(-time.Minute), NextUpdate: a.Now.Add(time.Hour)}
		for _, r := range a.revoked {
			if r.SerialNumber.Cmp(id.Serial) == 0 {
				status.State, status.RevokedAt, status.Reason = pki.StateRevoked, r.RevocationTime, r.ReasonCode
			}
		}
		if !id.IssuedBy(issuer) {
			status.State = pki.StateUnknown
		}
		t.Answers = append(t.Answers, pki.OCSPAnswer{ID: id, Status: status})
	}
	s, err := signer.FromKey(key)
	if err != nil {
		return pki.OCSPFailure(2)
	}
	response, err := pki.BuildOCSPResponse(context.Background(), t, issuer, false, s)
	if err != nil {
		return pki.OCSPFailure(2)
	}
	return response
}

func (a *Authority) handler() http.Handler {
	answers := map[string]func() []byte{
		"/root.crl":    func() []byte { return a.published("root", a.Root, a.rootKey, nil) },
		"/issuing.crl": func() []byte { return a.published("issuing", a.Issuing, a.issuingKey, a.revoked) },
		"/root.cer":    func() []byte { return a.Root.Raw },
		"/issuing.cer": func() []byte { return a.Issuing.Raw },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ocsp" {
			body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
			if err != nil {
				return
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			a.fetched++
			w.Header().Set("Content-Type", "application/ocsp-response")
			_, _ = w.Write(a.ocsp(body))
			return
		}
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.fetched++
		_, _ = w.Write(answer())
	})
}

// PEM encodes certificates.
func PEM(certs ...*x509.Certificate) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// Broken is a time-stamp source that always fails with its error.
type Broken struct{ Err error }

// Timestamp fails.
func (b Broken) Timestamp(context.Context, crypto.Hash, []byte) ([]byte, error) { return nil, b.Err }
