package seal_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/test/world"
)

// bought is a world whose seal reaches a CA of somebody else on loopback.
func bought(t *testing.T, custodians ...seal.Custodian) (*world.World, *testpki.Authority) {
	t.Helper()
	w := world.New(t)
	ca := testpki.New(t, w.Clock.Now(), true)
	client, err := fetch.New(fetch.Config{Local: []string{ca.URL}})
	if err != nil {
		t.Fatal(err)
	}
	if len(custodians) == 0 {
		custodians = []seal.Custodian{seal.Software(w.Ring())}
	}
	w.Seal = seal.New(seal.Deps{
		Store: w.Envelopes(), Vault: w.Vault, Keys: w.SealKeys(), Custodians: custodians, Authority: w.Answers, Organizations: w,
		Timestamps: w, Clock: w.Clock, PublicURL: func() string { return world.PublicURL }, Fetcher: client,
	})
	return w, ca
}

func pkcs12File(t *testing.T, leaf *testpki.Leaf, chain ...*x509.Certificate) []byte {
	t.Helper()
	file, err := pkcs12.Modern.Encode(leaf.Key, leaf.Cert, chain, "geheim")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSealsWithAnImportedCertificate(t *testing.T) {
	for _, kind := range []string{"p-256", "rsa-3072"} {
		w, ca := bought(t)
		ctx := context.Background()
		leaf := ca.Leaf("Példa Kft.", kind, ca.WithOCSP)
		key, err := w.Seal.ImportPKCS12(ctx, w.Org, pkcs12File(t, leaf, ca.Issuing, ca.Root), "geheim")
		if err != nil {
			t.Fatal(err)
		}
		if !key.Current || key.Source != seal.Imported || len(key.Chain) != 3 {
			t.Errorf("key %+v", key)
		}
		w.Policy.Level = "B-LTA"
		env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
		w.Drain(t, 20, 0)
		e, docs, _, _ := state(t, w, env)
		if e.State != envelope.Sealed && e.State != envelope.Delivered || docs[0].Level != "B-LTA" {
			t.Errorf("envelope %s, document %+v", e.State, docs[0])
		}
		w.Algorithm = "P-384" // what the built-in CA would do does not touch it
		ident, err := w.Seal.Identity(ctx, w.Org)
		if err != nil || !ident.Chain[0].Equal(leaf.Cert) {
			t.Errorf("identity %+v, %v", ident, err)
		}
		built, err := w.Seal.UseBuiltIn(ctx, w.Org)
		if err != nil || built.Source != seal.Issued || built.Algorithm != "P-384" {
			t.Errorf("built-in again: %+v, %v", built, err)
		}
		if keys, err := w.Seal.Keys(ctx, w.Org); err != nil || len(keys) != 2 || keys[1].Source != seal.Imported || keys[1].Current {
			t.Errorf("keys %+v, %v", keys, err)
		}
	}
}

func TestRefusesCertificatesThatMakeNoSeals(t *testing.T) {
	w, ca := bought(t)
	ctx := context.Background()
	before, err := w.Seal.Identity(ctx, w.Org)
	if err != nil {
		t.Fatal(err)
	}
	now := w.Clock.Now()
	good := ca.Leaf("Good", "p-256")
	for name, c := range map[string]struct {
		file     []byte
		password string
		code     string
	}{
		"wrong password":     {pkcs12File(t, good, ca.Issuing, ca.Root), "falsch", "wrong_password"},
		"no such file":       {[]byte("nothing"), "", "not_pkcs12"},
		"expired":            {pkcs12File(t, ca.Leaf("Old", "p-256", func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }), ca.Issuing, ca.Root), "geheim", "certificate_expired"},
		"not yet":            {pkcs12File(t, ca.Leaf("New", "p-256", func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }), ca.Issuing, ca.Root), "geheim", "certificate_not_yet_valid"},
		"usage":              {pkcs12File(t, ca.Leaf("Web", "p-256", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), ca.Issuing, ca.Root), "geheim", "certificate_usage"},
		"extended usage":     {pkcs12File(t, ca.Leaf("Web", "p-256", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), ca.Issuing, ca.Root), "geheim", "certificate_usage"},
		"no issuer":          {pkcs12File(t, good), "geheim", "certificate_chain"},
		"no root":            {pkcs12File(t, good, ca.Issuing), "geheim", "certificate_chain"},
		"revocation unknown": {pkcs12File(t, ca.Leaf("Dark", "p-256", func(c *x509.Certificate) { c.CRLDistributionPoints = nil }), ca.Issuing, ca.Root), "geheim", "seal_not_working"},
	} {
		_, err := w.Seal.ImportPKCS12(ctx, w.Org, c.file, c.password)
		if got := codeOf(err); got != c.code {
			t.Errorf("%s: %q in place of %q: %v", name, got, c.code, err)
		}
	}
	ca.Revoke(good.Cert, now.Add(-time.Minute))
	if _, err := w.Seal.ImportPKCS12(ctx, w.Org, pkcs12File(t, good, ca.Issuing, ca.Root), "geheim"); codeOf(err) != "seal_not_working" {
		t.Errorf("revoked: %v", err)
	}
	after, err := w.Seal.Identity(ctx, w.Org)
	if err != nil || after.KeyID != before.KeyID {
		t.Errorf("a refused import changed the seal: %+v, %v", after, err)
	}
}

// codeOf is a problem's code, or that of the field that it names.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	p := problem.From(err)
	if len(p.Fields) > 0 {
		return p.Fields[0].Code
	}
	return p.Code
}

func TestSealsWithACertificateThatWasRequested(t *testing.T) {
	w, ca := bought(t)
	ctx := context.Background()
	r, err := w.Seal.CreateRequest(ctx, w.Org, seal.Subject{CommonName: "Példa Kft.", Organization: "Példa Kft.", Country: "HU"}, "P-384")
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.ParseCertificateRequest(r.DER)
	if err != nil || csr.CheckSignature() != nil || csr.Subject.CommonName != "Példa Kft." {
		t.Fatalf("request %+v, %v", csr, err)
	}
	other := ca.Leaf("Other", "p-384")
	if _, err := w.Seal.CompleteRequest(ctx, w.Org, r.ID, testpki.PEM(other.Cert, ca.Issuing, ca.Root)); codeOf(err) != "certificate_of_another_key" {
		t.Errorf("another key's certificate: %v", err)
	}
	cert := ca.Certify("Példa Kft.", csr.PublicKey)
	key, err := w.Seal.CompleteRequest(ctx, w.Org, r.ID, testpki.PEM(ca.Root, cert, ca.Issuing))
	if err != nil || key.Algorithm != "P-384" || key.Source != seal.Imported {
		t.Fatalf("key %+v, %v", key, err)
	}
	if ident, err := w.Seal.Identity(ctx, w.Org); err != nil || !ident.Chain[0].Equal(cert) {
		t.Errorf("identity %+v, %v", ident, err)
	}
	if list, err := w.Seal.Requests(ctx, w.Org); err != nil || len(list) != 0 {
		t.Errorf("requests %+v, %v", list, err)
	}
	if block, _ := pem.Decode(testpki.PEM(cert)); block == nil {
		t.Fatal("no PEM")
	}
}

func TestRequestsAreFew(t *testing.T) {
	w, _ := bought(t)
	ctx := context.Background()
	for range 5 {
		if _, err := w.Seal.CreateRequest(ctx, w.Org, seal.Subject{CommonName: "X"}, "P-256"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Seal.CreateRequest(ctx, w.Org, seal.Subject{CommonName: "X"}, "P-256"); codeOf(err) != "too_many_requests" {
		t.Errorf("a sixth: %v", err)
	}
	for _, bad := range []seal.Subject{{}, {CommonName: "X", Country: "Hungary"}, {CommonName: "X\n"}} {
		if _, err := w.Seal.CreateRequest(ctx, w.Org, bad, "P-256"); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestAnImportedCertificateIsNotReplacedInSilence(t *testing.T) {
	w, ca := bought(t)
	ctx := context.Background()
	leaf := ca.Leaf("Példa Kft.", "p-256")
	if _, err := w.Seal.ImportPKCS12(ctx, w.Org, pkcs12File(t, leaf, ca.Issuing, ca.Root), "geheim"); err != nil {
		t.Fatal(err)
	}
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	w.Clock.Add(366 * 24 * time.Hour)
	w.Drain(t, 3, 10*time.Second)
	_, docs, _, _ := state(t, w, env)
	if docs[0].State == "sealed" || docs[0].Stalled != seal.StalledCertificate {
		t.Errorf("sealed in silence: %+v", docs[0])
	}
	if err := w.Seal.SelfTest(ctx, w.Org, "B-T"); codeOf(err) != "seal_not_working" {
		t.Errorf("self test: %v", err)
	}
	if _, err := w.Seal.Keys(ctx, w.Org); err != nil {
		t.Errorf("the list of certificates: %v", err)
	}
	w.Policy.Fallback = true
	w.Drain(t, 20, time.Minute)
	if _, docs, _, _ = state(t, w, env); docs[0].Level != "B-T" {
		t.Errorf("with the organization's leave: %+v", docs[0])
	}
}
