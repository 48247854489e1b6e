package pades

import (
	"crypto/sha256"
	"crypto/x509"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
)

// shelf keeps the validation data of a file's revisions, each read once: the
// store of a revision is mostly that of the one before.
type shelf struct {
	certs  map[[32]byte]*x509.Certificate
	crls   map[[32]byte]*pki.CRL
	ocsp   map[[32]byte]*pki.OCSPResponse
	checks pki.Checks
}

func newShelf() *shelf {
	return &shelf{
		certs: map[[32]byte]*x509.Certificate{}, crls: map[[32]byte]*pki.CRL{}, ocsp: map[[32]byte]*pki.OCSPResponse{},
		checks: pki.Checks{},
	}
}

// store reads the document security store of a revision; nil where there is
// none, or none with revocation data (EN 319 142-1 section 5.4.2).
func (s *shelf) store(file *pdf.File) *pki.Holdings {
	m, err := readStore(file)
	if err != nil || len(m.CRLs)+len(m.OCSP) == 0 {
		return nil
	}
	h := pki.NewHoldings(s.checks)
	s.put(h, m.certs, m.CRLs, m.OCSP)
	return h
}

// put adds what can be read of certificates, lists and responses.
func (s *shelf) put(h *pki.Holdings, certs, crls, ocsp [][]byte) {
	for _, raw := range certs {
		if c := once(s.certs, raw, pki.ParseCertificate); c != nil {
			h.AddCertificates(c)
		}
	}
	for _, raw := range crls {
		if c := once(s.crls, raw, pki.ParseCRL); c != nil {
			h.AddCRLs(c)
		}
	}
	for _, raw := range ocsp {
		if r := once(s.ocsp, raw, pki.ParseOCSPResponse); r != nil {
			h.AddOCSP(r)
		}
	}
}

// putCMS adds what a signature or time stamp carries itself.
func (s *shelf) putCMS(h *pki.Holdings, data *cms.SignedData) {
	crls, ocsp := data.CRLs, data.OCSPResponses
	for i := range data.Signers {
		c, o := data.Signers[i].RevocationArchive()
		crls, ocsp = append(crls[:len(crls):len(crls)], c...), append(ocsp[:len(ocsp):len(ocsp)], o...)
	}
	s.put(h, data.RawCertificates, crls, ocsp)
}

// once parses each thing one time; nil where it cannot be read.
func once[T any](known map[[32]byte]*T, raw []byte, parse func([]byte) (*T, error)) *T {
	key := sha256.Sum256(raw)
	if v, ok := known[key]; ok {
		return v
	}
	v, err := parse(raw)
	if err != nil {
		v = nil
	}
	known[key] = v
	return v
}
