package fetch

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
)

// MaxOCSP caps an OCSP response, bytes.
const MaxOCSP = 256 << 10

// OCSP asks a responder (RFC 6960 appendix A, by POST) and returns the DER
// bytes of its response, unjudged.
func (c *Client) OCSP(ctx context.Context, address string, request []byte) ([]byte, error) {
	key := address + "\x00" + string(request)
	if body, ok := c.cache.get(key); ok {
		return body, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("fetch: OCSP: %w: not a URL", ErrRefused)
	}
	req.Header.Set("Content-Type", "application/ocsp-request")
	req.Header.Set("Accept", "application/ocsp-response")
	body, kind, err := c.do(req, MaxOCSP)
	if err != nil {
		return nil, fmt.Errorf("fetch: OCSP: %w", err)
	}
	if media, _, _ := mime.ParseMediaType(kind); media != "application/ocsp-response" {
		return nil, fmt.Errorf("fetch: OCSP: %w: content type is not application/ocsp-response", ErrAnswer)
	}
	c.cache.put(key, body)
	return body, nil
}
