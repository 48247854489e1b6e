package pki_test

import (
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
)

var when = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // a fixed instant

// seeds adds the files that a pattern finds in the corpora.
func seeds(f *testing.F, most int, pattern ...string) {
	f.Helper()
	folder := corpora(f)
	if folder == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(append([]string{folder, "pki"}, pattern...)...))
	if err != nil {
		f.Fatal(err)
	}
	for i, name := range files {
		if i%(len(files)/most+1) != 0 {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(raw)), "")); err == nil {
			raw = der
		}
		f.Add(raw)
	}
}

func FuzzParseCRL(f *testing.F) {
	root := pkitest.Root(f, "Root", "P-256", when)
	leaf := root.Leaf(f, "Leaf", "P-256", when)
	f.Add(root.CRL(f, when, when.Add(time.Hour), pki.Revoked{Serial: leaf.Certificate.SerialNumber, At: when, Reason: 1}))
	seeds(f, 30, "nist_pkits", "crls", "*.crl")
	f.Fuzz(func(t *testing.T, in []byte) {
		list, err := pki.ParseCRL(in)
		if err != nil {
			return
		}
		_, _ = list.Check(leaf.Certificate, root.Certificate, when) // either outcome is fine
		e := pki.Evidence{CRLs: []*pki.CRL{list}, Anchors: []*x509.Certificate{root.Certificate}, At: when}
		if status, err := e.CheckRevocation(leaf.Certificate, root.Certificate); err == nil && status.State == pki.StateUnknown {
			t.Fatal("neither good nor revoked nor an error")
		}
	})
}

func FuzzParseOCSPResponse(f *testing.F) {
	root := pkitest.Root(f, "Root", "P-256", when)
	leaf := root.Leaf(f, "Leaf", "P-256", when)
	seeds(f, 30, "openssl-ocsp", "*.ors")
	f.Fuzz(func(_ *testing.T, in []byte) {
		if response, err := pki.ParseOCSPResponse(in); err == nil {
			_, _ = response.Check(leaf.Certificate, root.Certificate, when) // either outcome is fine
		}
	})
}

// FuzzParseCertificate reads anything as a certificate and looks for a path.
func FuzzParseCertificate(f *testing.F) {
	root := pkitest.Root(f, "Root", "P-256", when)
	f.Add(root.Certificate.Raw)
	seeds(f, 60, "nist_pkits", "certs", "*.crt")
	f.Fuzz(func(t *testing.T, in []byte) {
		cert, err := pki.ParseCertificate(in)
		if err != nil {
			return
		}
		if cert.SerialNumber == nil || cert.SerialNumber.Cmp(new(big.Int)) == 0 && len(cert.Raw) == 0 {
			t.Fatal("no serial number")
		}
		pool := []*x509.Certificate{cert, root.Certificate}
		_, _ = pki.BuildPath(cert, pool, pool[1:], pki.PathOptions{At: when}) // either outcome is fine
		_, _ = pki.BuildPath(cert, pool, pool[:1], pki.PathOptions{At: when}) // either outcome is fine
	})
}

func FuzzParseOCSPRequest(f *testing.F) {
	root := pkitest.Root(f, "Root", "P-256", when)
	leaf := root.Leaf(f, "Leaf", "P-256", when)
	for _, nonce := range [][]byte{nil, []byte("nonce")} {
		request, err := pki.BuildOCSPRequest(leaf.Certificate, root.Certificate, nonce)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(request)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		request, err := pki.ParseOCSPRequest(raw)
		if err != nil {
			return
		}
		answers := pki.OCSPTemplate{ProducedAt: when, Nonce: request.Nonce}
		for _, id := range request.Certificates {
			id.IssuedBy(root.Certificate)
			answers.Answers = append(answers.Answers, pki.OCSPAnswer{ID: id, Status: pki.Status{State: pki.StateGood, ThisUpdate: when}})
		}
		response, err := pki.BuildOCSPResponse(t.Context(), answers, root.Certificate, true, root.Signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pki.ParseOCSPResponse(response); err != nil {
			t.Fatalf("our own answer cannot be read: %v", err)
		}
	})
}
