package tsp

import (
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Request is a TimeStampReq, RFC 3161 section 2.4.1.
type Request struct {
	HashAlgorithm crypto.Hash // SHA-256, SHA-384 or SHA-512
	Imprint       []byte
	Nonce         *big.Int // nil for none
	CertReq       bool     // the token shall carry its certificates
	Policy        asn1.ObjectIdentifier

	hashID []byte // AlgorithmIdentifier as it stood in the request, to be echoed
}

// DER encodes the request.
func (r Request) DER() ([]byte, error) {
	if !accepted(r.HashAlgorithm) || len(r.Imprint) != r.HashAlgorithm.Size() {
		return nil, fmt.Errorf("%w: imprint", ErrMalformed)
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		addImprint(b, r.hashIdentifier, r.Imprint)
		if r.Policy != nil {
			b.AddASN1ObjectIdentifier(r.Policy)
		}
		if r.Nonce != nil {
			b.AddASN1BigInt(r.Nonce)
		}
		if r.CertReq {
			b.AddASN1Boolean(true)
		}
	})
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("tsp: encode request: %w", err)
	}
	return out, nil
}

// hashIdentifier writes the imprint's AlgorithmIdentifier: the requester's
// own octets where there are any, so that comparing peers find them again.
func (r Request) hashIdentifier(b *cryptobyte.Builder) {
	if r.hashID != nil {
		b.AddBytes(r.hashID)
		return
	}
	oid, _ := signer.DigestOID(r.HashAlgorithm)
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
}

// hashDER is what hashIdentifier writes.
func (r Request) hashDER() ([]byte, error) {
	if r.hashID != nil {
		return r.hashID, nil
	}
	var b cryptobyte.Builder
	r.hashIdentifier(&b)
	return finish(&b)
}

func addImprint(b *cryptobyte.Builder, identifier func(*cryptobyte.Builder), imprint []byte) {
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		identifier(b)
		b.AddASN1OctetString(imprint)
	})
}

// ParseRequest reads a DER TimeStampReq. Every error is a *RequestError that
// says what an authority answers.
func ParseRequest(raw []byte) (*Request, error) {
	if len(raw) > MaxRequest {
		return nil, refuse(FailureBadDataFormat, "request too large")
	}
	input := cryptobyte.String(raw)
	var seq cryptobyte.String
	var version int64
	if !input.ReadASN1(&seq, casn1.SEQUENCE) || !input.Empty() || !seq.ReadASN1Integer(&version) {
		return nil, refuse(FailureBadDataFormat, "not a TimeStampReq")
	}
	if version != 1 {
		return nil, refuse(FailureBadRequest, "unknown version")
	}
	r := &Request{}
	if err := r.readImprint(&seq); err != nil {
		return nil, err
	}
	if err := r.readOptional(&seq); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Request) readImprint(seq *cryptobyte.String) error {
	h, identifier, imprint, err := parseImprint(seq)
	if errors.Is(err, signer.ErrUnsupported) || err == nil && !accepted(h) {
		return refuse(FailureBadAlg, "message digest algorithm is not supported")
	}
	if err != nil || len(imprint) != h.Size() {
		return refuse(FailureBadDataFormat, "message imprint")
	}
	r.HashAlgorithm, r.hashID, r.Imprint = h, identifier, imprint
	return nil
}

// parseImprint reads a MessageImprint.
func parseImprint(in *cryptobyte.String) (h crypto.Hash, identifier, imprint []byte, err error) {
	var seq, element, content, params, value cryptobyte.String
	var oid asn1.ObjectIdentifier
	var tag casn1.Tag
	if !in.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadASN1Element(&element, casn1.SEQUENCE) ||
		!seq.ReadASN1(&value, casn1.OCTET_STRING) || !seq.Empty() {
		return 0, nil, nil, ErrMalformed
	}
	inner := element
	if !inner.ReadASN1(&content, casn1.SEQUENCE) || !content.ReadASN1ObjectIdentifier(&oid) ||
		!content.Empty() && (!content.ReadAnyASN1(&params, &tag) || tag != casn1.NULL || !content.Empty() || len(params) != 0) {
		return 0, nil, nil, ErrMalformed
	}
	h = signer.DigestByOID(oid)
	if h == 0 {
		return 0, nil, nil, signer.ErrUnsupported
	}
	return h, element, value, nil
}

func (r *Request) readOptional(seq *cryptobyte.String) error {
	bad := refuse(FailureBadDataFormat, "optional fields")
	if seq.PeekASN1Tag(casn1.OBJECT_IDENTIFIER) && !seq.ReadASN1ObjectIdentifier(&r.Policy) {
		return bad
	}
	if seq.PeekASN1Tag(casn1.INTEGER) {
		r.Nonce = new(big.Int)
		if !seq.ReadASN1Integer(r.Nonce) || r.Nonce.BitLen() > 8*MaxNonce {
			return bad
		}
	}
	if seq.PeekASN1Tag(casn1.BOOLEAN) && !seq.ReadASN1Boolean(&r.CertReq) {
		return bad
	}
	if seq.PeekASN1Tag(der.Explicit(0)) {
		return refuse(FailureUnacceptedExt, "extensions are not supported")
	}
	if !seq.Empty() {
		return bad
	}
	return nil
}
