package cms

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Template makes many SignedData with encapsulated content under one certificate:
// what is the same in all of them is encoded once. Its octets are those of
// SignedAttributes.DER and Build. It is safe for concurrent use.
type Template struct {
	algorithm    signer.Algorithm
	attributes   []byte // SET OF, with a message digest to be filled in
	digestAt     int
	head         []byte // version and digestAlgorithms of SignedData
	contentType  []byte
	certificates []byte // [0]
	signer       []byte // version, sid and digestAlgorithm of SignerInfo
	signatureID  []byte
}

// NewTemplate encodes what all will share. The chain need not contain cert.
func NewTemplate(contentType asn1.ObjectIdentifier, alg signer.Algorithm, cert *x509.Certificate, chain []*x509.Certificate) (*Template, error) {
	if contentType.Equal(OIDData()) || !der.ValidOID(contentType) {
		return nil, errors.New("cms: template: for content other than data")
	}
	t := &Template{algorithm: alg}
	if err := t.encodeAttributes(contentType, cert); err != nil {
		return nil, err
	}
	var err error
	if t.signatureID, err = alg.Identifier(); err != nil {
		return nil, fmt.Errorf("cms: template: %w", err)
	}
	t.certificates = der.SetOf(der.Explicit(0), certificateSet(cert, chain))
	t.contentType = der.AppendOID(nil, contentType)
	t.head = der.AppendNested(appendVersion(nil, 3), casn1.SET, func(out []byte) []byte { return appendDigestIdentifier(out, alg.Hash()) })
	t.signer = der.AppendNested(appendVersion(nil, 1), casn1.SEQUENCE, func(out []byte) []byte {
		return der.AppendInteger(append(out, cert.RawIssuer...), cert.SerialNumber)
	})
	t.signer = appendDigestIdentifier(t.signer, alg.Hash())
	return t, nil
}

// encodeAttributes finds where the message digest stands. The order of the SET does
// not depend on it: every attribute differs from the others before its value.
func (t *Template) encodeAttributes(contentType asn1.ObjectIdentifier, cert *x509.Certificate) error {
	h := t.algorithm.Hash()
	mark := bytes.Repeat([]byte{0xa5}, h.Size())
	attrs, err := SignedAttributes{ContentType: contentType, MessageDigest: mark, Digest: h, Certificate: cert, Algorithm: t.algorithm}.DER()
	if err != nil {
		return err
	}
	t.attributes, t.digestAt = attrs, bytes.Index(attrs, mark)
	return nil
}

// Attributes is the SET OF attributes to be signed, for a message digest of the
// algorithm's size.
func (t *Template) Attributes(messageDigest []byte) []byte {
	out := bytes.Clone(t.attributes)
	copy(out[t.digestAt:t.digestAt+t.algorithm.Hash().Size()], messageDigest)
	return out
}

// Build is the ContentInfo: attrs is what Attributes gave and what was signed.
func (t *Template) Build(attrs, signature, content []byte, certificates bool) []byte {
	certs := t.certificates
	if !certificates {
		certs = nil
	}
	room := len(t.head) + len(t.contentType) + len(content) + len(certs) + len(t.signer) + len(attrs) + len(t.signatureID) + len(signature) + frame
	return appendContentInfo(make([]byte, 0, room), func(out []byte) []byte {
		out = der.AppendNested(append(out, t.head...), casn1.SEQUENCE, func(out []byte) []byte {
			return appendContent(append(out, t.contentType...), content)
		})
		return der.AppendNested(append(out, certs...), casn1.SET, func(out []byte) []byte {
			return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
				return appendSigned(append(out, t.signer...), attrs, t.signatureID, signature)
			})
		})
	})
}
