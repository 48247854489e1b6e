package pki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
)

// responder issues a certificate to answer for its issuer with.
func responder(t testing.TB, ca *pkitest.Entity, noCheck bool) *pkitest.Entity {
	t.Helper()
	template := pkitest.CATemplate("Responder", when)
	template.IsCA, template.KeyUsage = false, x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	if noCheck {
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}}
	}
	return ca.Issue(t, template, "P-256")
}

// answer is a response about a certificate.
func answer(t testing.TB, by, issuer *pkitest.Entity, about *x509.Certificate, state pki.State) *pki.OCSPResponse {
	t.Helper()
	raw, err := pki.BuildOCSPRequest(about, issuer.Certificate, nil)
	if err != nil {
		t.Fatal(err)
	}
	request, err := pki.ParseOCSPRequest(raw)
	if err != nil {
		t.Fatal(err)
	}
	built := pki.OCSPTemplate{ProducedAt: when, Answers: []pki.OCSPAnswer{{
		ID: request.Certificates[0], Status: pki.Status{State: state, ThisUpdate: when, NextUpdate: when.Add(time.Hour), RevokedAt: when},
	}}}
	raw, err = pki.BuildOCSPResponse(t.Context(), built, by.Certificate, by != issuer, by.Signer)
	if err != nil {
		t.Fatal(err)
	}
	response, err := pki.ParseOCSPResponse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func list(t testing.TB, by *pkitest.Entity) *pki.CRL {
	t.Helper()
	parsed, err := pki.ParseCRL(by.CRL(t, when, when.Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestHoldings(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	twin := pkitest.Root(t, "Root", "P-256", when) // of the same name
	ca := root.Issue(t, pkitest.CATemplate("Issuing", when), "P-256")
	leaf := ca.Leaf(t, "Leaf", "P-256", when)
	other := ca.Leaf(t, "Other", "P-256", when)
	delegate, checked := responder(t, ca, true), responder(t, ca, false)
	stranger := responder(t, root, true)
	certs := []*x509.Certificate{ca.Certificate, root.Certificate}
	rootList, caList := list(t, root), list(t, ca)
	about := leaf.Certificate
	for name, tt := range map[string]struct {
		certs []*x509.Certificate
		lists []*pki.CRL
		ocsp  []*pki.OCSPResponse
		want  error
	}{
		"lists":                      {certs, []*pki.CRL{rootList, caList}, nil, nil},
		"a twin beside":              {append([]*x509.Certificate{twin.Certificate}, certs...), []*pki.CRL{list(t, twin), rootList, caList}, nil, nil},
		"a twin instead":             {[]*x509.Certificate{ca.Certificate, twin.Certificate}, []*pki.CRL{list(t, twin), caList}, nil, nil}, // the issuing one is the top then
		"nothing":                    {nil, nil, nil, pki.ErrNoAnchor},
		"no issuer":                  {certs[1:], []*pki.CRL{rootList, caList}, nil, pki.ErrNoAnchor},
		"the root's list missing":    {certs, []*pki.CRL{caList}, nil, pki.ErrNoRevocation},
		"the twin's list":            {certs, []*pki.CRL{list(t, twin), caList}, nil, pki.ErrNoRevocation},
		"top without root":           {certs[:1], []*pki.CRL{caList}, nil, nil},
		"the issuer answers":         {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, ca, ca, about, pki.StateGood)}, nil},
		"revoked is an answer":       {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, ca, ca, about, pki.StateRevoked)}, nil},
		"unknown is none":            {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, ca, ca, about, pki.StateUnknown)}, pki.ErrNoRevocation},
		"about another":              {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, ca, ca, other.Certificate, pki.StateGood)}, pki.ErrNoRevocation},
		"a delegate":                 {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, delegate, ca, about, pki.StateGood)}, nil},
		"a delegate to be checked":   {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, checked, ca, about, pki.StateGood)}, pki.ErrNoRevocation},
		"a delegate that is checked": {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, checked, ca, about, pki.StateGood), answer(t, ca, ca, checked.Certificate, pki.StateGood)}, nil},
		"a delegate for itself":      {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, checked, ca, about, pki.StateGood), answer(t, checked, ca, checked.Certificate, pki.StateGood)}, pki.ErrNoRevocation},
		"another issuer's delegate":  {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, stranger, ca, about, pki.StateGood)}, pki.ErrNoRevocation},
		"a leaf answers":             {certs, []*pki.CRL{rootList}, []*pki.OCSPResponse{answer(t, other, ca, about, pki.StateGood)}, pki.ErrNoRevocation},
	} {
		h := pki.NewHoldings(nil)
		h.AddCertificates(tt.certs...)
		h.AddCRLs(tt.lists...)
		h.AddOCSP(tt.ocsp...)
		for range 2 { // the second time from memory
			if err := h.Complete(about); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
	}
}
