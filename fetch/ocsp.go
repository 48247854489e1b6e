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
	body, err := c.cached(ctx, "ocsp "+address+"\x00"+string(request), func(ctx context.Context) (kept, error) {
		a, err := c.askOCSP(ctx, address, request)
		if err != nil {
			return kept{}, err
		}
		end, ok := responseEnd(a.body)
		if !ok { // the responder knows more at every moment
			return kept{body: a.body}, nil
		}
		return kept{body: a.body, until: c.until(a, end)}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("fetch: OCSP: %w", err)
	}
	return body, nil
}

func (c *Client) askOCSP(ctx context.Context, address string, request []byte) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("%w: not a URL", ErrRefused)
	}
	req.Header.Set("Content-Type", "application/ocsp-request")
	req.Header.Set("Accept", "application/ocsp-response")
	a, err := c.do(c.http, req, MaxOCSP)
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")); media != "application/ocsp-response" {
		return nil, fmt.Errorf("%w: not application/ocsp-response", ErrMedia)
	}
	return a, nil
}
