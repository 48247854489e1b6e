package cms

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SignedAttributes are the inputs of the attributes that are signed:
// content-type, message-digest, signing-certificate-v2 and
// cmsAlgorithmProtection. There is never a signing-time: in PAdES the time
// stands in the signature dictionary, in a token it is the token's.
type SignedAttributes struct {
	ContentType   asn1.ObjectIdentifier // id-data when nil
	MessageDigest []byte
	Digest        crypto.Hash       // of MessageDigest; must be the algorithm's
	Certificate   *x509.Certificate // for signing-certificate-v2
	Algorithm     signer.Algorithm
}

// DER is the SET OF attributes exactly as it is signed.
func (a SignedAttributes) DER() ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	signatureID, err := a.Algorithm.Identifier()
	if err != nil {
		return nil, fmt.Errorf("cms: signed attributes: %w", err)
	}
	contentType := a.ContentType
	if contentType == nil {
		contentType = OIDData()
	}
	e := encoder{room: make([]byte, 0, attributesRoom+len(a.Certificate.RawIssuer))}
	return der.SetOf(casn1.SET, [][]byte{
		e.attribute(OIDContentType(), func(out []byte) []byte { return der.AppendOID(out, contentType) }),
		e.attribute(OIDMessageDigest(), func(out []byte) []byte { return der.Append(out, casn1.OCTET_STRING, a.MessageDigest) }),
		e.attribute(OIDSigningCertificateV2(), func(out []byte) []byte { return appendSigningCertificate(out, a.Digest, a.Certificate) }),
		e.attribute(OIDAlgorithmProtection(), func(out []byte) []byte { return appendProtection(out, a.Digest, signatureID) }),
	}), nil
}

func (a SignedAttributes) check() error {
	switch {
	case a.Certificate == nil:
		return fmt.Errorf("%w: no certificate", ErrAttributes)
	case a.Algorithm.Hash() == 0 || a.Algorithm.Legacy():
		return fmt.Errorf("%w: %v", ErrAlgorithm, a.Algorithm)
	case a.Digest != a.Algorithm.Hash():
		return fmt.Errorf("%w: digest %v with %v", ErrAlgorithm, a.Digest, a.Algorithm)
	case len(a.MessageDigest) != a.Digest.Size():
		return fmt.Errorf("%w: message digest of %d octets", ErrAttributes, len(a.MessageDigest))
	case a.ContentType != nil && !der.ValidOID(a.ContentType):
		return fmt.Errorf("%w: content type", ErrAttributes)
	}
	return nil
}

// attributesRoom is what the four attributes take, but for the issuer.
const attributesRoom = 512

// encoder puts attributes one behind the other.
type encoder struct{ room []byte }

// attribute encodes an Attribute with one value.
func (e *encoder) attribute(oid asn1.ObjectIdentifier, value func([]byte) []byte) []byte {
	at := len(e.room)
	e.room = der.AppendNested(e.room, casn1.SEQUENCE, func(out []byte) []byte {
		return der.AppendNested(der.AppendOID(out, oid), casn1.SET, value)
	})
	return e.room[at:]
}

// appendSigningCertificate appends SigningCertificateV2 with one ESSCertIDv2, RFC
// 5035 section 3. SHA-256 is the default of its hash field and so, in DER,
// absent.
func appendSigningCertificate(out []byte, h crypto.Hash, cert *x509.Certificate) []byte {
	hasher := h.New()
	hasher.Write(cert.Raw)
	id := func(out []byte) []byte {
		if h != crypto.SHA256 {
			out = appendDigestIdentifier(out, h)
		}
		return appendIssuerSerial(der.Append(out, casn1.OCTET_STRING, hasher.Sum(nil)), cert)
	}
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte { return der.AppendNested(out, casn1.SEQUENCE, id) })
	})
}

// appendIssuerSerial appends IssuerSerial: GeneralNames with the issuer's
// directoryName, and the serial number.
func appendIssuerSerial(out []byte, cert *x509.Certificate) []byte {
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		out = der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte { return der.Append(out, der.Explicit(4), cert.RawIssuer) })
		return der.AppendInteger(out, cert.SerialNumber)
	})
}

// appendProtection appends CMSAlgorithmProtection, RFC 6211 section 2; the
// signature algorithm's tag [1] is implicit.
func appendProtection(out []byte, digest crypto.Hash, signatureID []byte) []byte {
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		out = appendDigestIdentifier(out, digest)
		at := len(out)
		out = append(out, signatureID...)
		out[at] = byte(der.Explicit(1))
		return out
	})
}

// appendDigestIdentifier appends the AlgorithmIdentifier of a hash that an algorithm
// to sign with has, without parameters (RFC 5754 section 2).
func appendDigestIdentifier(out []byte, h crypto.Hash) []byte {
	oid, _ := signer.DigestOID(h)
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte { return der.AppendOID(out, oid) })
}
