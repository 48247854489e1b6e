// Package ocsp is a certification authority with an OCSP responder for tests that is
// right, or wrong in one exact way. It assembles its answers with encoding/asn1 and
// shares no code with the product, and it is strict: a request that is not what RFC
// 6960 says fails the test. Nothing outside tests may use it.
package ocsp

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" // CertID and the responder's identifier are SHA-1
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Kind is the one way in which an answer is wrong.
type Kind string

// The kinds.
const (
	Good            Kind = "good"
	Revoked         Kind = "revoked"
	Unknown         Kind = "unknown"
	Stale           Kind = "stale"
	WrongResponder  Kind = "wrong-responder"  // signed by a key that the CA never certified
	OtherResponder  Kind = "other-responder"  // certified by the CA, for something else
	BrokenSignature Kind = "broken-signature" // of the CA itself
	OtherSerial     Kind = "other-serial"     // an answer about another certificate
	TryLater        Kind = "try-later"
	Garbage         Kind = "garbage"
	HTML            Kind = "html"
	ServerError     Kind = "server-error"
	Huge            Kind = "huge"
)

// Authority issues certificates whose responder is wrong in the way asked for.
type Authority struct {
	URL  string
	Root *x509.Certificate

	t      testing.TB
	now    func() time.Time
	key    *ecdsa.PrivateKey
	serial int64
	other  identity // certified by nobody
	client identity // certified, without the usage
}

type identity struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// New starts the authority on loopback.
func New(t testing.TB, now func() time.Time) *Authority {
	t.Helper()
	a := &Authority{t: t, now: now}
	root := a.template("Stand-in Issuer")
	root.IsCA, root.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	a.key = a.newKey()
	a.Root = a.certify(root, root, a.key, a.key)
	a.other.key = a.newKey()
	responder := a.template("Stand-in Responder")
	responder.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	a.other.cert = a.certify(responder, responder, a.other.key, a.other.key)
	a.client.key = a.newKey()
	client := a.template("Stand-in Client")
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	a.client.cert = a.certify(client, a.Root, a.client.key, a.key)
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// Leaf issues a signing certificate that names the responder of a kind.
func (a *Authority) Leaf(k Kind) (*ecdsa.PrivateKey, *x509.Certificate) {
	a.t.Helper()
	key := a.newKey()
	c := a.template("Signer " + string(k))
	c.KeyUsage |= x509.KeyUsageContentCommitment
	c.OCSPServer = []string{a.URL + "/" + string(k)}
	return key, a.certify(c, a.Root, key, a.key)
}

func (a *Authority) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return key
}

func (a *Authority) template(name string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(1000 + a.serial), Subject: pkix.Name{CommonName: name}, BasicConstraintsValid: true,
		NotBefore: a.now().Add(-48 * time.Hour), NotAfter: a.now().Add(48 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func (a *Authority) certify(c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
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

type certID struct {
	Hash   pkix.AlgorithmIdentifier
	Name   []byte
	Key    []byte
	Serial *big.Int
}

type ocspRequest struct{ TBS tbsRequest }

type tbsRequest struct {
	Requests   []struct{ ID certID }
	Extensions []pkix.Extension `asn1:"optional,explicit,tag:2"`
}

// ServeHTTP answers one request.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := Kind(strings.Trim(r.URL.Path, "/"))
	id := a.read(r)
	if id == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	switch kind {
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Welcome</title>"))
	case ServerError:
		w.WriteHeader(http.StatusInternalServerError)
	case Garbage:
		_, _ = w.Write(bytes.Repeat([]byte("garbage "), 40))
	case Huge:
		_, _ = w.Write(make([]byte, 2<<20))
	case TryLater:
		_, _ = w.Write([]byte{0x30, 3, 0x0a, 1, 3})
	default:
		_, _ = w.Write(a.answer(kind, *id))
	}
}

// read is strict; what is wrong fails the test.
func (a *Authority) read(r *http.Request) *certID {
	wrong := func(what string) *certID {
		a.t.Errorf("OCSP request: %s", what)
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return wrong(err.Error())
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ocsp-request" {
		return wrong(r.Method + " of " + r.Header.Get("Content-Type"))
	}
	var req ocspRequest
	rest, err := asn1.Unmarshal(body, &req)
	if err != nil || len(rest) > 0 || len(req.TBS.Requests) != 1 {
		return wrong("not one question in DER")
	}
	id := req.TBS.Requests[0].ID
	name, key := sha1.Sum(a.Root.RawSubject), a.keyHash(a.Root)
	if !bytes.Equal(id.Name, name[:]) || !bytes.Equal(id.Key, key) {
		return wrong("about another issuer's certificate")
	}
	return &id
}

func (a *Authority) keyHash(cert *x509.Certificate) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info); err != nil {
		a.t.Fatal(err)
	}
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:]
}

type single struct {
	ID     certID
	Status asn1.RawValue
	This   time.Time `asn1:"generalized"`
	Next   time.Time `asn1:"generalized,explicit,tag:0"`
}

type responseData struct {
	Responder asn1.RawValue
	Produced  time.Time `asn1:"generalized"`
	Answers   []single
}

type basicResponse struct {
	Data         asn1.RawValue
	Algorithm    pkix.AlgorithmIdentifier
	Signature    asn1.BitString
	Certificates []asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

// answer is the OCSPResponse of a kind.
func (a *Authority) answer(k Kind, id certID) []byte {
	now := a.now().UTC().Truncate(time.Second)
	s := single{ID: id, Status: asn1.RawValue{Class: 2, Tag: 0}, This: now.Add(-time.Hour), Next: now.Add(time.Hour)}
	switch k {
	case Revoked:
		at := encode(now.Add(-24*time.Hour), "generalized")
		s.Status = asn1.RawValue{Class: 2, Tag: 1, IsCompound: true, Bytes: at}
	case Unknown:
		s.Status = asn1.RawValue{Class: 2, Tag: 2}
	case Stale:
		s.This, s.Next = now.Add(-48*time.Hour), now.Add(-24*time.Hour)
	case OtherSerial:
		s.ID.Serial = new(big.Int).Add(id.Serial, big.NewInt(1))
	}
	signing := identity{a.key, a.Root}
	switch k {
	case WrongResponder:
		signing = a.other
	case OtherResponder:
		signing = a.client
	}
	data := encode(responseData{
		Responder: asn1.RawValue{Class: 2, Tag: 2, IsCompound: true, Bytes: encode(a.keyHash(signing.cert))}, Produced: s.This, Answers: []single{s},
	})
	basic := basicResponse{
		Data: asn1.RawValue{FullBytes: data}, Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}},
		Signature: a.sign(signing.key, data, k == BrokenSignature),
	}
	if signing.cert != a.Root {
		basic.Certificates = []asn1.RawValue{{FullBytes: signing.cert.Raw}}
	}
	return encode(struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type  asn1.ObjectIdentifier
			Basic []byte
		} `asn1:"explicit,tag:0"`
	}{0, struct {
		Type  asn1.ObjectIdentifier
		Basic []byte
	}{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}, encode(basic)}})
}

func (a *Authority) sign(key *ecdsa.PrivateKey, data []byte, broken bool) asn1.BitString {
	digest := sha256.Sum256(data)
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		a.t.Error(err)
	}
	if broken {
		signature[len(signature)-1] ^= 1
	}
	return asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
}

// encode marshals what can always be marshalled.
func encode(v any, params ...string) []byte {
	out, err := asn1.MarshalWithParams(v, strings.Join(params, ","))
	if err != nil {
		panic(err)
	}
	return out
}
