package cms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
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
	return func(b *builder) { b.contentType, b.content = contentType, content }
}

// WithUnsigned adds an unsigned attribute with DER values.
func WithUnsigned(oid asn1.ObjectIdentifier, values ...[]byte) BuildOption {
	return func(b *builder) {
		attr, err := unsignedAttribute(oid, values)
		if err != nil {
			b.err = err
			return
		}
		b.unsigned = append(b.unsigned, attr)
	}
}

// WithoutCertificates leaves the certificates out, as a token does when the
// request did not ask for them.
func WithoutCertificates() BuildOption { return func(b *builder) { b.noCerts = true } }

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
	info, err := b.signerInfo(attrs, alg, signature, cert)
	if err != nil {
		return nil, err
	}
	var certs [][]byte
	if !b.noCerts {
		certs = certificateSet(cert, chain)
	}
	return b.contentInfo(alg, certs, info)
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

// signerInfo encodes SignerInfo version 1, RFC 5652 section 5.3.
func (b *builder) signerInfo(attrs []byte, alg signer.Algorithm, signature []byte, cert *x509.Certificate) ([]byte, error) {
	if len(attrs) < 2 || attrs[0] != byte(casn1.SET) {
		return nil, fmt.Errorf("%w: not a SET", ErrAttributes)
	}
	if cert == nil || len(signature) == 0 {
		return nil, fmt.Errorf("%w: certificate or signature missing", ErrAttributes)
	}
	identifier, err := alg.Identifier()
	if err != nil {
		return nil, fmt.Errorf("cms: build: %w", err)
	}
	implicit := bytes.Clone(attrs)
	implicit[0] = byte(der.Explicit(0))
	room := len(attrs) + len(signature) + len(identifier) + len(cert.RawIssuer) + frame
	for _, attr := range b.unsigned {
		room += len(attr)
	}
	out := cryptobyte.NewBuilder(make([]byte, 0, room))
	out.AddASN1(casn1.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddASN1Int64(1)
		out.AddASN1(casn1.SEQUENCE, func(out *cryptobyte.Builder) {
			out.AddBytes(cert.RawIssuer)
			out.AddASN1BigInt(cert.SerialNumber)
		})
		addDigestIdentifier(out, alg.Hash())
		out.AddBytes(implicit)
		out.AddBytes(identifier)
		out.AddASN1OctetString(signature)
		addSet(out, der.Explicit(1), b.unsigned)
	})
	return finish(out)
}

// contentInfo encodes ContentInfo and SignedData, RFC 5652 sections 3 and 5.1:
// version 1 for id-data, 3 for any other content type.
func (b *builder) contentInfo(alg signer.Algorithm, certs [][]byte, info []byte) ([]byte, error) {
	version := int64(1)
	if !b.contentType.Equal(OIDData()) {
		version = 3
	}
	room := len(info) + len(b.content) + frame
	for _, c := range certs {
		room += len(c)
	}
	out := cryptobyte.NewBuilder(make([]byte, 0, room))
	out.AddASN1(casn1.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddASN1ObjectIdentifier(oidSignedData())
		out.AddASN1(der.Explicit(0), func(out *cryptobyte.Builder) {
			out.AddASN1(casn1.SEQUENCE, func(out *cryptobyte.Builder) {
				out.AddASN1Int64(version)
				out.AddASN1(casn1.SET, func(out *cryptobyte.Builder) { addDigestIdentifier(out, alg.Hash()) })
				b.addEncapsulated(out)
				addSet(out, der.Explicit(0), certs)
				out.AddASN1(casn1.SET, func(out *cryptobyte.Builder) { out.AddBytes(info) })
			})
		})
	})
	return finish(out)
}

func (b *builder) addEncapsulated(out *cryptobyte.Builder) {
	out.AddASN1(casn1.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddASN1ObjectIdentifier(b.contentType)
		if b.content == nil {
			return
		}
		out.AddASN1(der.Explicit(0), func(out *cryptobyte.Builder) { out.AddASN1OctetString(b.content) })
	})
}

// addSet adds a SET OF under a tag, or nothing when it is empty.
func addSet(out *cryptobyte.Builder, tag casn1.Tag, elements [][]byte) {
	if len(elements) == 0 {
		return
	}
	set, err := der.SetOf(tag, elements)
	if err != nil {
		out.SetError(err)
		return
	}
	out.AddBytes(set)
}

func unsignedAttribute(oid asn1.ObjectIdentifier, values [][]byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		set, err := der.SetOf(casn1.SET, values)
		if err != nil {
			b.SetError(err)
			return
		}
		b.AddBytes(set)
	})
	return finish(&b)
}

func finish(b *cryptobyte.Builder) ([]byte, error) {
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("cms: encode: %w", err)
	}
	return out, nil
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
