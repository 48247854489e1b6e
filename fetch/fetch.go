// Package fetch asks other machines for what signing and validating need:
// time stamps, revocation lists and issuer certificates.
//
// Addresses come from configuration, which may be local, and from files that
// strangers wrote, which may not: every connection passes one guard that looks
// at the address actually dialled. The package judges no answer; pki, tsp and
// validate do.
package fetch

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"time"
)

// Caps on what is read from a stranger. An answer over its cap is refused
// whole, never cut.
const (
	MaxTimestamp   = 256 << 10 // bytes of a time-stamp response
	MaxCRL         = 32 << 20  // bytes of a revocation list
	MaxCertificate = 1 << 20   // bytes of an issuer certificate answer
	MaxRedirects   = 3         // hops, all on the same host
	maxURL         = 2048      // bytes of an address
	cacheBytes     = 64 << 20  // bytes of answers kept by one Client
)

// Errors that a caller can act on.
var (
	ErrRefused  = errors.New("address refused")
	ErrTooLarge = errors.New("answer too large")
	ErrAnswer   = errors.New("unusable answer")
)

// Resolver finds the addresses of a host name. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says how a Client behaves. The zero value lets nothing local pass.
type Config struct {
	Local    []string         // origins, like "http://127.0.0.1:8080", that may resolve to any address
	Trusted  bool             // every address may be local: for what a person typed
	Ports    []uint16         // further ports that may be dialled; 80, 443, 8080 and 8443 always may
	Timeout  time.Duration    // of one whole exchange; defaults to 15 seconds
	KeepFor  time.Duration    // how long a list or certificate is reused; defaults to 10 minutes
	Now      func() time.Time // clock of the cache; nil turns the cache off
	Resolver Resolver         // defaults to the system's
	Agent    string           // User-Agent; defaults to "consigil"
}

// Client fetches under one Config. It is safe for concurrent use.
type Client struct {
	config Config
	local  map[string]bool
	http   *http.Client
	cache  cache
}

// New makes a Client. It fails where an origin in the configuration is not one.
func New(config Config) (*Client, error) {
	config = config.withDefaults()
	local, err := originSet(config.Local)
	if err != nil {
		return nil, err
	}
	c := &Client{config: config, local: local}
	c.cache = cache{keep: config.KeepFor, now: config.Now}
	c.http = c.newHTTPClient()
	return c, nil
}

func (config Config) withDefaults() Config {
	if config.Timeout <= 0 {
		config.Timeout = 15 * time.Second
	}
	if config.KeepFor <= 0 {
		config.KeepFor = 10 * time.Minute
	}
	if config.Agent == "" {
		config.Agent = "consigil"
	}
	return config
}

// CRL fetches the revocation list at an address and returns its DER bytes.
// PEM, which some authorities serve against RFC 5280, is unwrapped.
func (c *Client) CRL(ctx context.Context, address string) ([]byte, error) {
	body, err := c.get(ctx, address, "application/pkix-crl, */*;q=0.1", MaxCRL)
	if err != nil {
		return nil, fmt.Errorf("fetch: revocation list: %w", err)
	}
	return unwrapPEM(body, "X509 CRL"), nil
}

// Certificates fetches the issuer certificates at an address (AIA caIssuers).
// DER, PEM and a certificates-only PKCS#7 are read.
func (c *Client) Certificates(ctx context.Context, address string) ([]*x509.Certificate, error) {
	body, err := c.get(ctx, address, "application/pkix-cert, application/pkcs7-mime, */*;q=0.1", MaxCertificate)
	if err != nil {
		return nil, fmt.Errorf("fetch: issuer certificate: %w", err)
	}
	certs, err := parseCertificates(body)
	if err != nil {
		return nil, fmt.Errorf("fetch: issuer certificate: %w", err)
	}
	return certs, nil
}

func (c *Client) get(ctx context.Context, address, accept string, limit int64) ([]byte, error) {
	if body, ok := c.cache.get(address); ok {
		return body, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: not a URL", ErrRefused)
	}
	req.Header.Set("Accept", accept)
	body, _, err := c.do(req, limit)
	if err != nil {
		return nil, err
	}
	c.cache.put(address, body)
	return body, nil
}

// do sends one request and reads its whole answer, at most limit bytes.
func (c *Client) do(req *http.Request, limit int64) ([]byte, string, error) {
	if err := c.check(req.URL); err != nil {
		return nil, "", err
	}
	req.Header.Set("User-Agent", c.config.Agent)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("%w: HTTP status %d", ErrAnswer, res.StatusCode)
	}
	body, err := readCapped(res.Body, limit)
	return body, res.Header.Get("Content-Type"), err
}

func readCapped(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return body, nil
}
