package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
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
	digestID, err := digestIdentifier(a.Digest)
	if err != nil {
		return nil, err
	}
	contentType := a.ContentType
	if contentType == nil {
		contentType = OIDData()
	}
	attrs := []func() ([]byte, error){
		func() ([]byte, error) {
			return encodeAttribute(OIDContentType(), func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(contentType) })
		},
		func() ([]byte, error) {
			return encodeAttribute(OIDMessageDigest(), func(b *cryptobyte.Builder) { b.AddASN1OctetString(a.MessageDigest) })
		},
		func() ([]byte, error) {
			return encodeAttribute(OIDSigningCertificateV2(), func(b *cryptobyte.Builder) { addSigningCertificate(b, a.Digest, a.Certificate) })
		},
		func() ([]byte, error) {
			return encodeAttribute(OIDAlgorithmProtection(), func(b *cryptobyte.Builder) { addProtection(b, digestID, signatureID) })
		},
	}
	return encodeSet(attrs)
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
	}
	return nil
}

func encodeSet(attrs []func() ([]byte, error)) ([]byte, error) {
	elements := make([][]byte, 0, len(attrs))
	for _, attr := range attrs {
		e, err := attr()
		if err != nil {
			return nil, err
		}
		elements = append(elements, e)
	}
	return der.SetOf(casn1.SET, elements)
}

// encodeAttribute encodes an Attribute with one value.
func encodeAttribute(oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(casn1.SET, value)
	})
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("cms: encode attribute: %w", err)
	}
	return out, nil
}

// addSigningCertificate writes SigningCertificateV2 with one ESSCertIDv2, RFC
// 5035 section 3. SHA-256 is the default of its hash field and so, in DER,
// absent.
func addSigningCertificate(b *cryptobyte.Builder, h crypto.Hash, cert *x509.Certificate) {
	hasher := h.New()
	hasher.Write(cert.Raw)
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				if h != crypto.SHA256 {
					addDigestIdentifier(b, h)
				}
				b.AddASN1OctetString(hasher.Sum(nil))
				addIssuerSerial(b, cert)
			})
		})
	})
}

// addIssuerSerial writes IssuerSerial: GeneralNames with the issuer's
// directoryName, and the serial number.
func addIssuerSerial(b *cryptobyte.Builder, cert *x509.Certificate) {
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(der.Explicit(4), func(b *cryptobyte.Builder) { b.AddBytes(cert.RawIssuer) })
		})
		b.AddASN1BigInt(cert.SerialNumber)
	})
}

// addProtection writes CMSAlgorithmProtection, RFC 6211 section 2; the
// signature algorithm's tag [1] is implicit.
func addProtection(b *cryptobyte.Builder, digestID, signatureID []byte) {
	implicit := bytes.Clone(signatureID)
	implicit[0] = byte(der.Explicit(1))
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(digestID)
		b.AddBytes(implicit)
	})
}

// addDigestIdentifier writes the AlgorithmIdentifier of a SHA-2 hash, without
// parameters (RFC 5754 section 2).
func addDigestIdentifier(b *cryptobyte.Builder, h crypto.Hash) {
	oid, ok := signer.DigestOID(h)
	if !ok {
		b.SetError(fmt.Errorf("%w: digest %v", ErrAlgorithm, h))
		return
	}
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
}

func digestIdentifier(h crypto.Hash) ([]byte, error) {
	var b cryptobyte.Builder
	addDigestIdentifier(&b, h)
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("cms: digest identifier: %w", err)
	}
	return out, nil
}
