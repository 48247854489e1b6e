package authority

import (
	"context"
	"crypto"
	"encoding/pem"
	"math/big"

	"github.com/consigil/consigil/tsp"
)

// TrustPEM is the root certificate, for whoever validates.
func (a *Authority) TrustPEM(context.Context) ([]byte, error) {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root().Raw}), nil
}

// CertificateDER is the certificate of the CA whose key has this identifier.
func (a *Authority) CertificateDER(ctx context.Context, keyID string) ([]byte, error) {
	held, err := a.byID(ctx, keyID)
	if err != nil {
		return nil, err
	}
	return held.chain[0].Raw, nil
}

// Timestamp answers an RFC 3161 request, DER in and out. Refusals are answers
// too.
func (a *Authority) Timestamp(ctx context.Context, request []byte) ([]byte, error) {
	tsa, err := a.timestamping(ctx)
	if err != nil {
		return nil, err
	}
	return tsa.Respond(ctx, request)
}

func (a *Authority) timestamping(ctx context.Context) (*tsp.Authority, error) {
	held, err := a.use(ctx, RoleTSA)
	if err != nil {
		return nil, err
	}
	return held.tsa, nil
}

// TSA is the timestamp authority in process. It follows the certificate when
// that is issued again.
func (a *Authority) TSA() Timestamps { return Timestamps{a} }

// Timestamps gives tokens in process; it is a tsp.Source.
type Timestamps struct{ authority *Authority }

// Timestamp makes a token over a digest.
func (t Timestamps) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	return t.TimestampNonce(ctx, hash, imprint, nil)
}

// TimestampNonce makes a token with the caller's nonce in it.
func (t Timestamps) TimestampNonce(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	tsa, err := t.authority.timestamping(ctx)
	if err != nil {
		return nil, err
	}
	token, err := tsa.TimestampNonce(ctx, hash, imprint, nonce)
	if err != nil {
		return nil, err
	}
	for size := int64(len(token)); ; {
		if seen := t.authority.token.Load(); size <= seen || t.authority.token.CompareAndSwap(seen, size) {
			return token, nil
		}
	}
}

// TokenSize is the size, octets, of the largest token made in process; zero before
// the first.
func (t Timestamps) TokenSize() int { return int(t.authority.token.Load()) }
