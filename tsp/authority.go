package tsp

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"sync/atomic"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Authority answers requests. All fields but Chain, Accepted, Accuracy and
// Ordering are needed; it is safe for concurrent use when Signer, Serial and
// Clock are. Signer, Certificate and Chain do not change after the first token.
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
	// alone. No two tokens of this Authority then have the same millisecond:
	// a second one gets the next, as far as Accuracy allows, and is refused
	// beyond that. It knows nothing of other replicas: where there are several,
	// it must be false.
	Ordering bool

	prepared atomic.Pointer[prepared]
	orderMu  sync.Mutex
	latest   time.Time // given to a token, where Ordering is promised
}

// prepared is what all tokens share.
type prepared struct {
	algorithm signer.Algorithm
	template  *cms.Template
	accuracy  []byte // DER; empty when none is stated
}

// prepare checks the Authority and encodes what all tokens share, once.
func (a *Authority) prepare() (*prepared, error) {
	if p := a.prepared.Load(); p != nil {
		return p, nil
	}
	if err := a.Check(); err != nil {
		return nil, err
	}
	alg, err := signer.DefaultAlgorithm(a.Signer.Public(), 0)
	if err != nil {
		return nil, fmt.Errorf("tsp: prepare: %w", err)
	}
	template, err := cms.NewTemplate(oidTSTInfo(), alg, a.Certificate, a.Chain)
	if err != nil {
		return nil, fmt.Errorf("tsp: prepare: %w", err)
	}
	var b cryptobyte.Builder
	addAccuracy(&b, a.Accuracy)
	accuracy, err := finish(&b)
	if err != nil {
		return nil, err
	}
	p := &prepared{alg, template, accuracy}
	a.prepared.Store(p)
	return p, nil
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
	return encodeGranted(token), nil
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
	p, err := a.prepare()
	if err != nil {
		return nil, err
	}
	policy, err := a.policy(req.Policy)
	if err != nil {
		return nil, err
	}
	at, err := a.time()
	if err != nil {
		return nil, err
	}
	serial, err := a.Serial()
	if err != nil {
		return nil, fmt.Errorf("tsp: serial number: %w", err)
	}
	info, err := a.info(p, req, policy, serial, at)
	if err != nil {
		return nil, err
	}
	return a.sign(ctx, p, info, req.CertReq)
}

// time is the one to be stated, in whole milliseconds.
func (a *Authority) time() (time.Time, error) {
	at := a.Clock()
	if at.IsZero() || at.Before(a.Certificate.NotBefore) || at.After(a.Certificate.NotAfter) {
		return at, refuse(FailureTimeNotAvailable, "no time, or the certificate is not valid now")
	}
	at = at.Truncate(time.Millisecond)
	if !a.Ordering {
		return at, nil
	}
	a.orderMu.Lock()
	defer a.orderMu.Unlock()
	now := at
	if next := a.latest.Add(time.Millisecond); at.Before(next) {
		at = next
	}
	if at.Sub(now) > a.Accuracy {
		return at, refuse(FailureTimeNotAvailable, "too many tokens to be ordered by their time")
	}
	a.latest = at
	return at, nil
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
func (a *Authority) info(p *prepared, req *Request, policy asn1.ObjectIdentifier, serial *big.Int, at time.Time) ([]byte, error) {
	hash, err := req.hashDER()
	if err != nil {
		return nil, err
	}
	b := cryptobyte.NewBuilder(make([]byte, 0, 256))
	b.AddASN1Int64(1)
	b.AddASN1ObjectIdentifier(policy)
	body, err := finish(b)
	if err != nil {
		return nil, err
	}
	body = der.AppendHeader(body, casn1.SEQUENCE, len(hash)+der.Size(len(req.Imprint)))
	body = append(body, hash...)
	body = der.Append(body, casn1.OCTET_STRING, req.Imprint)
	body = der.AppendInteger(body, serial)
	body = der.Append(body, casn1.GeneralizedTime, appendTime(nil, at))
	body = append(body, p.accuracy...)
	if a.Ordering {
		body = append(body, byte(casn1.BOOLEAN), 1, 0xff)
	}
	if req.Nonce != nil {
		body = der.AppendInteger(body, req.Nonce)
	}
	return der.Append(make([]byte, 0, der.Size(len(body))), casn1.SEQUENCE, body), nil
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
func (a *Authority) sign(ctx context.Context, p *prepared, info []byte, withCertificates bool) ([]byte, error) {
	hasher := p.algorithm.Hash().New()
	hasher.Write(info)
	attrs := p.template.Attributes(hasher.Sum(nil))
	signature, err := a.Signer.Sign(ctx, p.algorithm, attrs)
	if err != nil {
		return nil, fmt.Errorf("tsp: sign: %w", err)
	}
	return p.template.Build(attrs, signature, info, withCertificates), nil
}
