package tsp

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Authority answers requests. All fields but Chain, Accepted, Accuracy and
// Ordering are needed; it is safe for concurrent use when Signer, Serial and
// Clock are.
type Authority struct {
	Signer      signer.Signer
	Certificate *x509.Certificate   // for timestamping alone, of the Signer's key
	Chain       []*x509.Certificate // sent along where certificates are asked for
	Policy      asn1.ObjectIdentifier
	Accepted    []asn1.ObjectIdentifier  // further policies that requests may name
	Serial      func() (*big.Int, error) // unique among all replicas, forever
	Clock       func() time.Time         // the zero time means that no time is to be had
	Accuracy    time.Duration            // not stated when zero; microseconds count
	// Ordering promises that any two tokens can be ordered by their time
	// alone: true only where Clock never gives the same millisecond twice.
	Ordering bool
}

// Check reports what is missing or wrong in the Authority.
func (a *Authority) Check() error {
	switch {
	case a.Signer == nil || a.Certificate == nil || a.Serial == nil || a.Clock == nil || len(a.Policy) < 3:
		return errors.New("tsp: authority is not complete")
	case a.Accuracy < 0:
		return errors.New("tsp: authority: negative accuracy")
	case !signer.Matches(a.Certificate, a.Signer.Public()):
		return errors.New("tsp: authority: certificate is not of the key")
	}
	return CheckCertificate(a.Certificate)
}

// Respond answers one DER request. A refusal is a response too; the error is
// for a context that has ended.
func (a *Authority) Respond(ctx context.Context, request []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("tsp: respond: %w", err)
	}
	req, err := ParseRequest(request)
	if err != nil {
		return a.refusal(err)
	}
	token, err := a.token(ctx, req)
	if ctxErr := ctx.Err(); ctxErr != nil {
		return nil, fmt.Errorf("tsp: respond: %w", ctxErr)
	}
	if err != nil {
		return a.refusal(err)
	}
	return encodeGranted(token)
}

// refusal encodes an error: one that is not about the request says only that
// the authority failed.
func (a *Authority) refusal(err error) ([]byte, error) {
	var refused *RequestError
	if errors.As(err, &refused) {
		return encodeRefusal(refused.Failure, refused.Reason)
	}
	return encodeRefusal(FailureSystem, "the authority cannot answer now")
}

// Timestamp makes a token in process: an Authority is a Source.
func (a *Authority) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	return a.TimestampNonce(ctx, hash, imprint, nil)
}

// TimestampNonce is Timestamp with a nonce of the caller's choice in the
// token, so that it can be stored before it is used.
func (a *Authority) TimestampNonce(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("tsp: timestamp: %w", err)
	}
	if !accepted(hash) || len(imprint) != hash.Size() {
		return nil, refuse(FailureBadAlg, "message imprint")
	}
	return a.token(ctx, &Request{HashAlgorithm: hash, Imprint: imprint, CertReq: true, Nonce: nonce})
}

func (a *Authority) token(ctx context.Context, req *Request) ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	policy, err := a.policy(req.Policy)
	if err != nil {
		return nil, err
	}
	at := a.Clock()
	if at.IsZero() || at.Before(a.Certificate.NotBefore) || at.After(a.Certificate.NotAfter) {
		return nil, refuse(FailureTimeNotAvailable, "no time, or the certificate is not valid now")
	}
	serial, err := a.Serial()
	if err != nil {
		return nil, fmt.Errorf("tsp: serial number: %w", err)
	}
	info, err := a.info(req, policy, serial, at)
	if err != nil {
		return nil, err
	}
	return a.sign(ctx, info, req.CertReq)
}

func (a *Authority) policy(asked asn1.ObjectIdentifier) (asn1.ObjectIdentifier, error) {
	if asked == nil || asked.Equal(a.Policy) {
		return a.Policy, nil
	}
	for _, p := range a.Accepted {
		if asked.Equal(p) {
			return p, nil
		}
	}
	return nil, refuse(FailureUnacceptedPolicy, "requested policy is not supported")
}

// info encodes TSTInfo.
func (a *Authority) info(req *Request, policy asn1.ObjectIdentifier, serial *big.Int, at time.Time) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(policy)
		addImprint(b, req.hashIdentifier, req.Imprint)
		b.AddASN1BigInt(serial)
		b.AddASN1(casn1.GeneralizedTime, func(b *cryptobyte.Builder) { b.AddBytes([]byte(formatTime(at))) })
		addAccuracy(b, a.Accuracy)
		if a.Ordering {
			b.AddASN1Boolean(true)
		}
		if req.Nonce != nil {
			b.AddASN1BigInt(req.Nonce)
		}
	})
	return finish(&b)
}

func addAccuracy(b *cryptobyte.Builder, d time.Duration) {
	if d < time.Microsecond {
		return
	}
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if seconds := int64(d / time.Second); seconds > 0 {
			b.AddASN1Int64(seconds)
		}
		if millis := int64(d % time.Second / time.Millisecond); millis > 0 {
			b.AddASN1Int64WithTag(millis, casn1.Tag(0).ContextSpecific())
		}
		if micros := int64(d % time.Millisecond / time.Microsecond); micros > 0 {
			b.AddASN1Int64WithTag(micros, casn1.Tag(1).ContextSpecific())
		}
	})
}

// sign wraps TSTInfo in SignedData.
func (a *Authority) sign(ctx context.Context, info []byte, withCertificates bool) ([]byte, error) {
	alg, err := signer.DefaultAlgorithm(a.Signer.Public(), 0)
	if err != nil {
		return nil, fmt.Errorf("tsp: sign: %w", err)
	}
	hasher := alg.Hash().New()
	hasher.Write(info)
	attrs, err := cms.SignedAttributes{
		ContentType: oidTSTInfo(), MessageDigest: hasher.Sum(nil), Digest: alg.Hash(),
		Certificate: a.Certificate, Algorithm: alg,
	}.DER()
	if err != nil {
		return nil, fmt.Errorf("tsp: sign: %w", err)
	}
	signature, err := a.Signer.Sign(ctx, alg, attrs)
	if err != nil {
		return nil, fmt.Errorf("tsp: sign: %w", err)
	}
	opts := []cms.BuildOption{cms.WithContent(oidTSTInfo(), info)}
	if !withCertificates {
		opts = append(opts, cms.WithoutCertificates())
	}
	return cms.Build(attrs, alg, signature, a.Certificate, a.Chain, opts...)
}
