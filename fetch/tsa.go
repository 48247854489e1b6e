package fetch

import (
	"bytes"
	"context"
	"crypto"
	"encoding/asn1"
	"net/http"
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
// The token's imprint and nonce are checked; its chain is not.
func (t *TSA) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	return nil, ErrAnswer
}

func (t *TSA) post(ctx context.Context, address string, request []byte) ([]byte, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(request))
	if err != nil {
		return nil, "", ErrRefused
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	if t.Authorization != "" {
		req.Header.Set("Authorization", t.Authorization)
	}
	return t.Client.do(req, MaxTimestamp)
}
