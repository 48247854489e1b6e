package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// BuildOption adds to what Build makes.
type BuildOption func(*builder)

type builder struct {
	contentType asn1.ObjectIdentifier
	content     []byte
	unsigned    [][]byte // attributes
	noCerts     bool
	err         error
}

// WithContent encapsulates content of the given type; without it the
// SignedData is detached id-data.
func WithContent(contentType asn1.ObjectIdentifier, content []byte) BuildOption {
	return func(b *builder) {
		if b.check(contentType) {
			b.contentType, b.content = contentType, content
		}
	}
}

// WithUnsigned adds an unsigned attribute with DER values.
func WithUnsigned(oid asn1.ObjectIdentifier, values ...[]byte) BuildOption {
	return func(b *builder) {
		if b.check(oid) {
			b.unsigned = append(b.unsigned, unsignedAttribute(oid, values))
		}
	}
}

// WithoutCertificates leaves the certificates out, as a token does when the
// request did not ask for them.
func WithoutCertificates() BuildOption { return func(b *builder) { b.noCerts = true } }

func (b *builder) check(oid asn1.ObjectIdentifier) bool {
	if der.ValidOID(oid) {
		return true
	}
	b.err = fmt.Errorf("%w: object identifier", ErrAttributes)
	return false
}

// Build makes the DER ContentInfo with one SignerInfo. attrs is what
// SignedAttributes.DER gave and what was signed; chain need not contain cert
// and may be empty.
func Build(attrs []byte, alg signer.Algorithm, signature []byte, cert *x509.Certificate, chain []*x509.Certificate, opts ...BuildOption) ([]byte, error) {
	b := builder{contentType: OIDData()}
	for _, opt := range opts {
		opt(&b)
	}
	if b.err != nil {
		return nil, b.err
	}
	info, err := newSignerInfo(attrs, alg, signature, cert)
	if err != nil {
		return nil, err
	}
	var certs [][]byte
	if !b.noCerts {
		certs = certificateSet(cert, chain)
	}
	room := info.size() + len(b.content) + frame
	for _, part := range append(certs[:len(certs):len(certs)], b.unsigned...) {
		room += len(part)
	}
	return b.append(make([]byte, 0, room), certs, info), nil
}

// certificateSet is the distinct certificates, the signer's first.
func certificateSet(cert *x509.Certificate, chain []*x509.Certificate) [][]byte {
	out := [][]byte{cert.Raw}
	for _, c := range chain {
		known := false
		for _, raw := range out {
			known = known || bytes.Equal(raw, c.Raw)
		}
		if !known {
			out = append(out, c.Raw)
		}
	}
	return out
}

// signerInfo is what SignerInfo is made of, but for the unsigned attributes.
type signerInfo struct {
	cert        *x509.Certificate
	digest      crypto.Hash
	attributes  []byte
	signatureID []byte
	signature   []byte
}

func newSignerInfo(attrs []byte, alg signer.Algorithm, signature []byte, cert *x509.Certificate) (signerInfo, error) {
	if len(attrs) < 2 || attrs[0] != byte(casn1.SET) {
		return signerInfo{}, fmt.Errorf("%w: not a SET", ErrAttributes)
	}
	if cert == nil || len(signature) == 0 {
		return signerInfo{}, fmt.Errorf("%w: certificate or signature missing", ErrAttributes)
	}
	identifier, err := alg.Identifier()
	if err != nil {
		return signerInfo{}, fmt.Errorf("cms: build: %w", err)
	}
	return signerInfo{cert: cert, digest: alg.Hash(), attributes: attrs, signatureID: identifier, signature: signature}, nil
}

func (i *signerInfo) size() int {
	return len(i.attributes) + len(i.signature) + len(i.signatureID) + len(i.cert.RawIssuer)
}

// append appends SignerInfo version 1, RFC 5652 section 5.3.
func (i *signerInfo) append(out []byte, unsigned [][]byte) []byte {
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		out = appendVersion(out, 1)
		out = der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
			return der.AppendInteger(append(out, i.cert.RawIssuer...), i.cert.SerialNumber)
		})
		out = appendSigned(appendDigestIdentifier(out, i.digest), i.attributes, i.signatureID, i.signature)
		return appendSet(out, der.Explicit(1), unsigned)
	})
}

// appendSigned appends what in SignerInfo follows the digest algorithm, up to the
// signature. The tag [0] of the attributes is implicit.
func appendSigned(out, attributes, signatureID, signature []byte) []byte {
	at := len(out)
	out = append(out, attributes...)
	out[at] = byte(der.Explicit(0))
	return der.Append(append(out, signatureID...), casn1.OCTET_STRING, signature)
}

func appendVersion(out []byte, n byte) []byte { return der.Append(out, casn1.INTEGER, []byte{n}) }

// append appends ContentInfo and SignedData, RFC 5652 sections 3 and 5.1:
// version 1 for id-data, 3 for any other content type.
func (b *builder) append(out []byte, certs [][]byte, info signerInfo) []byte {
	version := byte(1)
	if !b.contentType.Equal(OIDData()) {
		version = 3
	}
	return appendContentInfo(out, func(out []byte) []byte {
		out = appendVersion(out, version)
		out = der.AppendNested(out, casn1.SET, func(out []byte) []byte { return appendDigestIdentifier(out, info.digest) })
		out = b.appendEncapsulated(out)
		out = appendSet(out, der.Explicit(0), certs)
		return der.AppendNested(out, casn1.SET, func(out []byte) []byte { return info.append(out, b.unsigned) })
	})
}

// appendContentInfo appends a ContentInfo of a SignedData with the given content.
func appendContentInfo(out []byte, signedData func([]byte) []byte) []byte {
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		return der.AppendNested(der.AppendOID(out, oidSignedData()), der.Explicit(0), func(out []byte) []byte {
			return der.AppendNested(out, casn1.SEQUENCE, signedData)
		})
	})
}

func (b *builder) appendEncapsulated(out []byte) []byte {
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		out = der.AppendOID(out, b.contentType)
		if b.content == nil {
			return out
		}
		return appendContent(out, b.content)
	})
}

func appendContent(out, content []byte) []byte {
	return der.AppendNested(out, der.Explicit(0), func(out []byte) []byte { return der.Append(out, casn1.OCTET_STRING, content) })
}

// appendSet appends a SET OF under a tag, or nothing when it is empty.
func appendSet(out []byte, tag casn1.Tag, elements [][]byte) []byte {
	if len(elements) == 0 {
		return out
	}
	return der.AppendSetOf(out, tag, elements)
}

func unsignedAttribute(oid asn1.ObjectIdentifier, values [][]byte) []byte {
	return der.AppendNested(nil, casn1.SEQUENCE, func(out []byte) []byte { return der.AppendSetOf(der.AppendOID(out, oid), casn1.SET, values) })
}

// frame is what tags, lengths, versions, identifiers and digest attributes take at
// most.
const frame = 512

// EstimateSize is an upper bound, in octets, of what Build makes for the
// certificates (the signer's first) with a signature-time-stamp of tokenSize
// octets; zero means none.
func EstimateSize(certs []*x509.Certificate, alg signer.Algorithm, tokenSize int) int {
	size := frame + 4*alg.Hash().Size()
	for _, c := range certs {
		size += len(c.Raw)
	}
	if len(certs) > 0 {
		signing := certs[0]
		size += 2*(len(signing.RawIssuer)+24) + signatureSize(signing)
	}
	if tokenSize > 0 {
		size += tokenSize + 64
	}
	return size
}

// signatureSize is the largest signature that the certificate's key makes.
func signatureSize(cert *x509.Certificate) int {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.Size()
	case *ecdsa.PublicKey:
		return 2*(key.Curve.Params().BitSize+7)/8 + 16
	}
	return 64
}
