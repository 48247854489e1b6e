// Package tsp speaks RFC 3161 with the update of RFC 5816: requests,
// responses, tokens and the logic of an authority.
//
// It is not a client or a server: octets go in and out, and somebody else
// carries them. It does not judge whether an authority is trusted: the chain
// of a token's certificate is the caller's business.
package tsp

import (
	"context"
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"
)

// Limits of what the readers accept, in octets.
const (
	MaxRequest  = 16 << 10
	MaxResponse = 1 << 20
	MaxToken    = 1 << 20
	MaxNonce    = 64
)

// Why a request, response or token was not accepted. Match with errors.Is.
var (
	ErrMalformed = errors.New("tsp: malformed")
	ErrRefused   = errors.New("tsp: the authority refused")
	ErrImprint   = errors.New("tsp: token is for other data")
	ErrNonce     = errors.New("tsp: nonce differs")
	ErrPolicy    = errors.New("tsp: policy differs")
	ErrBinding   = errors.New("tsp: token does not name its certificate")
	ErrUsage     = errors.New("tsp: certificate is not for timestamping alone")
	ErrSignature = errors.New("tsp: signature of the token does not verify")
	ErrWeak      = errors.New("tsp: token uses an algorithm that is no longer safe")
	ErrValidity  = errors.New("tsp: certificate was not valid at the time of the token")
	ErrSigners   = errors.New("tsp: token is not of exactly one signer")
	ErrOld       = errors.New("tsp: time of the token is past")
	ErrFuture    = errors.New("tsp: time of the token is yet to come")
)

// Source gives timestamp tokens: over HTTP, or from an Authority in process.
// The token is a DER ContentInfo whose imprint is the one asked for.
type Source interface {
	Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) (token []byte, err error)
}

// TokenSource is a Source that has read its token and verified it against the
// request, so that nobody has to do so again.
type TokenSource interface {
	TimestampToken(ctx context.Context, hash crypto.Hash, imprint []byte) (*Token, error)
}

// Sized is a Source that knows how large its tokens are, so that room can be kept
// for one before it is asked for.
type Sized interface {
	// TokenSize is the size, octets, of the largest token seen of the authority
	// that will answer next; zero where none was seen.
	TokenSize() int
}

// Failure is a bit of PKIFailureInfo, RFC 3161 section 2.4.2.
type Failure int

// The failures. FailureNone stands where a response names none.
const (
	FailureNone               Failure = -1
	FailureBadAlg             Failure = 0
	FailureBadRequest         Failure = 2
	FailureBadDataFormat      Failure = 5
	FailureTimeNotAvailable   Failure = 14
	FailureUnacceptedPolicy   Failure = 15
	FailureUnacceptedExt      Failure = 16
	FailureAddInfoUnavailable Failure = 17
	FailureSystem             Failure = 25
)

// String is the name that RFC 3161 gives the failure.
func (f Failure) String() string {
	switch f {
	case FailureNone:
		return "none"
	case FailureBadAlg:
		return "badAlg"
	case FailureBadRequest:
		return "badRequest"
	case FailureBadDataFormat:
		return "badDataFormat"
	case FailureTimeNotAvailable:
		return "timeNotAvailable"
	case FailureUnacceptedPolicy:
		return "unacceptedPolicy"
	case FailureUnacceptedExt:
		return "unacceptedExtension"
	case FailureAddInfoUnavailable:
		return "addInfoNotAvailable"
	case FailureSystem:
		return "systemFailure"
	}
	return fmt.Sprintf("failure %d", int(f))
}

// RequestError is a request that an authority refuses, with the reason that
// the response names.
type RequestError struct {
	Failure Failure
	Reason  string
}

func (e *RequestError) Error() string { return "tsp: " + e.Failure.String() + ": " + e.Reason }

// RefusedError is an answer that grants nothing, as one who asked sees it. It is an
// ErrRefused.
type RefusedError struct {
	Status  int // PKIStatus
	Failure Failure
	Text    []string // the authority's words; not in Error, for it may repeat what it was sent
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%v: status %d, %v", ErrRefused, e.Status, e.Failure)
}

// Is makes it an ErrRefused.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// Passing reports a refusal that is about the authority's state and not about the
// request.
func (e *RefusedError) Passing() bool {
	return e.Status == StatusWaiting || e.Failure == FailureTimeNotAvailable || e.Failure == FailureSystem
}

func refuse(f Failure, reason string) error { return &RequestError{f, reason} }

// oidTSTInfo is id-ct-TSTInfo.
func oidTSTInfo() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
}

// accepted reports an imprint hash that requests may use.
func accepted(h crypto.Hash) bool {
	return h == crypto.SHA256 || h == crypto.SHA384 || h == crypto.SHA512
}
