package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// When an authority is passed over.
const (
	breakerFailures = 5                // in a row
	breakerTime     = 10 * time.Second // until one request tries it again
)

// gate is what a Client knows of one time-stamp authority.
type gate struct {
	TimestampAuthority
	client  *Client
	http    *http.Client
	breaker *gobreaker.CircuitBreaker[*tsp.Token]
	size    atomic.Int64 // bytes of the largest token
	last    atomic.Pointer[tsp.Token]
}

// gate returns the one of an authority, the same for all who name it.
func (c *Client) gate(a TimestampAuthority) (*gate, error) {
	if c == nil {
		return nil, errors.New("no client given")
	}
	key := a.key()
	c.gatesMu.Lock()
	defer c.gatesMu.Unlock()
	if g := c.gates[key]; g != nil {
		return g, nil
	}
	g := &gate{TimestampAuthority: a, client: c, http: c.timestampHTTP(&a)}
	g.breaker = gobreaker.NewCircuitBreaker[*tsp.Token](gobreaker.Settings{
		Timeout:      breakerTime,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= breakerFailures },
		IsSuccessful: answered,
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})
	if c.gates == nil {
		c.gates = map[string]*gate{}
	}
	c.gates[key] = g
	return g, nil
}

// key tells authorities apart: the same address with other credentials is
// another one, and says nothing about the first.
func (a *TimestampAuthority) key() string {
	h := sha256.New()
	part := func(b []byte) { fmt.Fprintf(h, "%d:%s,", len(b), b) }
	for _, s := range []string{a.Name, a.URL, a.User, a.Password, a.Policy.String()} {
		part([]byte(s))
	}
	if a.Certificate != nil {
		for _, raw := range a.Certificate.Certificate {
			part(raw)
		}
	}
	for _, list := range [][]*x509.Certificate{a.CA, a.Anchors} {
		part(nil)
		for _, cert := range list {
			part(cert.Raw)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// answered tells an authority that works and says no from one that does not work.
func answered(err error) bool {
	var refused *tsp.RefusedError
	return err == nil || errors.As(err, &refused) && !refused.Passing()
}

// timestampHTTP follows no redirect: a request with credentials goes to the
// address that was configured and nowhere else.
func (c *Client) timestampHTTP(a *TimestampAuthority) *http.Client {
	out := &http.Client{
		Transport: c.http.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return fmt.Errorf("%w: the authority redirects to another address", ErrRefused)
		},
	}
	if a.Certificate == nil && len(a.CA) == 0 {
		return out
	}
	transport := c.transport()
	transport.TLSClientConfig = a.tls()
	out.Transport = guarded{client: c, next: transport}
	return out
}

func (a *TimestampAuthority) tls() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.Certificate != nil {
		config.Certificates = []tls.Certificate{*a.Certificate}
	}
	if len(a.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		for _, cert := range a.CA {
			config.RootCAs.AddCert(cert)
		}
	}
	return config
}

// open reports that the authority would be asked.
func (g *gate) open() bool { return g.breaker.State() != gobreaker.StateOpen }

// token asks for a token, unless the authority is being passed over.
func (g *gate) token(ctx context.Context, request *tsp.Request, skew time.Duration) (*tsp.Token, error) {
	token, err := g.breaker.Execute(func() (*tsp.Token, error) { return g.ask(ctx, request, skew) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return nil, fmt.Errorf("%w: it failed %d times in a row", ErrUnavailable, breakerFailures)
	}
	if err != nil {
		return nil, err
	}
	g.last.Store(token)
	for size := int64(len(token.Raw)); ; {
		seen := g.size.Load()
		if size <= seen || g.size.CompareAndSwap(seen, size) {
			return token, nil
		}
	}
}

func (g *gate) ask(ctx context.Context, request *tsp.Request, skew time.Duration) (*tsp.Token, error) {
	der, err := request.DER()
	if err != nil {
		return nil, err
	}
	answer, err := g.post(ctx, der)
	if err != nil {
		return nil, err
	}
	response, err := tsp.ParseResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	var known []*x509.Certificate
	if last := g.last.Load(); last != nil {
		known = last.Certificates
	}
	token, err := response.Check(request, known...)
	if err == nil {
		err = token.CheckTime(g.client.now(), skew)
	}
	if err == nil {
		err = token.CheckSigner()
	}
	if err == nil {
		err = g.trusted(token)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return token, nil
}

// trusted reports a token that does not stand under the authority's anchors.
func (g *gate) trusted(token *tsp.Token) error {
	if len(g.Anchors) == 0 {
		return nil
	}
	leaf := token.SignedData().Certificate()
	if leaf == nil {
		return tsp.ErrBinding
	}
	opt := pki.PathOptions{At: token.Time.Truncate(time.Second), EKU: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}
	_, err := pki.BuildPath(leaf, token.Certificates, g.Anchors, opt)
	return err
}

func (g *gate) post(ctx context.Context, request []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("%w: not a URL", ErrRefused)
	}
	if g.credentials() && !private(req.URL) {
		return nil, fmt.Errorf("%w: credentials go over https only", ErrRefused)
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	if g.User != "" || g.Password != "" {
		req.SetBasicAuth(g.User, g.Password)
	}
	a, err := g.client.do(g.http, req, MaxTimestamp)
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")); media != "application/timestamp-reply" {
		return nil, fmt.Errorf("%w: not application/timestamp-reply", ErrMedia)
	}
	return a.body, nil
}

// private reports an address to which what is sent cannot be read on the way.
func private(u *url.URL) bool {
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
}
