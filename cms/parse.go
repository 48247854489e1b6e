package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Attribute is one CMS attribute; values are DER.
type Attribute struct {
	Type   asn1.ObjectIdentifier
	Values [][]byte
}

// SignerInfo is one signer of a SignedData.
type SignerInfo struct {
	Version            int64
	Issuer             []byte // DER Name; empty when the key identifier is used
	Serial             *big.Int
	SubjectKeyID       []byte
	Digest             crypto.Hash // zero when not supported
	Signed             []Attribute
	Unsigned           []Attribute
	SignatureAlgorithm signer.Scheme // zero when not supported
	Signature          []byte

	digestID    []byte // AlgorithmIdentifier, DER
	signatureID []byte // AlgorithmIdentifier, DER
	signedRaw   []byte // the SET OF as it was signed; nil without signed attributes
	head        []byte // content of SignerInfo up to the unsigned attributes
	unsignedRaw [][]byte
}

// SignedData is a parsed ContentInfo of type signed-data.
type SignedData struct {
	Raw             []byte // DER; the input itself when Strict
	Size            int    // octets of the input that the ContentInfo took
	Strict          bool   // the input was DER already
	Version         int64
	ContentType     asn1.ObjectIdentifier
	Content         []byte // encapsulated content; nil when Detached
	Detached        bool
	Certificates    []*x509.Certificate // those that pki can read
	RawCertificates [][]byte            // all of them
	CRLs            [][]byte            // DER CertificateList
	OCSPResponses   [][]byte            // DER OCSPResponse, RFC 5940
	Signers         []SignerInfo

	head []byte // content of SignedData up to the signers
}

// Find returns the attributes of a type among attrs.
func Find(attrs []Attribute, oid asn1.ObjectIdentifier) []Attribute {
	var out []Attribute
	for _, a := range attrs {
		if a.Type.Equal(oid) {
			out = append(out, a)
		}
	}
	return out
}

func limits() der.Limits { return der.Limits{Size: MaxSize, Depth: MaxDepth, Elements: MaxElements} }

func bad(what string) error { return fmt.Errorf("%w: %s", ErrMalformed, what) }

// Parse reads the ContentInfo at the start of ber, which may be BER. What
// follows it is not looked at: Size says where it begins. Certificates that the
// caller knows already stand for their own bytes and are not parsed again.
func Parse(ber []byte, known ...*x509.Certificate) (*SignedData, error) {
	norm, err := der.Normalize(ber, limits())
	if errors.Is(err, der.ErrLimit) {
		return nil, fmt.Errorf("%w: %w", ErrLimit, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	s := &SignedData{Raw: norm.DER, Size: norm.Size, Strict: norm.Strict}
	body, err := openTyped(norm.DER, oidSignedData())
	if err != nil {
		return nil, err
	}
	if err := s.readBody(body, known); err != nil {
		return nil, err
	}
	return s, nil
}

// openTyped opens a ContentInfo of one type.
func openTyped(raw []byte, want asn1.ObjectIdentifier) (cryptobyte.String, error) {
	input := cryptobyte.String(raw)
	var outer, explicit, body cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !input.ReadASN1(&outer, casn1.SEQUENCE) || !outer.ReadASN1ObjectIdentifier(&oid) {
		return nil, bad("ContentInfo")
	}
	if !oid.Equal(want) {
		return nil, bad("content type is another one")
	}
	if !outer.ReadASN1(&explicit, der.Explicit(0)) || !outer.Empty() ||
		!explicit.ReadASN1(&body, casn1.SEQUENCE) || !explicit.Empty() {
		return nil, bad("ContentInfo content")
	}
	return body, nil
}

func (s *SignedData) readBody(body cryptobyte.String, known []*x509.Certificate) error {
	whole := body
	var algorithms, encap, signers cryptobyte.String
	if !body.ReadASN1Integer(&s.Version) || s.Version < 0 || s.Version > 5 ||
		!body.ReadASN1(&algorithms, casn1.SET) || !body.ReadASN1(&encap, casn1.SEQUENCE) {
		return bad("SignedData")
	}
	if err := s.readEncapsulated(encap); err != nil {
		return err
	}
	if err := s.readCertificates(&body, known); err != nil {
		return err
	}
	if err := s.readRevocation(&body); err != nil {
		return err
	}
	s.head = whole[:len(whole)-len(body)]
	if !body.ReadASN1(&signers, casn1.SET) || !body.Empty() {
		return bad("signerInfos")
	}
	return s.readSigners(signers)
}

func (s *SignedData) readEncapsulated(encap cryptobyte.String) error {
	if !encap.ReadASN1ObjectIdentifier(&s.ContentType) {
		return bad("eContentType")
	}
	if encap.Empty() {
		s.Detached = true
		return nil
	}
	var explicit, content cryptobyte.String
	if !encap.ReadASN1(&explicit, der.Explicit(0)) || !encap.Empty() {
		return bad("eContent")
	}
	// PKCS#7 has content of any type here; only octets can be verified.
	if !explicit.ReadASN1(&content, casn1.OCTET_STRING) || !explicit.Empty() {
		return bad("eContent is not octets")
	}
	s.Content = append([]byte{}, content...)
	return nil
}

func (s *SignedData) readCertificates(body *cryptobyte.String, known []*x509.Certificate) error {
	var set cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&set, &present, der.Explicit(0)) {
		return bad("certificates")
	}
	elements, err := der.Elements(set, MaxCertificates)
	if err != nil {
		return fmt.Errorf("%w: certificates: %w", ErrMalformed, err)
	}
	s.RawCertificates = make([][]byte, 0, len(elements))
	s.Certificates = make([]*x509.Certificate, 0, len(elements))
	for _, raw := range elements {
		if raw[0] != byte(casn1.SEQUENCE) {
			continue // attribute certificates and other formats
		}
		s.RawCertificates = append(s.RawCertificates, raw)
		if cert := certificateOf(raw, known); cert != nil {
			s.Certificates = append(s.Certificates, cert)
		}
	}
	return nil
}

// certificateOf is the certificate of these bytes, nil where they cannot be read.
func certificateOf(raw []byte, known []*x509.Certificate) *x509.Certificate {
	for _, cert := range known {
		if bytes.Equal(cert.Raw, raw) {
			return cert
		}
	}
	cert, err := pki.ParseCertificate(raw)
	if err != nil {
		return nil
	}
	return cert
}

func (s *SignedData) readRevocation(body *cryptobyte.String) error {
	var set cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&set, &present, der.Explicit(1)) {
		return bad("crls")
	}
	elements, err := der.Elements(set, MaxCertificates)
	if err != nil {
		return fmt.Errorf("%w: crls: %w", ErrMalformed, err)
	}
	for _, raw := range elements {
		switch raw[0] {
		case byte(casn1.SEQUENCE):
			s.CRLs = append(s.CRLs, raw)
		case byte(der.Explicit(1)):
			if response := otherRevocation(raw); response != nil {
				s.OCSPResponses = append(s.OCSPResponses, response)
			}
		}
	}
	return nil
}

// otherRevocation is the OCSP response of an OtherRevocationInfoFormat, or nil.
func otherRevocation(raw cryptobyte.String) []byte {
	var seq, value cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !raw.ReadASN1(&seq, der.Explicit(1)) || !seq.ReadASN1ObjectIdentifier(&oid) ||
		!oid.Equal(oidOCSPResponse()) || !seq.ReadASN1Element(&value, casn1.SEQUENCE) {
		return nil
	}
	return value
}

func (s *SignedData) readSigners(set cryptobyte.String) error {
	for !set.Empty() {
		if len(s.Signers) == MaxSigners {
			return fmt.Errorf("%w: more than %d signers", ErrLimit, MaxSigners)
		}
		var seq cryptobyte.String
		if !set.ReadASN1(&seq, casn1.SEQUENCE) {
			return bad("SignerInfo")
		}
		info, err := readSigner(seq)
		if err != nil {
			return err
		}
		s.Signers = append(s.Signers, info)
	}
	return nil
}

func readSigner(seq cryptobyte.String) (SignerInfo, error) {
	var info SignerInfo
	whole := seq
	if !seq.ReadASN1Integer(&info.Version) || !info.readIdentifier(&seq) {
		return info, bad("signer identifier")
	}
	var digestID, signatureID, signature cryptobyte.String
	if !seq.ReadASN1Element(&digestID, casn1.SEQUENCE) {
		return info, bad("digestAlgorithm")
	}
	if err := info.readSigned(&seq); err != nil {
		return info, err
	}
	if !seq.ReadASN1Element(&signatureID, casn1.SEQUENCE) || !seq.ReadASN1(&signature, casn1.OCTET_STRING) {
		return info, bad("signature")
	}
	info.head = whole[:len(whole)-len(seq)]
	info.digestID, info.signatureID, info.Signature = digestID, signatureID, signature
	info.Digest = digestOf(digestID)
	if scheme, err := signer.ParseIdentifier(signatureID, info.Digest); err == nil {
		info.SignatureAlgorithm = scheme
	}
	return info, info.readUnsigned(seq)
}

func (i *SignerInfo) readIdentifier(seq *cryptobyte.String) bool {
	if seq.PeekASN1Tag(casn1.Tag(0).ContextSpecific()) {
		var id cryptobyte.String
		ok := seq.ReadASN1(&id, casn1.Tag(0).ContextSpecific())
		i.SubjectKeyID = id
		return ok && len(id) > 0
	}
	var pair, issuer cryptobyte.String
	i.Serial = new(big.Int)
	ok := seq.ReadASN1(&pair, casn1.SEQUENCE) && pair.ReadASN1Element(&issuer, casn1.SEQUENCE) &&
		pair.ReadASN1Integer(i.Serial) && pair.Empty()
	i.Issuer = issuer
	return ok
}

func (i *SignerInfo) readSigned(seq *cryptobyte.String) error {
	if !seq.PeekASN1Tag(der.Explicit(0)) {
		return nil
	}
	var element cryptobyte.String
	if !seq.ReadASN1Element(&element, der.Explicit(0)) {
		return bad("signedAttrs")
	}
	i.signedRaw = bytes.Clone(element)
	i.signedRaw[0] = byte(casn1.SET)
	attrs, _, err := readAttributes(element, der.Explicit(0))
	i.Signed = attrs
	return err
}

func (i *SignerInfo) readUnsigned(rest cryptobyte.String) error {
	if rest.Empty() {
		return nil
	}
	var element cryptobyte.String
	if !rest.ReadASN1Element(&element, der.Explicit(1)) || !rest.Empty() {
		return bad("unsignedAttrs")
	}
	var err error
	i.Unsigned, i.unsignedRaw, err = readAttributes(element, der.Explicit(1))
	return err
}

func readAttributes(element cryptobyte.String, tag casn1.Tag) (attrs []Attribute, raw [][]byte, err error) {
	var set cryptobyte.String
	if !element.ReadASN1(&set, tag) {
		return nil, nil, bad("attributes")
	}
	raw, err = der.Elements(set, MaxAttributes)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: attributes: %w", ErrMalformed, err)
	}
	attrs = make([]Attribute, 0, len(raw))
	for _, r := range raw {
		a, err := readAttribute(r)
		if err != nil {
			return nil, nil, err
		}
		attrs = append(attrs, a)
	}
	return attrs, raw, nil
}

func readAttribute(raw cryptobyte.String) (Attribute, error) {
	var a Attribute
	var seq, set cryptobyte.String
	if !raw.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&a.Type) ||
		!seq.ReadASN1(&set, casn1.SET) || !seq.Empty() {
		return a, bad("attribute")
	}
	values, err := der.Elements(set, MaxAttributes)
	if err != nil {
		return a, fmt.Errorf("%w: attribute values: %w", ErrMalformed, err)
	}
	a.Values = values
	return a, nil
}

// digestOf reads a digest AlgorithmIdentifier; zero when not supported.
func digestOf(identifier cryptobyte.String) crypto.Hash {
	var seq cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !identifier.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&oid) {
		return 0
	}
	return signer.DigestByOID(oid)
}

// AddUnsigned returns the DER with an unsigned attribute added to the one
// signer. The signature stays as it is.
func (s *SignedData) AddUnsigned(oid asn1.ObjectIdentifier, values ...[]byte) ([]byte, error) {
	info, err := s.onlySigner()
	if err != nil {
		return nil, err
	}
	if !der.ValidOID(oid) {
		return nil, fmt.Errorf("%w: object identifier", ErrAttributes)
	}
	all := append(info.unsignedRaw[:len(info.unsignedRaw):len(info.unsignedRaw)], unsignedAttribute(oid, values))
	return appendContentInfo(nil, func(out []byte) []byte {
		return der.AppendNested(append(out, s.head...), casn1.SET, func(out []byte) []byte {
			return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
				return appendSet(append(out, info.head...), der.Explicit(1), all)
			})
		})
	}), nil
}

func (s *SignedData) onlySigner() (*SignerInfo, error) {
	switch len(s.Signers) {
	case 0:
		return nil, ErrNoSigner
	case 1:
		return &s.Signers[0], nil
	}
	return nil, ErrManySigners
}
