// Package cms builds, reads and verifies CMS SignedData (RFC 5652) with the
// signed attributes that CAdES and PAdES ask for (ETSI EN 319 122-1).
//
// It is not a path validator: it says which certificate made the signature
// and that the signature is right, never whether that certificate is trusted.
// It does not encrypt, and of several signers it verifies none.
package cms

import (
	"encoding/asn1"
	"errors"
)

// Limits of what Parse accepts.
const (
	MaxSize         = 32 << 20 // octets of a ContentInfo
	MaxDepth        = 48       // nesting
	MaxElements     = 1 << 20  // ASN.1 elements
	MaxSigners      = 64
	MaxCertificates = 512
	MaxAttributes   = 256 // of one signer, signed and unsigned apart
)

// Why a SignedData was not accepted. Match with errors.Is.
var (
	ErrMalformed          = errors.New("cms: malformed")
	ErrLimit              = errors.New("cms: over the limit")
	ErrNoSigner           = errors.New("cms: no signer")
	ErrManySigners        = errors.New("cms: more than one signer")
	ErrNoCertificate      = errors.New("cms: the signer's certificate is missing or unreadable")
	ErrAttributes         = errors.New("cms: signed attributes are missing or wrong")
	ErrDigest             = errors.New("cms: content does not match the message digest")
	ErrSignature          = errors.New("cms: signature does not verify")
	ErrAlgorithm          = errors.New("cms: algorithm not supported")
	ErrAlgorithmMismatch  = errors.New("cms: algorithms differ from the protected ones")
	ErrSigningCertificate = errors.New("cms: signing-certificate attribute names another certificate")
	ErrNoContent          = errors.New("cms: no content to verify")
)

// OIDData is id-data, RFC 5652 section 4.
func OIDData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1} }

// OIDSignatureTimeStamp is id-aa-signatureTimeStampToken, RFC 3161 appendix A.
func OIDSignatureTimeStamp() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
}

// OIDSigningTime is signing-time, RFC 5652 section 11.3: PAdES forbids it.
func OIDSigningTime() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
}

// OIDSigningCertificateV2 is id-aa-signingCertificateV2, RFC 5035.
func OIDSigningCertificateV2() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
}

// OIDSigningCertificate is id-aa-signingCertificate, RFC 2634: SHA-1.
func OIDSigningCertificate() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
}

// OIDContentType is the content-type attribute, RFC 5652 section 11.1.
func OIDContentType() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
}

// OIDMessageDigest is the message-digest attribute, RFC 5652 section 11.2.
func OIDMessageDigest() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
}

// OIDAlgorithmProtection is cmsAlgorithmProtection, RFC 6211.
func OIDAlgorithmProtection() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 52}
}

func oidSignedData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2} }

// oidOCSPResponse is id-ri-ocsp-response, RFC 5940.
func oidOCSPResponse() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 16, 2}
}
