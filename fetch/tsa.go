package fetch

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"mime"
	"net/http"

	"github.com/consigil/consigil/tsp"
)

// TSA is a list of time-stamp authorities, tried in order. It implements
// tsp.Source.
type TSA struct {
	Client        *Client
	URLs          []string
	Policy        asn1.ObjectIdentifier // asked for when set
	Authorization string                // value of the HTTP header; empty sends none
}

// Timestamp asks for a token over a digest (RFC 3161 over HTTP, section 3.4).
// The token answers this very request: imprint, nonce and policy are checked.
// Its chain is not.
func (t *TSA) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("fetch: time stamp: nonce: %w", err)
	}
	return t.TimestampNonce(ctx, hash, imprint, nonce)
}

// TimestampNonce is Timestamp with the caller's nonce, for one who stored it
// before asking.
func (t *TSA) TimestampNonce(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	request := tsp.Request{HashAlgorithm: hash, Imprint: imprint, Nonce: nonce, CertReq: true, Policy: t.Policy}
	if len(t.URLs) == 0 {
		return nil, fmt.Errorf("fetch: time stamp: %w: no authority given", ErrRefused)
	}
	var failures []error
	for i, address := range t.URLs {
		token, err := t.ask(ctx, address, &request)
		if err == nil {
			return token, nil
		}
		failures = append(failures, fmt.Errorf("authority %d: %w", i+1, err))
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("fetch: time stamp: %w", errors.Join(failures...))
}

func (t *TSA) ask(ctx context.Context, address string, request *tsp.Request) ([]byte, error) {
	der, err := request.DER()
	if err != nil {
		return nil, err
	}
	answer, err := t.post(ctx, address, der)
	if err != nil {
		return nil, err
	}
	response, err := tsp.ParseResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if _, err := response.Check(request); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return response.Token, nil
}

func (t *TSA) post(ctx context.Context, address string, request []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("%w: not a URL", ErrRefused)
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	if t.Authorization != "" {
		req.Header.Set("Authorization", t.Authorization)
	}
	body, kind, err := t.Client.do(req, MaxTimestamp)
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(kind); media != "application/timestamp-reply" {
		return nil, fmt.Errorf("%w: content type is not application/timestamp-reply", ErrAnswer)
	}
	return body, nil
}
