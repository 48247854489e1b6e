// Package pki issues certificates and revocation lists, builds certification
// paths and checks them by RFC 5280 at a given time.
//
// It is not a trust store: the caller names the anchors, and fetches what is
// missing.
package pki

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"math/big"
	"time"

	"github.com/consigil/consigil/signer"
)

var errPending = errors.New("pki: being written")

// Why a path was not found. Match with errors.Is.
var (
	ErrNoAnchor    = errors.New("pki: no path to a trust anchor")
	ErrExpired     = errors.New("pki: certificate expired")
	ErrNotYetValid = errors.New("pki: certificate not yet valid")
	ErrConstraints = errors.New("pki: constraints violated")
	ErrSignature   = errors.New("pki: certificate signature does not verify")
	ErrMalformed   = errors.New("pki: malformed")
)

// PathOptions steer BuildPath.
type PathOptions struct {
	At  time.Time
	EKU []x509.ExtKeyUsage // the leaf must allow one of them; none: any
}

// BuildPath finds a path from leaf to an anchor, leaf first, anchor last.
func BuildPath(leaf *x509.Certificate, pool, anchors []*x509.Certificate, opt PathOptions) ([]*x509.Certificate, error) {
	return nil, errPending
}

// Issue signs a certificate.
func Issue(ctx context.Context, template, parent *x509.Certificate, pub crypto.PublicKey, parentSigner signer.Signer) (*x509.Certificate, error) {
	return nil, errPending
}

// State is what a revocation source says about a certificate.
type State int

// The states.
const (
	StateUnknown State = iota
	StateGood
	StateRevoked
)

// Status is the answer of a revocation source.
type Status struct {
	State      State
	RevokedAt  time.Time
	Reason     int // CRLReason, RFC 5280 section 5.3.1
	ThisUpdate time.Time
	NextUpdate time.Time
}

// CRLTemplate is what a CRL says.
type CRLTemplate struct {
	Number     *big.Int
	ThisUpdate time.Time
	NextUpdate time.Time
	Revoked    []Revoked
}

// Revoked is an entry of a CRL.
type Revoked struct {
	Serial *big.Int
	At     time.Time
	Reason int
}

// BuildCRL signs a CRL, DER.
func BuildCRL(ctx context.Context, template CRLTemplate, issuer *x509.Certificate, s signer.Signer) ([]byte, error) {
	return nil, errPending
}

// CRL is a parsed revocation list.
type CRL struct {
	Raw        []byte
	ThisUpdate time.Time
	NextUpdate time.Time
	Number     *big.Int
}

// ParseCRL reads a DER CRL.
func ParseCRL(der []byte) (*CRL, error) { return nil, errPending }

// Check says what the CRL says about cert at a time.
func (c *CRL) Check(cert, issuer *x509.Certificate, at time.Time) (Status, error) {
	return Status{}, errPending
}

// BuildOCSPRequest makes a DER OCSPRequest for cert.
func BuildOCSPRequest(cert, issuer *x509.Certificate, nonce []byte) ([]byte, error) {
	return nil, errPending
}

// OCSPResponse is a parsed basic response.
type OCSPResponse struct {
	Raw        []byte
	ProducedAt time.Time
}

// ParseOCSPResponse reads a DER OCSPResponse.
func ParseOCSPResponse(der []byte) (*OCSPResponse, error) { return nil, errPending }

// Check says what the response says about cert at a time.
func (r *OCSPResponse) Check(cert, issuer *x509.Certificate, at time.Time) (Status, error) {
	return Status{}, errPending
}
