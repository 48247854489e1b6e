package fetch

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"time"

	"github.com/consigil/consigil/tsp"
)

// Defaults of TSA.
const (
	DefaultTSATime = 30 * time.Second // for one token, all authorities and repeats included
	DefaultSkew    = 5 * time.Minute  // between our clock and an authority's
	tsaRounds      = 3                // times that the list is gone through
	tsaPause       = 250 * time.Millisecond
)

// TimestampAuthority is one RFC 3161 authority and how it is to be asked. All
// but URL may be empty.
type TimestampAuthority struct {
	Name        string // for messages; the host of URL when empty
	URL         string
	User        string // HTTP Basic authentication, with Password
	Password    string
	Certificate *tls.Certificate      // shown to the server: mutual TLS
	CA          []*x509.Certificate   // roots of the server's TLS certificate; the system's when empty
	Policy      asn1.ObjectIdentifier // asked for when set
	Anchors     []*x509.Certificate   // under one of which tokens must stand; empty leaves that to the caller
}

// name is what messages call the authority.
func (a *TimestampAuthority) name() string {
	if a.Name != "" {
		return a.Name
	}
	if u, err := url.Parse(a.URL); err == nil && u.Host != "" {
		return u.Host
	}
	return "without an address"
}

// credentials reports one that is sent something secret, or that proves who asks.
func (a *TimestampAuthority) credentials() bool {
	return a.User != "" || a.Password != "" || a.Certificate != nil
}

// TSA is a list of time-stamp authorities, tried in order. It implements
// tsp.Source, tsp.TokenSource and tsp.Sized. How an authority fares is remembered by the Client,
// for every TSA of that Client that names it: one that fails again and again is
// passed over for a while.
type TSA struct {
	Client      *Client
	Authorities []TimestampAuthority
	URLs        []string              // further authorities that need nothing but an address
	Policy      asn1.ObjectIdentifier // asked for where an authority names none of its own
	Skew        time.Duration         // that a token's time may differ from our clock; DefaultSkew when zero
	Within      time.Duration         // for one token; DefaultTSATime when zero
}

// AuthorityError says which authority failed, and why.
type AuthorityError struct {
	Name string
	Err  error
}

// Error implements error. It holds nothing that was sent or received.
func (e *AuthorityError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *AuthorityError) Unwrap() error { return e.Err }

// Timestamp asks for a token over a digest (RFC 3161 over HTTP, section 3.4)
// with a fresh nonce. The token answers this very request: its imprint, nonce,
// policy, time, signature and certificate are checked, and its chain where the
// authority has anchors.
func (t *TSA) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	token, err := t.TimestampToken(ctx, hash, imprint)
	if err != nil {
		return nil, err
	}
	return token.Raw, nil
}

// TimestampToken is Timestamp with the token as it was read and checked.
func (t *TSA) TimestampToken(ctx context.Context, hash crypto.Hash, imprint []byte) (*tsp.Token, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("fetch: time stamp: nonce: %w", err)
	}
	return t.token(ctx, hash, imprint, nonce)
}

// TimestampNonce is Timestamp with the caller's nonce, for one who stored it
// before asking.
func (t *TSA) TimestampNonce(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	token, err := t.token(ctx, hash, imprint, nonce)
	if err != nil {
		return nil, err
	}
	return token.Raw, nil
}

func (t *TSA) token(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) (*tsp.Token, error) {
	within := t.Within
	if within <= 0 {
		within = DefaultTSATime
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r := &run{tsa: t, hash: hash, imprint: imprint, nonce: nonce, list: t.list()}
	token, err := r.rounds(ctx)
	if err != nil {
		return nil, fmt.Errorf("fetch: time stamp: %w", err)
	}
	return token, nil
}

// TokenSize is the size, bytes, of the largest token seen of the authority that
// will be asked first; zero where none was seen.
func (t *TSA) TokenSize() int {
	for _, a := range t.list() {
		if g, err := t.Client.gate(a); err == nil && g.open() {
			return int(g.size.Load())
		}
	}
	return 0
}

// Available reports that an authority of the list would be asked now.
func (t *TSA) Available() bool {
	for _, a := range t.list() {
		if g, err := t.Client.gate(a); err == nil && g.open() {
			return true
		}
	}
	return false
}

func (t *TSA) list() []TimestampAuthority {
	list := make([]TimestampAuthority, 0, len(t.Authorities)+len(t.URLs))
	list = append(list, t.Authorities...)
	for _, address := range t.URLs {
		list = append(list, TimestampAuthority{URL: address})
	}
	return list
}

// run is the way to one token.
type run struct {
	tsa     *TSA
	hash    crypto.Hash
	imprint []byte
	nonce   *big.Int
	list    []TimestampAuthority
	last    []error // of each authority
}

// rounds goes through the list until there is a token, or nobody left whom it
// would help to ask again.
func (r *run) rounds(ctx context.Context) (*tsp.Token, error) {
	if len(r.list) == 0 {
		return nil, fmt.Errorf("%w: no authority given", ErrRefused)
	}
	r.last = make([]error, len(r.list))
	for round := range tsaRounds {
		if round > 0 && !pause(ctx, tsaPause<<(round-1)) {
			break
		}
		if token := r.round(ctx); token != nil {
			return token, nil
		}
		if ctx.Err() != nil || !r.again() {
			break
		}
	}
	return nil, r.failure(ctx)
}

func (r *run) round(ctx context.Context) *tsp.Token {
	for i := range r.list {
		if ctx.Err() != nil {
			return nil
		}
		if r.last[i] != nil && !passing(r.last[i]) {
			continue
		}
		token, err := r.ask(ctx, i)
		if err == nil {
			return token
		}
		r.last[i] = err
	}
	return nil
}

// ask asks one authority, and leaves time for those behind it.
func (r *run) ask(ctx context.Context, i int) (*tsp.Token, error) {
	g, err := r.tsa.Client.gate(r.list[i])
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	share := time.Until(deadline) / time.Duration(len(r.list)-i)
	ctx, cancel := context.WithTimeout(ctx, min(share, r.tsa.Client.config.Timeout))
	defer cancel()
	return g.token(ctx, r.request(i), r.tsa.skew())
}

func (r *run) request(i int) *tsp.Request {
	policy := r.list[i].Policy
	if policy == nil {
		policy = r.tsa.Policy
	}
	return &tsp.Request{HashAlgorithm: r.hash, Imprint: r.imprint, Nonce: r.nonce, CertReq: true, Policy: policy}
}

func (t *TSA) skew() time.Duration {
	if t.Skew <= 0 {
		return DefaultSkew
	}
	return t.Skew
}

// again reports that an authority might answer if it were asked once more.
func (r *run) again() bool {
	for _, err := range r.last {
		if passing(err) {
			return true
		}
	}
	return false
}

func (r *run) failure(ctx context.Context) error {
	var failures []error
	for i, err := range r.last {
		if err != nil {
			failures = append(failures, &AuthorityError{Name: r.list[i].name(), Err: err})
		}
	}
	if len(failures) == 0 { // nobody was asked
		return ctx.Err()
	}
	return errors.Join(failures...)
}

// pause waits, and reports whether there is time left.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// passing reports a failure that may be over in a moment: of the network, of an
// overloaded server, of an authority that has no time just now.
func passing(err error) bool {
	var status *StatusError
	var refused *tsp.RefusedError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &status):
		return status.Status >= 500 || status.Status == 429 || status.Status == 408
	case errors.As(err, &refused):
		return refused.Passing()
	}
	return errors.Is(err, ErrUnreachable) || errors.Is(err, context.DeadlineExceeded)
}
