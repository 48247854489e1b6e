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
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
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
	cacheBytes     = 64 << 20  // bytes of answers kept by one Client, what they are found by included
	maxKeep        = time.Hour // that an answer is kept, whatever its server says
	failureKeep    = 5 * time.Second
)

// Errors that a caller can act on.
var (
	ErrRefused  = errors.New("address refused")
	ErrTooLarge = errors.New("answer too large")
	ErrAnswer   = errors.New("unusable answer")
	ErrMedia    = fmt.Errorf("%w: content type", ErrAnswer)
	ErrStatus   = fmt.Errorf("%w: HTTP status", ErrAnswer)

	ErrUnreachable = errors.New("cannot be reached")
	ErrTLS         = errors.New("TLS certificate of the server is not trusted")
	ErrUnavailable = errors.New("passed over for a moment") // a time-stamp authority
)

// StatusError is an answer whose HTTP status is not 200. It is an ErrStatus and so
// an ErrAnswer.
type StatusError struct{ Status int }

// Error implements error.
func (e *StatusError) Error() string { return fmt.Sprintf("%v %d", ErrStatus, e.Status) }

// Unwrap makes it an ErrStatus.
func (e *StatusError) Unwrap() error { return ErrStatus }

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
	KeepFor  time.Duration    // how long an answer is reused whose server does not say; defaults to 10 minutes
	Now      func() time.Time // clock; nil is the system's, and turns the cache off
	Resolver Resolver         // defaults to the system's
	Agent    string           // User-Agent; defaults to "consigil"
}

// Client fetches under one Config. It is safe for concurrent use.
type Client struct {
	config Config
	local  map[string]bool
	http   *http.Client
	cache  cache

	gatesMu sync.Mutex
	gates   map[string]*gate // time-stamp authorities, by what tells them apart
}

// New makes a Client. It fails where an origin in the configuration is not one.
func New(config Config) (*Client, error) {
	config = config.withDefaults()
	local, err := originSet(config.Local)
	if err != nil {
		return nil, err
	}
	c := &Client{config: config, local: local}
	c.cache = cache{now: config.Now}
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

func (c *Client) now() time.Time {
	if c.config.Now == nil {
		return time.Now()
	}
	return c.config.Now()
}

// CRL fetches the revocation list at an address and returns its DER bytes.
// PEM, which some authorities serve against RFC 5280, is unwrapped.
func (c *Client) CRL(ctx context.Context, address string) ([]byte, error) {
	const accept = "application/pkix-crl, */*;q=0.1"
	body, err := c.cached(ctx, "crl "+address, func(ctx context.Context) (kept, error) {
		a, err := c.get(ctx, address, accept, MaxCRL)
		if err != nil {
			return kept{}, err
		}
		list := unwrapPEM(a.body, "X509 CRL")
		return kept{body: list, until: c.until(a, listEnd(list))}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("fetch: revocation list: %w", err)
	}
	return body, nil
}

// Certificates fetches the issuer certificates at an address (AIA caIssuers).
// DER, PEM and a certificates-only PKCS#7 are read.
func (c *Client) Certificates(ctx context.Context, address string) ([]*x509.Certificate, error) {
	const accept = "application/pkix-cert, application/pkcs7-mime, */*;q=0.1"
	body, err := c.cached(ctx, "aia "+address, func(ctx context.Context) (kept, error) {
		a, err := c.get(ctx, address, accept, MaxCertificate)
		if err != nil {
			return kept{}, err
		}
		if _, err := parseCertificates(a.body); err != nil {
			return kept{}, err
		}
		return kept{body: a.body, until: c.until(a, time.Time{})}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("fetch: issuer certificate: %w", err)
	}
	certs, err := parseCertificates(body)
	if err != nil {
		return nil, fmt.Errorf("fetch: issuer certificate: %w", err)
	}
	return certs, nil
}

func (c *Client) get(ctx context.Context, address, accept string, limit int64) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: not a URL", ErrRefused)
	}
	req.Header.Set("Accept", accept)
	return c.do(c.http, req, limit)
}

// answer is what came back.
type answer struct {
	body   []byte
	header http.Header
}

// do sends one request and reads its whole answer, at most limit bytes. Errors
// name no address: it may hold what is nobody's business.
func (c *Client) do(client *http.Client, req *http.Request, limit int64) (*answer, error) {
	if err := c.check(req.URL); err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.config.Agent)
	res, err := client.Do(req)
	if err != nil {
		return nil, netError(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &StatusError{res.StatusCode}
	}
	body, err := readCapped(res.Body, limit)
	if err != nil {
		return nil, err
	}
	return &answer{body: body, header: res.Header}, nil
}

// netError gives the failure of an exchange its kind.
func netError(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var untrusted *tls.CertificateVerificationError
	var out net.Error
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, ErrAnswer), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &untrusted):
		return fmt.Errorf("%w: %w", ErrTLS, err)
	case errors.As(err, &out) && out.Timeout():
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

func readCapped(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, netError(fmt.Errorf("read: %w", err))
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return body, nil
}
