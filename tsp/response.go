package tsp

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// PKIStatus values, RFC 3161 section 2.4.2.
const (
	StatusGranted         = 0
	StatusGrantedWithMods = 1
	StatusRejection       = 2
	StatusWaiting         = 3
	StatusRevocationWarn  = 4
	StatusRevoked         = 5
)

const maxTexts = 16 // statements in a response

// Response is a TimeStampResp.
type Response struct {
	Status  int
	Text    []string // what the authority says, in its words
	Failure Failure  // FailureNone where it names none
	Token   []byte   // DER ContentInfo; nil unless granted
}

var errResponse = fmt.Errorf("%w: response", ErrMalformed)

// ParseResponse reads a TimeStampResp (BER or DER).
func ParseResponse(raw []byte) (*Response, error) {
	norm, err := der.Normalize(raw, der.Limits{Size: MaxResponse, Depth: 48, Elements: 1 << 16})
	if err != nil {
		return nil, fmt.Errorf("%w: response: %w", ErrMalformed, err)
	}
	input := cryptobyte.String(norm.DER)
	var outer, info cryptobyte.String
	r := &Response{Failure: FailureNone}
	if norm.Size != len(raw) || !input.ReadASN1(&outer, casn1.SEQUENCE) || !outer.ReadASN1(&info, casn1.SEQUENCE) {
		return nil, errResponse
	}
	if !info.ReadASN1Integer(&r.Status) || r.Status < 0 || r.Status > 5 || !r.readInfo(info) {
		return nil, errResponse
	}
	if !outer.Empty() {
		var token cryptobyte.String
		if !outer.ReadASN1Element(&token, casn1.SEQUENCE) || !outer.Empty() {
			return nil, errResponse
		}
		r.Token = token
	}
	if r.granted() != (r.Token != nil) {
		return nil, fmt.Errorf("%w: status %d does not fit the token", ErrMalformed, r.Status)
	}
	return r, nil
}

func (r *Response) granted() bool {
	return r.Status == StatusGranted || r.Status == StatusGrantedWithMods
}

// readInfo reads the optional fields of PKIStatusInfo.
func (r *Response) readInfo(info cryptobyte.String) bool {
	if info.PeekASN1Tag(casn1.SEQUENCE) {
		var texts cryptobyte.String
		if !info.ReadASN1(&texts, casn1.SEQUENCE) {
			return false
		}
		for !texts.Empty() {
			var text cryptobyte.String
			if len(r.Text) == maxTexts || !texts.ReadASN1(&text, casn1.UTF8String) {
				return false
			}
			r.Text = append(r.Text, string(text))
		}
	}
	if info.Empty() {
		return true
	}
	var bits asn1.BitString
	if !info.ReadASN1BitString(&bits) || !info.Empty() {
		return false
	}
	for i := range bits.BitLength {
		if bits.At(i) == 1 {
			r.Failure = Failure(i)
			break
		}
	}
	return true
}

// Check reports whether the response answers the request: granted, with a
// good token for the same imprint, nonce and policy. Certificates that the caller
// knows already are not parsed again.
func (r *Response) Check(req *Request, known ...*x509.Certificate) (*Token, error) {
	if !r.granted() {
		return nil, &RefusedError{Status: r.Status, Failure: r.Failure, Text: r.Text}
	}
	token, err := ParseToken(r.Token, known...)
	if err != nil {
		return nil, err
	}
	if err := token.answers(req); err != nil {
		return nil, err
	}
	if !req.CertReq && len(token.Certificates) == 0 {
		return token, nil
	}
	if _, err := token.Verify(req.HashAlgorithm, req.Imprint); err != nil {
		return nil, err
	}
	return token, nil
}

// answers compares what the token says with what was asked.
func (t *Token) answers(req *Request) error {
	if err := t.matches(req.HashAlgorithm, req.Imprint); err != nil {
		return err
	}
	if req.Nonce != nil && (t.Nonce == nil || t.Nonce.Cmp(req.Nonce) != 0) {
		return ErrNonce
	}
	if req.Policy != nil && !t.Policy.Equal(req.Policy) {
		return ErrPolicy
	}
	return nil
}

// encodeRefusal is a response that grants nothing.
func encodeRefusal(f Failure, reason string) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(StatusRejection)
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(casn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(reason)) })
			})
			b.AddASN1(casn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes(failureBits(f)) })
		})
	})
	return finish(&b)
}

// failureBits is a named bit list with one bit: DER ends it at that bit.
func failureBits(f Failure) []byte {
	n := int(f)
	out := make([]byte, 2+n/8)
	out[0] = byte(7 - n%8)
	out[1+n/8] = 0x80 >> (n % 8)
	return out
}

// encodeGranted wraps a token.
func encodeGranted(token []byte) []byte {
	granted := []byte{byte(casn1.SEQUENCE), 3, byte(casn1.INTEGER), 1, StatusGranted}
	n := len(granted) + len(token)
	out := der.AppendHeader(make([]byte, 0, der.Size(n)), casn1.SEQUENCE, n)
	return append(append(out, granted...), token...)
}

func finish(b *cryptobyte.Builder) ([]byte, error) {
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("tsp: encode: %w", err)
	}
	return out, nil
}
