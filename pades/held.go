package pades

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// shelf keeps the validation data of a file's revisions, each read once: the
// store of a revision is mostly that of the one before.
type shelf struct {
	certs  map[[32]byte]*x509.Certificate
	crls   map[[32]byte]*pki.CRL
	ocsp   map[[32]byte]*pki.OCSPResponse
	tokens map[[32]byte]*tsp.Token
	values map[[32]byte]value
	known  []*x509.Certificate // that need not be parsed again
	checks *pki.Checks
}

// value is what /Contents of a signature holds.
type value struct {
	data   *cms.SignedData // nil where it cannot be read
	tokens []*tsp.Token    // that are over its signature
}

// maxKnown bounds the certificates that each value is compared with.
const maxKnown = 64

// knows puts in a token that was read before, with its certificates.
func (s *shelf) knows(raw []byte, token *tsp.Token) {
	keep(&s.tokens, sha256.Sum256(raw), token)
	s.knowsCertificates(token.Certificates...)
}

func (s *shelf) knowsCertificates(certs ...*x509.Certificate) {
	for _, c := range certs {
		if len(s.known) < maxKnown && s.knownAs(c.Raw) == nil {
			s.known = append(s.known, c)
		}
	}
}

// knownAs is the known certificate of these bytes, or nil.
func (s *shelf) knownAs(raw []byte) *x509.Certificate {
	for _, c := range s.known {
		if bytes.Equal(c.Raw, raw) {
			return c
		}
	}
	return nil
}

func (s *shelf) certificate(raw []byte) *x509.Certificate {
	if c := s.knownAs(raw); c != nil {
		return c
	}
	return once(&s.certs, raw, pki.ParseCertificate)
}

// token reads a time stamp, nil where it is none. What follows it does not matter.
func (s *shelf) token(raw []byte) *tsp.Token {
	return once(&s.tokens, element(raw), func(raw []byte) (*tsp.Token, error) { return tsp.ParseToken(raw, s.known...) })
}

// value reads a signature's value.
func (s *shelf) value(contents []byte) value {
	contents = element(contents)
	key := sha256.Sum256(contents)
	if v, ok := s.values[key]; ok {
		return v
	}
	v := s.read(contents)
	keep(&s.values, key, v)
	return v
}

// read is value for what is looked at once.
func (s *shelf) read(contents []byte) value {
	data, err := cms.Parse(contents, s.known...)
	if err != nil {
		return value{}
	}
	s.knowsCertificates(data.Certificates...)
	return value{data: data, tokens: s.fittingTokens(data)}
}

// element cuts off the zeros behind a value that says how long it is.
func element(contents []byte) []byte {
	input := cryptobyte.String(contents)
	var whole cryptobyte.String
	var tag casn1.Tag
	if input.ReadAnyASN1Element(&whole, &tag) {
		return whole
	}
	return contents
}

// level is the one that a signature's value, der, has by itself.
func (v value) level(der []byte) Level {
	if v.data == nil || len(v.data.Signers) != 1 {
		return LevelNone
	}
	level := LevelPKCS7B
	if baselineCMS(der, v.data) {
		level = LevelB
	}
	if len(v.tokens) > 0 {
		return level.with(LevelT)
	}
	return level
}

// fittingTokens are the time stamps over a signature's value.
func (s *shelf) fittingTokens(data *cms.SignedData) []*tsp.Token {
	if len(data.Signers) != 1 {
		return nil
	}
	var tokens []*tsp.Token
	info := &data.Signers[0]
	for _, attribute := range info.Unsigned {
		if !attribute.Type.Equal(cms.OIDSignatureTimeStamp()) {
			continue
		}
		for _, raw := range attribute.Values {
			token := s.token(raw)
			if token == nil || !token.Hash.Available() {
				continue
			}
			if _, err := token.Verify(token.Hash, imprint(token.Hash, info.Signature)); err == nil {
				tokens = append(tokens, token)
			}
		}
	}
	return tokens
}

// store reads the document security store of a revision; nil where there is
// none, or none with revocation data (EN 319 142-1 section 5.4.2).
func (s *shelf) store(file *pdf.File) *pki.Holdings {
	m, err := readStore(file)
	if err != nil || len(m.CRLs)+len(m.OCSP) == 0 {
		return nil
	}
	if s.checks == nil {
		s.checks = pki.NewChecks()
	}
	h := pki.NewHoldings(s.checks)
	s.put(h, m.certs, m.CRLs, m.OCSP)
	return h
}

// put adds what can be read of certificates, lists and responses.
func (s *shelf) put(h *pki.Holdings, certs, crls, ocsp [][]byte) {
	for _, raw := range certs {
		if c := s.certificate(raw); c != nil {
			h.AddCertificates(c)
		}
	}
	for _, raw := range crls {
		if c := once(&s.crls, raw, pki.ParseCRL); c != nil {
			h.AddCRLs(c)
		}
	}
	for _, raw := range ocsp {
		if r := once(&s.ocsp, raw, pki.ParseOCSPResponse); r != nil {
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
func once[T any](known *map[[32]byte]*T, raw []byte, parse func([]byte) (*T, error)) *T {
	key := sha256.Sum256(raw)
	if v, ok := (*known)[key]; ok {
		return v
	}
	v, err := parse(raw)
	if err != nil {
		v = nil
	}
	keep(known, key, v)
	return v
}

// keep makes the map that it puts into, where there is none yet.
func keep[K comparable, V any](in *map[K]V, key K, v V) {
	if *in == nil {
		*in = map[K]V{}
	}
	(*in)[key] = v
}
