package esign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Figures of the client. A call is one signature or one key: RSA-4096 takes a second or two to make.
const (
	dialTimeout = 5 * time.Second
	callTimeout = 20 * time.Second
	maxAnswer   = 1 << 20 // bytes
)

// ClientConfig says where the signer is and how this service proves itself: Certificate, Token, or both.
type ClientConfig struct {
	URL         string // https://HOST[:PORT], http:// on loopback, or unix:PATH
	Service     string // this service's name at the signer
	Roots       *x509.CertPool
	Certificate *tls.Certificate
	TokenKey    crypto.Signer
	Clock       clock.Clock
}

// Client speaks to one signer. What cannot be reached is told as seal.Unavailable, and not tried again before a while.
type Client struct {
	base    string // scheme and host
	minter  *Minter
	http    *http.Client
	breaker breaker
}

// NewClient connects to nothing.
func NewClient(c ClientConfig) (*Client, error) {
	dialer := &net.Dialer{Timeout: dialTimeout}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: c.Roots},
	}
	if c.Certificate != nil {
		transport.TLSClientConfig.Certificates = []tls.Certificate{*c.Certificate}
	}
	client := &Client{base: c.URL, http: &http.Client{Transport: transport, Timeout: callTimeout, CheckRedirect: noRedirect}, breaker: breaker{clock: c.Clock}}
	if path, ok := strings.CutPrefix(c.URL, "unix:"); ok {
		client.base = "http://signer"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, "unix", path) }
	}
	if c.TokenKey == nil {
		return client, nil
	}
	var err error
	client.minter, err = NewMinter(c.Service, c.URL, c.TokenKey, c.Clock.Now)
	return client, err
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Close ends idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// call sends JSON and reads JSON. A problem of the signer comes back as it is; a signer that cannot be reached, or is
// not well, is an error that wraps errDown.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	if err := c.breaker.allow(); err != nil {
		return err
	}
	answer, status, err := c.exchange(ctx, method, path, in)
	if ctx.Err() != nil { // the caller gave up, which says nothing of the signer
		return ctx.Err()
	}
	if c.breaker.note(err == nil && status < 500 && status != http.StatusTooManyRequests); err != nil {
		return fmt.Errorf("%w: %w", errDown, err)
	}
	if status >= 400 {
		p := op.ParseProblem(status, answer)
		if status >= 500 || status == http.StatusTooManyRequests {
			return fmt.Errorf("%w: %w", errDown, errors.New(p.Code))
		}
		return fmt.Errorf("esign: the signer refuses: %w", refusal(p))
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("esign: read answer: %w", err)
	}
	return nil
}

// errDown marks what may be well again in a while.
var errDown = errors.New("esign: the signer cannot be reached")

// refusal keeps the signer's code for the log and shows nobody a problem that is between the two machines.
func refusal(p *problem.Error) error { return fmt.Errorf("%s (%s)", p.Code, p.Kind) }

func (c *Client) exchange(ctx context.Context, method, path string, in any) (answer []byte, status int, err error) {
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return nil, 0, fmt.Errorf("esign: encode: %w", err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, fmt.Errorf("esign: request: %w", err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.minter != nil {
		sum := sha256.Sum256(body)
		token, err := c.minter.Mint(method, r.URL.RequestURI(), sum[:])
		if err != nil {
			return nil, 0, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return answer, res.StatusCode, err
}

// breaker spares a signer that is down, and those who wait for it: after a few failures in a row calls fail at once,
// for a time that doubles.
type breaker struct {
	clock clock.Clock

	mu       sync.Mutex
	failures int
	until    time.Time
}

const (
	breakAfter   = 3
	firstBreak   = time.Second
	longestBreak = 15 * time.Second
)

func (b *breaker) allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.until.Sub(b.clock.Now()); wait > 0 {
		return fmt.Errorf("%w: it was down a moment ago", errDown)
	}
	return nil
}

func (b *breaker) note(well bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if well {
		b.failures, b.until = 0, time.Time{}
		return
	}
	b.failures++
	if b.failures >= breakAfter {
		pause := min(firstBreak<<min(b.failures-breakAfter, 8), longestBreak)
		b.until = b.clock.Now().Add(pause)
	}
}
