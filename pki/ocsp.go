package pki

import (
	"bytes"
	"crypto"
	"crypto/sha1" // RFC 6960 names issuers by SHA-1, and responders by SHA-1 of their key
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

const maxSingles = 1024 // answers in one OCSP response

// BuildOCSPRequest makes a DER OCSPRequest for cert, RFC 6960 section 4.1,
// with a nonce (RFC 9654) where one is given. The issuer is named by SHA-1,
// which every responder understands; nothing rests on its strength.
func BuildOCSPRequest(cert, issuer *x509.Certificate, nonce []byte) ([]byte, error) {
	keyBits, err := publicKeyBits(issuer.RawSubjectPublicKeyInfo)
	if err != nil {
		return nil, err
	}
	nameHash, keyHash := sha1.Sum(issuer.RawSubject), sha1.Sum(keyBits) // see above
	oid, _ := signer.DigestOID(crypto.SHA1)
	var b cryptobyte.Builder
	seq := func(f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1(casn1.SEQUENCE, f) }
	}
	certID := seq(func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(nameHash[:])
		b.AddASN1OctetString(keyHash[:])
		b.AddASN1BigInt(cert.SerialNumber)
	})
	seq(seq(func(b *cryptobyte.Builder) {
		seq(seq(certID))(b)
		addNonce(b, nonce)
	}))(&b)
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("pki: build OCSP request: %w", err)
	}
	return out, nil
}

func oidNonce() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2} }

// addNonce writes requestExtensions [2] with the nonce.
func addNonce(b *cryptobyte.Builder, nonce []byte) { addNonceAt(b, nonce, 2) }

func addNonceAt(b *cryptobyte.Builder, nonce []byte, tag uint8) {
	if len(nonce) == 0 {
		return
	}
	b.AddASN1(der.Explicit(tag), func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidNonce())
				b.AddASN1(casn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(nonce) })
			})
		})
	})
}

// OCSPResponse is a parsed basic response. Nothing of it is verified until
// Check.
type OCSPResponse struct {
	Raw          []byte
	ProducedAt   time.Time
	Nonce        []byte // empty where there is none
	Certificates []*x509.Certificate
	Singles      []OCSPSingle

	responderName []byte // DER Name, or
	responderKey  []byte // SHA-1 of the key
	tbs           []byte
	signatureID   []byte
	signature     []byte
	unknown       bool
}

// OCSPSingle is the answer about one certificate.
type OCSPSingle struct {
	Serial       *big.Int
	State        State
	RevokedAt    time.Time
	Reason       int
	ThisUpdate   time.Time
	NextUpdate   time.Time // zero where the response gives none
	ArchiveAfter time.Time // archiveCutoff, zero where absent

	hash     crypto.Hash
	nameHash []byte
	keyHash  []byte
	unknown  bool
}

// ErrOCSPStatus reports a responder that gave no answer.
var ErrOCSPStatus = errors.New("pki: OCSP responder gave no answer")

// ParseOCSPResponse reads a DER OCSPResponse, RFC 6960 section 4.2.
func ParseOCSPResponse(raw []byte) (*OCSPResponse, error) {
	if len(raw) > MaxOCSP {
		return nil, fmt.Errorf("%w: OCSP response of %d octets", ErrLimit, len(raw))
	}
	input := cryptobyte.String(raw)
	var outer, wrapped, bytesSeq, octets cryptobyte.String
	var status int
	var oid asn1.ObjectIdentifier
	if !input.ReadASN1(&outer, casn1.SEQUENCE) || !input.Empty() || !outer.ReadASN1Enum(&status) {
		return nil, badOCSP("status")
	}
	if status != 0 {
		return nil, fmt.Errorf("%w: status %d", ErrOCSPStatus, status)
	}
	if !outer.ReadASN1(&wrapped, der.Explicit(0)) || !outer.Empty() || !wrapped.ReadASN1(&bytesSeq, casn1.SEQUENCE) ||
		!bytesSeq.ReadASN1ObjectIdentifier(&oid) || !bytesSeq.ReadASN1(&octets, casn1.OCTET_STRING) {
		return nil, badOCSP("responseBytes")
	}
	if !oid.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}) {
		return nil, badOCSP("not a basic response")
	}
	r := &OCSPResponse{Raw: raw}
	return r, r.readBasic(octets)
}

func badOCSP(what string) error { return fmt.Errorf("%w: OCSP %s", ErrMalformed, what) }

// readBasic reads BasicOCSPResponse.
func (r *OCSPResponse) readBasic(octets cryptobyte.String) error {
	var seq, tbs, identifier, certs cryptobyte.String
	var signature asn1.BitString
	var hasCerts bool
	if !octets.ReadASN1(&seq, casn1.SEQUENCE) || !octets.Empty() || !seq.ReadASN1Element(&tbs, casn1.SEQUENCE) ||
		!seq.ReadASN1Element(&identifier, casn1.SEQUENCE) || !seq.ReadASN1BitString(&signature) ||
		!seq.ReadOptionalASN1(&certs, &hasCerts, der.Explicit(0)) || !seq.Empty() {
		return badOCSP("basic response")
	}
	r.tbs, r.signatureID, r.signature = tbs, identifier, signature.Bytes
	if hasCerts {
		if err := r.readCertificates(certs); err != nil {
			return err
		}
	}
	return r.readData(tbs)
}

func (r *OCSPResponse) readCertificates(certs cryptobyte.String) error {
	var list cryptobyte.String
	if !certs.ReadASN1(&list, casn1.SEQUENCE) {
		return badOCSP("certificates")
	}
	elements, err := der.Elements(list, 64)
	if err != nil {
		return badOCSP("certificates")
	}
	for _, e := range elements {
		if cert, err := x509.ParseCertificate(e); err == nil {
			r.Certificates = append(r.Certificates, cert)
		}
	}
	return nil
}

// readData reads ResponseData.
func (r *OCSPResponse) readData(element cryptobyte.String) error {
	var tbs, version, singles, extensions cryptobyte.String
	var hasVersion, hasExtensions bool
	if !element.ReadASN1(&tbs, casn1.SEQUENCE) || !tbs.ReadOptionalASN1(&version, &hasVersion, der.Explicit(0)) ||
		!r.readResponder(&tbs) || !tbs.ReadASN1GeneralizedTime(&r.ProducedAt) || !tbs.ReadASN1(&singles, casn1.SEQUENCE) ||
		!tbs.ReadOptionalASN1(&extensions, &hasExtensions, der.Explicit(1)) || !tbs.Empty() {
		return badOCSP("response data")
	}
	for !singles.Empty() {
		if len(r.Singles) == maxSingles {
			return fmt.Errorf("%w: OCSP answers", ErrLimit)
		}
		var single cryptobyte.String
		if !singles.ReadASN1(&single, casn1.SEQUENCE) {
			return badOCSP("single response")
		}
		s, err := readSingle(single)
		if err != nil {
			return err
		}
		r.Singles = append(r.Singles, s)
	}
	if !hasExtensions {
		return nil
	}
	return r.readExtensions(extensions)
}

func (r *OCSPResponse) readResponder(tbs *cryptobyte.String) bool {
	var id, key cryptobyte.String
	if tbs.PeekASN1Tag(der.Explicit(1)) {
		ok := tbs.ReadASN1(&id, der.Explicit(1))
		r.responderName = id
		return ok
	}
	ok := tbs.ReadASN1(&id, der.Explicit(2)) && id.ReadASN1(&key, casn1.OCTET_STRING)
	r.responderKey = key
	return ok && len(key) > 0
}

func (r *OCSPResponse) readExtensions(in cryptobyte.String) error {
	var list cryptobyte.String
	if !in.ReadASN1(&list, casn1.SEQUENCE) {
		return badOCSP("extensions")
	}
	return eachExtension(list, func(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.String) error {
		if !oid.Equal(oidNonce()) {
			r.unknown = r.unknown || critical
			return nil
		}
		var nonce cryptobyte.String
		if value.ReadASN1(&nonce, casn1.OCTET_STRING) {
			r.Nonce = nonce
		}
		return nil
	})
}

// readSingle reads SingleResponse.
func readSingle(in cryptobyte.String) (OCSPSingle, error) {
	s := OCSPSingle{Serial: new(big.Int)}
	var certID, identifier, algorithm, name, key, status cryptobyte.String
	var oid asn1.ObjectIdentifier
	var tag casn1.Tag
	if !in.ReadASN1(&certID, casn1.SEQUENCE) || !certID.ReadASN1(&identifier, casn1.SEQUENCE) ||
		!certID.ReadASN1(&name, casn1.OCTET_STRING) || !certID.ReadASN1(&key, casn1.OCTET_STRING) ||
		!certID.ReadASN1Integer(s.Serial) {
		return s, badOCSP("certificate id")
	}
	algorithm = identifier
	if !algorithm.ReadASN1ObjectIdentifier(&oid) || !in.ReadAnyASN1(&status, &tag) || !s.readStatus(status, tag) {
		return s, badOCSP("certificate status")
	}
	s.hash, s.nameHash, s.keyHash = signer.DigestByOID(oid), name, key
	return s, s.readRest(in)
}

func (s *OCSPSingle) readStatus(status cryptobyte.String, tag casn1.Tag) bool {
	switch tag {
	case casn1.Tag(0).ContextSpecific():
		s.State = StateGood
	case der.Explicit(1):
		s.State = StateRevoked
		var reason cryptobyte.String
		var hasReason bool
		if !status.ReadASN1GeneralizedTime(&s.RevokedAt) || !status.ReadOptionalASN1(&reason, &hasReason, der.Explicit(0)) {
			return false
		}
		return !hasReason || reason.ReadASN1Enum(&s.Reason)
	case casn1.Tag(2).ContextSpecific():
		s.State = StateUnknown
	default:
		return false
	}
	return true
}

func (s *OCSPSingle) readRest(in cryptobyte.String) error {
	var next, extensions, list cryptobyte.String
	var hasNext, hasExtensions bool
	if !in.ReadASN1GeneralizedTime(&s.ThisUpdate) || !in.ReadOptionalASN1(&next, &hasNext, der.Explicit(0)) ||
		hasNext && !next.ReadASN1GeneralizedTime(&s.NextUpdate) ||
		!in.ReadOptionalASN1(&extensions, &hasExtensions, der.Explicit(1)) || !in.Empty() {
		return badOCSP("times")
	}
	if !hasExtensions {
		return nil
	}
	if !extensions.ReadASN1(&list, casn1.SEQUENCE) {
		return badOCSP("extensions")
	}
	return eachExtension(list, func(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.String) error {
		if oid.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 6}) && value.ReadASN1GeneralizedTime(&s.ArchiveAfter) {
			return nil
		}
		s.unknown = s.unknown || critical
		return nil
	})
}

// Check says what the response says about cert at a time. It verifies that
// the response is signed by the certificate's issuer or by a responder that
// the issuer certified for it, and that it was fresh at that time; one without
// nextUpdate is so for a day. As with CRL.Check, a later response is as good and State is the state at the time.
func (r *OCSPResponse) Check(cert, issuer *x509.Certificate, at time.Time) (Status, error) {
	return r.check(cert, issuer, at, nil)
}

func (r *OCSPResponse) check(cert, issuer *x509.Certificate, at time.Time, checks *Checks) (Status, error) {
	single, err := r.find(cert, issuer)
	if err != nil {
		return Status{}, err
	}
	status := Status{ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate}
	if r.unknown || single.unknown {
		return status, fmt.Errorf("%w: unknown critical extension", ErrNotCovered)
	}
	if err := r.verify(issuer, checks); err != nil {
		return status, err
	}
	if single.until().Before(at) {
		return status, ErrStale
	}
	if cert.NotAfter.Before(single.ThisUpdate) && (single.ArchiveAfter.IsZero() || cert.NotAfter.Before(single.ArchiveAfter)) {
		return status, fmt.Errorf("%w: it had expired before the answer", ErrNotCovered)
	}
	status.State, status.RevokedAt, status.Reason = single.State, single.RevokedAt, single.Reason
	if status.State == StateRevoked && status.RevokedAt.After(at) {
		status.State = StateGood
	}
	return status, nil
}

// unstated is how long an answer without nextUpdate counts. RFC 6960 section
// 2.4: newer information is available all the time; validation asks for a limit.
const unstated = 24 * time.Hour

func (s *OCSPSingle) until() time.Time {
	if s.NextUpdate.IsZero() {
		return s.ThisUpdate.Add(unstated)
	}
	return s.NextUpdate
}

// find is the answer about the certificate.
func (r *OCSPResponse) find(cert, issuer *x509.Certificate) (*OCSPSingle, error) {
	keyBits, err := publicKeyBits(issuer.RawSubjectPublicKeyInfo)
	if err != nil {
		return nil, err
	}
	for i := range r.Singles {
		s := &r.Singles[i]
		if s.hash == 0 || s.Serial.Cmp(cert.SerialNumber) != 0 {
			continue
		}
		if bytes.Equal(s.nameHash, digest(s.hash, issuer.RawSubject)) && bytes.Equal(s.keyHash, digest(s.hash, keyBits)) {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: no answer about it", ErrNotCovered)
}

func digest(h crypto.Hash, data []byte) []byte {
	hasher := h.New()
	hasher.Write(data)
	return hasher.Sum(nil)
}

// verify finds the responder and checks its signature, section 4.2.2.2: the
// issuer itself, or a certificate with the OCSP signing usage that the issuer
// signed and that was valid when the answer was made.
func (r *OCSPResponse) verify(issuer *x509.Certificate, checks *Checks) error {
	if r.isResponder(issuer) {
		if err := checks.verify(issuer, r.signatureID, r.tbs, r.signature); err != nil {
			return fmt.Errorf("%w: %w: %w", ErrIssuer, ErrForged, err)
		}
		return nil
	}
	for _, candidate := range r.Certificates {
		if r.isResponder(candidate) {
			return r.verifyDelegated(candidate, issuer, checks)
		}
	}
	return fmt.Errorf("%w: responder not found", ErrIssuer)
}

func (r *OCSPResponse) verifyDelegated(responder, issuer *x509.Certificate, checks *Checks) error {
	if !sameName(responder.RawIssuer, issuer.RawSubject) {
		return fmt.Errorf("%w: responder is another CA's", ErrIssuer)
	}
	if err := checks.certificate(responder, issuer); err != nil {
		return fmt.Errorf("%w: responder: %w", ErrIssuer, err)
	}
	if err := checkTime(responder, r.ProducedAt); err != nil {
		return err
	}
	allowed := false
	for _, usage := range responder.ExtKeyUsage {
		allowed = allowed || usage == x509.ExtKeyUsageOCSPSigning
	}
	if !allowed {
		return fmt.Errorf("%w: responder may not sign answers: %w", ErrIssuer, ErrUsage)
	}
	if err := checks.verify(responder, r.signatureID, r.tbs, r.signature); err != nil {
		return fmt.Errorf("%w: %w: %w", ErrIssuer, ErrForged, err)
	}
	return nil
}

// isResponder compares the responder's id with a certificate.
func (r *OCSPResponse) isResponder(cert *x509.Certificate) bool {
	if r.responderName != nil {
		return sameName(r.responderName, cert.RawSubject)
	}
	bits, err := publicKeyBits(cert.RawSubjectPublicKeyInfo)
	if err != nil {
		return false
	}
	sum := sha1.Sum(bits) // see above
	return bytes.Equal(sum[:], r.responderKey)
}

// Responder is the certificate that the response names as its signer: the
// issuer, or one that it carries. It is nil where neither is.
func (r *OCSPResponse) Responder(issuer *x509.Certificate) *x509.Certificate {
	if r.isResponder(issuer) {
		return issuer
	}
	for _, candidate := range r.Certificates {
		if r.isResponder(candidate) {
			return candidate
		}
	}
	return nil
}
