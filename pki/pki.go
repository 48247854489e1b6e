// Package pki issues certificates and revocation lists, builds certification
// paths and checks them by RFC 5280 at a given time, and reads what CRLs and
// OCSP responses say.
//
// It is not a trust store and not a client: the caller names the anchors and
// fetches what is missing.
package pki

import (
	"crypto/x509"
	"errors"
	"time"

	"github.com/consigil/consigil/signer"
)

// Limits of what the readers and the path builder accept.
const (
	MaxCRL       = 64 << 20 // octets of a revocation list
	MaxOCSP      = 256 << 10
	MaxPathLen   = 12   // certificates in a path, anchor included
	MaxPathTries = 4096 // steps taken and signatures checked in the search for one path
	MaxPool      = 4096 // certificates offered for one path
)

// Why a certificate, a path or a revocation source was not accepted. Match
// with errors.Is.
var (
	ErrNoAnchor     = errors.New("pki: no path to a trust anchor")
	ErrExpired      = errors.New("pki: certificate expired")
	ErrNotYetValid  = errors.New("pki: certificate not yet valid")
	ErrConstraints  = errors.New("pki: constraints violated")
	ErrUsage        = errors.New("pki: key usage does not allow this")
	ErrPolicy       = errors.New("pki: certificate policies do not allow this")
	ErrSignature    = errors.New("pki: certificate signature does not verify")
	ErrWeak         = errors.New("pki: signature too weak")
	ErrMalformed    = errors.New("pki: malformed")
	ErrLimit        = errors.New("pki: over the limit")
	ErrNotCovered   = errors.New("pki: revocation source does not cover the certificate")
	ErrIssuer       = errors.New("pki: revocation source is not from the certificate's issuer")
	ErrStale        = errors.New("pki: revocation source is not fresh")
	ErrUnknown      = errors.New("pki: revocation source does not know the certificate")
	ErrForged       = errors.New("pki: signature of the revocation source does not verify")
	ErrNotYetIssued = errors.New("pki: revocation source is from later than the time asked for")
)

// State is what a revocation source says about a certificate.
type State int

// The states.
const (
	StateUnknown State = iota
	StateGood
	StateRevoked
)

// String is the state in small letters.
func (s State) String() string {
	switch s {
	case StateGood:
		return "good"
	case StateRevoked:
		return "revoked"
	}
	return "unknown"
}

// CRL reasons, RFC 5280 section 5.3.1.
const (
	ReasonUnspecified          = 0
	ReasonKeyCompromise        = 1
	ReasonCACompromise         = 2
	ReasonAffiliationChanged   = 3
	ReasonSuperseded           = 4
	ReasonCessationOfOperation = 5
	ReasonCertificateHold      = 6
	ReasonRemoveFromCRL        = 8
	ReasonPrivilegeWithdrawn   = 9
	ReasonAACompromise         = 10
)

// Status is the answer of a revocation source.
type Status struct {
	State      State
	RevokedAt  time.Time // zero unless revoked
	Reason     int       // ReasonUnspecified unless revoked
	ThisUpdate time.Time
	NextUpdate time.Time // zero where the source gives none
}

// SelfIssued reports a certificate whose issuer is its subject.
func SelfIssued(c *x509.Certificate) bool { return string(c.RawIssuer) == string(c.RawSubject) }

// MaySign reports a certificate whose key usage, where it has one, allows signatures
// of documents (RFC 5280 section 4.2.1.3).
func MaySign(c *x509.Certificate) bool {
	return c.KeyUsage == 0 || c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// verifySigned checks the signature of a signed structure: the signature
// algorithm identifier as it stands there, the bytes that are signed, and
// whose key it is.
func verifySigned(issuer *x509.Certificate, identifier, signed, sig []byte) error {
	scheme, err := signer.ParseIdentifier(identifier, 0)
	if err != nil {
		return err
	}
	return scheme.Verify(issuer.PublicKey, signed, sig)
}
