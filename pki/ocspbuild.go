package pki

import (
	"context"
	"crypto/sha1" // RFC 6960 names keys by SHA-1
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// OCSPRequest is what a caller asks a responder.
type OCSPRequest struct {
	Certificates []CertID
	Nonce        []byte // empty where there is none
}

// CertID names a certificate as a request does, RFC 6960 section 4.1.1.
type CertID struct {
	Serial   *big.Int
	raw      []byte // DER, to be repeated in the answer
	hash     asn1.ObjectIdentifier
	nameHash []byte
	keyHash  []byte
}

const (
	maxAsked = 16 // certificates in one request
	maxNonce = 128
)

// ParseOCSPRequest reads a DER OCSPRequest. A signature on it is passed over.
func ParseOCSPRequest(raw []byte) (*OCSPRequest, error) {
	if len(raw) > 64<<10 {
		return nil, fmt.Errorf("%w: OCSP request of %d octets", ErrLimit, len(raw))
	}
	input := cryptobyte.String(raw)
	var outer, tbs, list cryptobyte.String
	if !input.ReadASN1(&outer, casn1.SEQUENCE) || !input.Empty() || !outer.ReadASN1(&tbs, casn1.SEQUENCE) {
		return nil, badOCSP("request")
	}
	var skipped cryptobyte.String
	var present bool
	if !tbs.ReadOptionalASN1(&skipped, &present, der.Explicit(0)) || !tbs.ReadOptionalASN1(&skipped, &present, der.Explicit(1)) ||
		!tbs.ReadASN1(&list, casn1.SEQUENCE) || list.Empty() {
		return nil, badOCSP("request list")
	}
	r := &OCSPRequest{}
	for !list.Empty() {
		if len(r.Certificates) == maxAsked {
			return nil, fmt.Errorf("%w: OCSP questions", ErrLimit)
		}
		id, err := readCertID(&list)
		if err != nil {
			return nil, err
		}
		r.Certificates = append(r.Certificates, id)
	}
	return r, r.readExtensions(tbs)
}

func readCertID(list *cryptobyte.String) (CertID, error) {
	id := CertID{Serial: new(big.Int)}
	var request, element, fields, algorithm, name, key cryptobyte.String
	if !list.ReadASN1(&request, casn1.SEQUENCE) || !request.ReadASN1Element(&element, casn1.SEQUENCE) {
		return id, badOCSP("question")
	}
	id.raw = element
	if !element.ReadASN1(&fields, casn1.SEQUENCE) || !fields.ReadASN1(&algorithm, casn1.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&id.hash) || !fields.ReadASN1(&name, casn1.OCTET_STRING) ||
		!fields.ReadASN1(&key, casn1.OCTET_STRING) || !fields.ReadASN1Integer(id.Serial) {
		return id, badOCSP("question")
	}
	id.nameHash, id.keyHash = name, key
	return id, nil
}

func (r *OCSPRequest) readExtensions(tbs cryptobyte.String) error {
	var extensions, list cryptobyte.String
	var has bool
	if !tbs.ReadOptionalASN1(&extensions, &has, der.Explicit(2)) || !tbs.Empty() {
		return badOCSP("request extensions")
	}
	if !has {
		return nil
	}
	if !extensions.ReadASN1(&list, casn1.SEQUENCE) {
		return badOCSP("request extensions")
	}
	return eachExtension(list, func(oid asn1.ObjectIdentifier, _ bool, value cryptobyte.String) error {
		var nonce cryptobyte.String
		if oid.Equal(oidNonce()) && value.ReadASN1(&nonce, casn1.OCTET_STRING) && len(nonce) <= maxNonce {
			r.Nonce = nonce
		}
		return nil
	})
}

// IssuedBy reports whether the question is about a certificate of an issuer.
func (id CertID) IssuedBy(issuer *x509.Certificate) bool {
	h := signer.DigestByOID(id.hash)
	bits, err := publicKeyBits(issuer.RawSubjectPublicKeyInfo)
	return h != 0 && h.Available() && err == nil &&
		string(digest(h, issuer.RawSubject)) == string(id.nameHash) && string(digest(h, bits)) == string(id.keyHash)
}

// OCSPAnswer is what a responder says about one certificate.
type OCSPAnswer struct {
	ID         CertID
	Status     Status // ThisUpdate and NextUpdate are in it
	ArchiveFor time.Time
}

// OCSPTemplate is what an OCSP response says.
type OCSPTemplate struct {
	ProducedAt time.Time
	Answers    []OCSPAnswer
	Nonce      []byte // of the request
}

// BuildOCSPResponse signs a basic response, RFC 6960 section 4.2.1. The responder
// is the issuer or one that it certified; it is carried along where it is not
// the issuer's own certificate.
func BuildOCSPResponse(ctx context.Context, template OCSPTemplate, responder *x509.Certificate, carry bool, s signer.Signer) ([]byte, error) {
	if !signer.Matches(responder, s.Public()) {
		return nil, fmt.Errorf("%w: the signer is not the responder's key", ErrUsage)
	}
	tbs, err := template.data(responder)
	if err != nil {
		return nil, err
	}
	algorithm, err := signer.DefaultAlgorithm(s.Public(), 0)
	if err != nil {
		return nil, fmt.Errorf("pki: build OCSP response: %w", err)
	}
	identifier, err := algorithm.Identifier()
	if err != nil {
		return nil, fmt.Errorf("pki: build OCSP response: %w", err)
	}
	signature, err := s.Sign(ctx, algorithm, tbs)
	if err != nil {
		return nil, fmt.Errorf("pki: build OCSP response: %w", err)
	}
	return wrapOCSP(tbs, identifier, signature, responder, carry)
}

// OCSPFailure is a response without an answer: 1 malformed request, 2 internal
// error, 3 try later, 6 unauthorized.
func OCSPFailure(status int) []byte {
	return []byte{0x30, 3, 0x0a, 1, byte(status)} // SEQUENCE { ENUMERATED }
}

// data is ResponseData in DER.
func (t OCSPTemplate) data(responder *x509.Certificate) ([]byte, error) {
	bits, err := publicKeyBits(responder.RawSubjectPublicKeyInfo)
	if err != nil {
		return nil, err
	}
	key := sha1.Sum(bits) // see above
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(der.Explicit(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString(key[:]) })
		b.AddASN1GeneralizedTime(t.ProducedAt.UTC().Truncate(time.Second))
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, a := range t.Answers {
				a.add(b)
			}
		})
		addNonceAt(b, t.Nonce, 1)
	})
	return b.Bytes()
}

func (a OCSPAnswer) add(b *cryptobyte.Builder) {
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(a.ID.raw)
		a.addStatus(b)
		b.AddASN1GeneralizedTime(a.Status.ThisUpdate.UTC().Truncate(time.Second))
		if !a.Status.NextUpdate.IsZero() {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
				b.AddASN1GeneralizedTime(a.Status.NextUpdate.UTC().Truncate(time.Second))
			})
		}
		a.addCutoff(b)
	})
}

func (a OCSPAnswer) addStatus(b *cryptobyte.Builder) {
	switch a.Status.State {
	case StateGood:
		b.AddASN1(casn1.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
	case StateRevoked:
		b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) {
			b.AddASN1GeneralizedTime(a.Status.RevokedAt.UTC().Truncate(time.Second))
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(a.Status.Reason)) })
		})
	default:
		b.AddASN1(casn1.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
	}
}

// addCutoff writes archiveCutoff, RFC 6960 section 4.4.4.
func (a OCSPAnswer) addCutoff(b *cryptobyte.Builder) {
	if a.ArchiveFor.IsZero() {
		return
	}
	b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 6})
				b.AddASN1(casn1.OCTET_STRING, func(b *cryptobyte.Builder) {
					b.AddASN1GeneralizedTime(a.ArchiveFor.UTC().Truncate(time.Second))
				})
			})
		})
	})
}

func wrapOCSP(tbs, identifier, signature []byte, responder *x509.Certificate, carry bool) ([]byte, error) {
	var basic cryptobyte.Builder
	basic.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(identifier)
		b.AddASN1BitString(signature)
		if carry {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
				b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(responder.Raw) })
			})
		}
	})
	inner, err := basic.Bytes()
	if err != nil {
		return nil, fmt.Errorf("pki: build OCSP response: %w", err)
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(0)
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1})
				b.AddASN1OctetString(inner)
			})
		})
	})
	return b.Bytes()
}
