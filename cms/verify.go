package cms

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Binding says how the signed attributes name the signer's certificate.
type Binding int

// The bindings. A signing-certificate attribute that names another
// certificate is an error, not a binding.
const (
	BindingNone Binding = iota // no signing-certificate attribute
	BindingV1                  // RFC 2634, SHA-1
	BindingV2                  // RFC 5035
)

// Verified is the result of a good signature.
type Verified struct {
	Signer      *SignerInfo
	Certificate *x509.Certificate
	Digest      crypto.Hash // of the content
	Binding     Binding
	Attributes  bool // the signature covers signed attributes
}

// Verify checks the one SignerInfo: its certificate, the content's digest,
// the signature, the signing-certificate attribute and cmsAlgorithmProtection
// where present. contentDigest is asked for the digest of detached content;
// with encapsulated content it may be nil, and where it is not, that content
// must have the digest that it gives. Certificates in extra are used beside
// those in the SignedData.
func (s *SignedData) Verify(contentDigest func(crypto.Hash) ([]byte, error), extra ...*x509.Certificate) (*Verified, error) {
	info, err := s.onlySigner()
	if err != nil {
		return nil, err
	}
	cert := s.signerCertificate(info, extra)
	if cert == nil {
		return nil, ErrNoCertificate
	}
	v := &Verified{Signer: info, Certificate: cert, Digest: info.Digest, Attributes: info.signedRaw != nil}
	if info.Digest == 0 || info.SignatureAlgorithm.Algorithm == signer.Unknown {
		return nil, fmt.Errorf("%w: digest or signature identifier", ErrAlgorithm)
	}
	digest, err := s.contentDigest(info.Digest, contentDigest)
	if err != nil {
		return nil, err
	}
	if !v.Attributes {
		return v, s.verifyBare(info, cert, digest)
	}
	if err := info.checkAttributes(s.ContentType, digest); err != nil {
		return nil, err
	}
	if err := info.verifySignature(cert); err != nil {
		return nil, err
	}
	if err := info.checkProtection(); err != nil {
		return nil, err
	}
	v.Binding, err = info.checkBinding(cert)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Certificate finds the certificate that the one signer names, by issuer and
// serial or by key identifier, or nil.
func (s *SignedData) Certificate(extra ...*x509.Certificate) *x509.Certificate {
	info, err := s.onlySigner()
	if err != nil {
		return nil
	}
	return s.signerCertificate(info, extra)
}

// signerCertificate prefers, among several that fit, the one that the
// signing-certificate attribute names.
func (s *SignedData) signerCertificate(info *SignerInfo, extra []*x509.Certificate) *x509.Certificate {
	var found *x509.Certificate
	for _, c := range append(s.Certificates[:len(s.Certificates):len(s.Certificates)], extra...) {
		if !info.names(c) {
			continue
		}
		if binding, err := info.checkBinding(c); err == nil && binding != BindingNone {
			return c
		}
		if found == nil {
			found = c
		}
	}
	return found
}

func (i *SignerInfo) names(c *x509.Certificate) bool {
	if i.Serial == nil {
		return bytes.Equal(i.SubjectKeyID, c.SubjectKeyId)
	}
	return i.Serial.Cmp(c.SerialNumber) == 0 && bytes.Equal(i.Issuer, c.RawIssuer)
}

// contentDigest is the digest of the content, encapsulated or detached.
func (s *SignedData) contentDigest(h crypto.Hash, outside func(crypto.Hash) ([]byte, error)) ([]byte, error) {
	var digest []byte
	if !s.Detached {
		hasher := h.New()
		hasher.Write(s.Content)
		digest = hasher.Sum(nil)
	}
	if outside == nil {
		if s.Detached {
			return nil, ErrNoContent
		}
		return digest, nil
	}
	given, err := outside(h)
	if err != nil {
		return nil, fmt.Errorf("cms: digest of the content: %w", err)
	}
	if !s.Detached && !bytes.Equal(given, digest) {
		return nil, ErrDigest
	}
	return given, nil
}

// verifyBare checks a signature over the content itself, which RFC 5652 allows
// for id-data only.
func (s *SignedData) verifyBare(info *SignerInfo, cert *x509.Certificate, digest []byte) error {
	if !s.ContentType.Equal(OIDData()) {
		return fmt.Errorf("%w: none, with content other than data", ErrAttributes)
	}
	err := info.SignatureAlgorithm.VerifyDigest(cert.PublicKey, info.Digest, digest, info.Signature)
	return signatureError(err)
}

func signatureError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, signer.ErrUnsupported):
		return fmt.Errorf("%w: %w", ErrAlgorithm, err)
	}
	return ErrSignature
}

// verifySignature checks the signature over the signed attributes as they
// stand. Some software signs the sorted SET and then stores it unsorted: that
// order is tried too, since RFC 5652 says that DER is what is signed.
func (i *SignerInfo) verifySignature(cert *x509.Certificate) error {
	err := i.SignatureAlgorithm.Verify(cert.PublicKey, i.signedRaw, i.Signature)
	if !errors.Is(err, signer.ErrSignature) {
		return signatureError(err)
	}
	sorted, sortErr := resort(i.signedRaw)
	if sortErr != nil || bytes.Equal(sorted, i.signedRaw) {
		return ErrSignature
	}
	return signatureError(i.SignatureAlgorithm.Verify(cert.PublicKey, sorted, i.Signature))
}

func resort(set cryptobyte.String) ([]byte, error) {
	var content cryptobyte.String
	if !set.ReadASN1(&content, casn1.SET) {
		return nil, bad("signedAttrs")
	}
	elements, err := der.Elements(content, MaxAttributes)
	if err != nil {
		return nil, err
	}
	return der.SetOf(casn1.SET, elements), nil
}

// single is the one value of the one attribute of a type.
func (i *SignerInfo) single(oid asn1.ObjectIdentifier) (value cryptobyte.String, present bool, err error) {
	for at := range i.Signed {
		if !i.Signed[at].Type.Equal(oid) {
			continue
		}
		if present || len(i.Signed[at].Values) != 1 {
			return nil, true, fmt.Errorf("%w: attribute %v is not single", ErrAttributes, oid)
		}
		value, present = i.Signed[at].Values[0], true
	}
	return value, present, nil
}

// checkAttributes checks content-type and message-digest, RFC 5652 section 5.6.
func (i *SignerInfo) checkAttributes(contentType asn1.ObjectIdentifier, digest []byte) error {
	value, present, err := i.single(OIDContentType())
	if err != nil {
		return err
	}
	var oid asn1.ObjectIdentifier
	if !present || !value.ReadASN1ObjectIdentifier(&oid) || !value.Empty() || !oid.Equal(contentType) {
		return fmt.Errorf("%w: content-type", ErrAttributes)
	}
	value, present, err = i.single(OIDMessageDigest())
	if err != nil {
		return err
	}
	var stated cryptobyte.String
	if !present || !value.ReadASN1(&stated, casn1.OCTET_STRING) || !value.Empty() {
		return fmt.Errorf("%w: message-digest", ErrAttributes)
	}
	if !bytes.Equal(stated, digest) {
		return ErrDigest
	}
	return nil
}

// checkProtection compares cmsAlgorithmProtection with the SignerInfo, RFC
// 6211 section 3.
func (i *SignerInfo) checkProtection() error {
	value, present, err := i.single(OIDAlgorithmProtection())
	if err != nil || !present {
		return err
	}
	var seq, digestID, signatureID cryptobyte.String
	if !value.ReadASN1(&seq, casn1.SEQUENCE) || !value.Empty() || !seq.ReadASN1Element(&digestID, casn1.SEQUENCE) ||
		!seq.ReadASN1Element(&signatureID, der.Explicit(1)) || !seq.Empty() {
		return fmt.Errorf("%w: cmsAlgorithmProtection", ErrAttributes)
	}
	if !sameIdentifier(digestID, i.digestID) || !sameIdentifier(signatureID, i.signatureID) {
		return ErrAlgorithmMismatch
	}
	return nil
}

// sameIdentifier compares AlgorithmIdentifiers without their outer tag; NULL
// and absent parameters are the same thing (RFC 5754 section 2).
func sameIdentifier(a, b []byte) bool {
	trim := func(in cryptobyte.String) []byte {
		var content cryptobyte.String
		var tag casn1.Tag
		if !in.ReadAnyASN1(&content, &tag) {
			return nil
		}
		return bytes.TrimSuffix(content, []byte{5, 0})
	}
	left := trim(a)
	return left != nil && bytes.Equal(left, trim(b))
}

// checkBinding compares the signing-certificate attribute, of either version,
// with the certificate. Where both stand there, both must name it.
func (i *SignerInfo) checkBinding(cert *x509.Certificate) (Binding, error) {
	binding := BindingNone
	for _, attr := range []struct {
		oid asn1.ObjectIdentifier
		is  Binding
	}{{OIDSigningCertificate(), BindingV1}, {OIDSigningCertificateV2(), BindingV2}} {
		value, present, err := i.single(attr.oid)
		if err != nil {
			return BindingNone, err
		}
		if !present {
			continue
		}
		if err := matchCertID(value, attr.is, cert); err != nil {
			return BindingNone, err
		}
		binding = attr.is
	}
	return binding, nil
}

var errCertID = fmt.Errorf("%w: malformed attribute", ErrSigningCertificate)

// matchCertID compares the first ESSCertID or ESSCertIDv2 with cert. The
// others may restrict the path; they are not looked at.
func matchCertID(value cryptobyte.String, version Binding, cert *x509.Certificate) error {
	var outer, ids, id, hash cryptobyte.String
	if !value.ReadASN1(&outer, casn1.SEQUENCE) || !outer.ReadASN1(&ids, casn1.SEQUENCE) || !ids.ReadASN1(&id, casn1.SEQUENCE) {
		return errCertID
	}
	h := crypto.SHA1
	if version == BindingV2 {
		h = crypto.SHA256
		var identifier cryptobyte.String
		if id.PeekASN1Tag(casn1.SEQUENCE) {
			if !id.ReadASN1Element(&identifier, casn1.SEQUENCE) {
				return errCertID
			}
			h = digestOf(identifier)
		}
	}
	if h == 0 {
		return fmt.Errorf("%w: hash of the signing-certificate attribute", ErrAlgorithm)
	}
	if !id.ReadASN1(&hash, casn1.OCTET_STRING) {
		return errCertID
	}
	if !bytes.Equal(hash, certificateHash(h, cert)) {
		return ErrSigningCertificate
	}
	if id.Empty() {
		return nil
	}
	return matchIssuerSerial(id, cert)
}

func certificateHash(h crypto.Hash, cert *x509.Certificate) []byte {
	if h == crypto.SHA1 {
		sum := sha1.Sum(cert.Raw) // RFC 2634 names a certificate by SHA-1
		return sum[:]
	}
	hasher := h.New()
	hasher.Write(cert.Raw)
	return hasher.Sum(nil)
}

// matchIssuerSerial compares the serial, and the issuer where it stands there
// as a directory name; the hash has matched already.
func matchIssuerSerial(id cryptobyte.String, cert *x509.Certificate) error {
	var pair, names, name cryptobyte.String
	serial := new(big.Int)
	if !id.ReadASN1(&pair, casn1.SEQUENCE) || !pair.ReadASN1(&names, casn1.SEQUENCE) || !pair.ReadASN1Integer(serial) {
		return fmt.Errorf("%w: issuerSerial", ErrSigningCertificate)
	}
	if serial.Cmp(cert.SerialNumber) != 0 {
		return fmt.Errorf("%w: serial number", ErrSigningCertificate)
	}
	if names.ReadASN1(&name, der.Explicit(4)) && !bytes.Equal(name, cert.RawIssuer) {
		return fmt.Errorf("%w: issuer", ErrSigningCertificate)
	}
	return nil
}
