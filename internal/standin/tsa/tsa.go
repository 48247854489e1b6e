// Package tsa is a time-stamp authority for tests that is right, or wrong in one
// exact way. It assembles its answers with encoding/asn1 and shares no code with
// the product, and it is strict: a request that is not what RFC 3161 says fails the
// test. Nothing outside tests may use it.
package tsa

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Policy is the one under which tokens are made, unless a request names another.
func Policy() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 7} }

// Authority answers under URL/KIND as the kind says.
type Authority struct {
	URL  string
	Root *x509.Certificate

	t      testing.TB
	now    func() time.Time
	root   *ecdsa.PrivateKey
	signer map[Kind]identity // of certificates that are wrong by themselves
	good   identity
	twin   identity // another certificate of the same name and serial number

	mu    sync.Mutex
	asked map[Kind]int
}

type identity struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// New starts an authority on loopback.
func New(t testing.TB, now func() time.Time) *Authority {
	t.Helper()
	a := &Authority{t: t, now: now, signer: map[Kind]identity{}, asked: map[Kind]int{}}
	a.root = a.newKey()
	a.Root = a.certify(a.root, a.root, nil, big.NewInt(1), nil, a.now())
	stamping := extension(true, timeStamping())
	a.good = a.issue(big.NewInt(100), stamping)
	a.twin = a.issue(big.NewInt(100), stamping)
	a.signer[WrongUsage] = a.issue(big.NewInt(101), extension(true, clientAuth()))
	a.signer[UsageNotCritical] = a.issue(big.NewInt(102), extension(false, timeStamping()))
	a.signer[UsageNotAlone] = a.issue(big.NewInt(103), extension(true, timeStamping(), clientAuth()))
	a.signer[NoUsage] = a.issue(big.NewInt(104))
	old := a.newKey()
	a.signer[Expired] = identity{old, a.certify(old, a.root, a.Root, big.NewInt(105), []pkix.Extension{stamping}, a.now().AddDate(-1, 0, 0))}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// Asked counts the requests for a kind.
func (a *Authority) Asked(k Kind) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[k]
}

func (a *Authority) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return key
}

func (a *Authority) issue(serial *big.Int, extensions ...pkix.Extension) identity {
	key := a.newKey()
	return identity{key, a.certify(key, a.root, a.Root, serial, extensions, a.now())}
}

func (a *Authority) certify(key, by *ecdsa.PrivateKey, parent *x509.Certificate, serial *big.Int, extensions []pkix.Extension, around time.Time) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Stand-in TSA"},
		NotBefore: around.Add(-48 * time.Hour), NotAfter: around.Add(48 * time.Hour),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: extensions,
	}
	if parent == nil {
		c.Subject.CommonName, c.IsCA, c.KeyUsage = "Stand-in Root", true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		parent = c
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

func timeStamping() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
}

func clientAuth() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2} }

func extension(critical bool, usages ...asn1.ObjectIdentifier) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: critical, Value: encode(usages)}
}

// request is TimeStampReq.
type request struct {
	Version int
	Imprint imprint
	Policy  asn1.ObjectIdentifier `asn1:"optional"`
	Nonce   *big.Int              `asn1:"optional"`
	CertReq bool                  `asn1:"optional"`
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

// ServeHTTP answers one request.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := Kind(strings.Trim(r.URL.Path, "/"))
	a.mu.Lock()
	a.asked[kind]++
	a.mu.Unlock()
	req := a.read(r)
	if req == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if a.misbehave(kind, w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(a.answer(kind, req))
}

// read is strict; what is wrong fails the test.
func (a *Authority) read(r *http.Request) *request {
	wrong := func(what string) *request {
		a.t.Errorf("time-stamp request: %s", what)
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return wrong(err.Error())
	}
	switch {
	case r.Method != http.MethodPost:
		return wrong("method " + r.Method)
	case r.Header.Get("Content-Type") != "application/timestamp-query":
		return wrong("content type " + r.Header.Get("Content-Type"))
	}
	var req request
	rest, err := asn1.Unmarshal(body, &req)
	switch {
	case err != nil:
		return wrong(err.Error())
	case len(rest) > 0 || !bytes.Equal(encode(req), body):
		return wrong("not DER, or octets behind it")
	case req.Version != 1:
		return wrong("version")
	case req.Nonce == nil || req.Nonce.BitLen() < 32:
		return wrong("no nonce worth the name")
	case !req.CertReq:
		return wrong("certificates are not asked for")
	case hashOf(req.Imprint.Algorithm.Algorithm).Size() != len(req.Imprint.Digest):
		return wrong("imprint of a length that is not the hash's")
	}
	return &req
}

func hashOf(oid asn1.ObjectIdentifier) crypto.Hash {
	return map[string]crypto.Hash{
		"2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
	}[oid.String()]
}

// encode marshals what can always be marshalled.
func encode(v any, params ...string) []byte {
	out, err := asn1.MarshalWithParams(v, strings.Join(params, ","))
	if err != nil {
		panic(err)
	}
	return out
}
