// Package cms builds, reads and verifies CMS SignedData (RFC 5652) with the
// signed attributes that CAdES and PAdES ask for.
//
// It is not a path validator: it says which certificate made the signature
// and that the signature is right, never whether that certificate is trusted.
package cms

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"

	"github.com/consigil/consigil/signer"
)

var errPending = errors.New("cms: being written")

// SignedAttributes are the inputs of the attributes that are signed.
type SignedAttributes struct {
	ContentType   asn1.ObjectIdentifier // id-data when nil
	MessageDigest []byte
	Digest        crypto.Hash
	Certificate   *x509.Certificate // for signing-certificate-v2
	Algorithm     signer.Algorithm
}

// DER is the SET OF attributes exactly as it is signed.
func (a SignedAttributes) DER() ([]byte, error) { return nil, errPending }

// BuildOption adds to what Build makes.
type BuildOption func(*build)

type build struct{}

// WithContent encapsulates content of the given type.
func WithContent(contentType asn1.ObjectIdentifier, content []byte) BuildOption {
	return func(*build) {}
}

// WithUnsigned adds an unsigned attribute with DER values.
func WithUnsigned(oid asn1.ObjectIdentifier, values ...[]byte) BuildOption {
	return func(*build) {}
}

// Build makes the DER ContentInfo with one SignerInfo.
func Build(attrs []byte, alg signer.Algorithm, signature []byte, cert *x509.Certificate, chain []*x509.Certificate, opts ...BuildOption) ([]byte, error) {
	return nil, errPending
}

// EstimateSize is an upper bound, in octets, of what Build makes, with a
// signature-time-stamp of tokenSize octets (zero for none).
func EstimateSize(certs []*x509.Certificate, alg signer.Algorithm, tokenSize int) int { return 0 }

// Attribute is one CMS attribute; values are DER.
type Attribute struct {
	Type   asn1.ObjectIdentifier
	Values [][]byte
}

// SignerInfo is one signer of a SignedData.
type SignerInfo struct {
	Issuer             []byte // DER Name; empty when the key identifier is used
	Serial             *big.Int
	SubjectKeyID       []byte
	Digest             crypto.Hash
	Signed             []Attribute
	Unsigned           []Attribute
	SignatureAlgorithm signer.Scheme
	Signature          []byte
}

// SignedData is a parsed ContentInfo of type signed-data.
type SignedData struct {
	Raw             []byte // DER
	Size            int    // octets of the input that the ContentInfo took
	Strict          bool   // the input was DER already
	ContentType     asn1.ObjectIdentifier
	Content         []byte // nil when detached
	Detached        bool
	Certificates    []*x509.Certificate
	RawCertificates [][]byte
	CRLs            [][]byte
	Signers         []SignerInfo
}

// Verified is the result of a good signature.
type Verified struct {
	Signer      *SignerInfo
	Certificate *x509.Certificate
}

// Parse reads a BER or DER ContentInfo.
func Parse(ber []byte) (*SignedData, error) { return nil, errPending }

// Verify checks the one SignerInfo. contentDigest is asked for the digest of
// detached content; it may be nil when the content is encapsulated.
func (s *SignedData) Verify(contentDigest func(crypto.Hash) ([]byte, error)) (*Verified, error) {
	return nil, errPending
}

// AddUnsigned returns the DER with an unsigned attribute added to the signer.
func (s *SignedData) AddUnsigned(oid asn1.ObjectIdentifier, values ...[]byte) ([]byte, error) {
	return nil, errPending
}

// OIDSignatureTimeStamp is id-aa-signatureTimeStampToken, RFC 3161 appendix A.
func OIDSignatureTimeStamp() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
}
