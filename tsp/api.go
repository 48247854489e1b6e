// Package tsp speaks RFC 3161 with the update of RFC 5816: requests,
// responses, tokens and the logic of an authority.
//
// It is not a client or a server: octets go in and out, and somebody else
// carries them.
package tsp

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"

	"github.com/consigil/consigil/signer"
)

var errPending = errors.New("tsp: being written")

// Source gives timestamp tokens: over HTTP, or from an Authority in process.
type Source interface {
	Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) (token []byte, err error)
}

// Request is a TimeStampReq.
type Request struct {
	HashAlgorithm crypto.Hash
	Imprint       []byte
	Nonce         *big.Int
	CertReq       bool
	Policy        asn1.ObjectIdentifier
}

// DER encodes the request.
func (r Request) DER() ([]byte, error) { return nil, errPending }

// ParseRequest reads a TimeStampReq.
func ParseRequest(der []byte) (*Request, error) { return nil, errPending }

// Authority answers requests.
type Authority struct {
	Signer      signer.Signer
	Certificate *x509.Certificate
	Chain       []*x509.Certificate
	Policy      asn1.ObjectIdentifier
	Serial      func() (*big.Int, error)
	Clock       func() time.Time
	Accuracy    time.Duration
}

// Respond answers one request; refusals are responses too.
func (a *Authority) Respond(ctx context.Context, request []byte) ([]byte, error) {
	return nil, errPending
}

// Timestamp makes the Authority a Source.
func (a *Authority) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	return nil, errPending
}

// Response is a TimeStampResp.
type Response struct {
	Status  int
	Text    []string
	Failure Failure
	Token   []byte // DER ContentInfo; nil unless granted
}

// Failure is a PKIFailureInfo bit, or -1.
type Failure int

// ParseResponse reads a TimeStampResp.
func ParseResponse(der []byte) (*Response, error) { return nil, errPending }

// Check reports whether the response answers the request: granted, same
// imprint, nonce and policy.
func (r *Response) Check(req *Request) (*Token, error) { return nil, errPending }

// Token is a parsed TimeStampToken.
type Token struct {
	Raw          []byte
	Time         time.Time
	Accuracy     time.Duration
	Hash         crypto.Hash
	Imprint      []byte
	Nonce        *big.Int
	Policy       asn1.ObjectIdentifier
	Serial       *big.Int
	Ordering     bool
	Certificates []*x509.Certificate
}

// ParseToken reads a TimeStampToken (BER or DER).
func ParseToken(ber []byte) (*Token, error) { return nil, errPending }

// Verify checks imprint, signature, ESSCertID and extended key usage. The
// chain of the certificate is the caller's business.
func (t *Token) Verify(hash crypto.Hash, imprint []byte) (*x509.Certificate, error) {
	return nil, errPending
}
