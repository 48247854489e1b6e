package pki

import (
	"bytes"
	"context"
	"crypto/x509"
	"slices"
)

// fetched is what came of one question.
type fetched struct {
	raw []byte
	err error
}

// Expect says whose path will be asked for soon, with the issuers that are at hand,
// before the signature is there: what tells of its authorities is fetched while the
// caller signs. What tells of the leaf itself must be newer than the signature, and
// is left to Ahead and Add.
func (c *Collector) Expect(ctx context.Context, leaf *x509.Certificate, chain []*x509.Certificate) {
	if c.fetcher() == nil || len(c.known)+len(c.lists) > 0 {
		return
	}
	if c.Checks == nil {
		c.Checks = NewChecks()
	}
	c.Pool = append(slices.Clone(c.Pool), chain...)
	path := c.likely(leaf)
	for i := 1; i+1 < len(path); i++ {
		c.askFirst(ctx, path[i], path[i+1])
	}
}

// Ahead asks at once for what Add would ask one after the other, where nothing is
// at hand that may serve: the answers of one far authority come while another is
// waited for. What cannot be had is Add's to report.
func (c *Collector) Ahead(ctx context.Context, leaves ...*x509.Certificate) {
	if c.fetcher() == nil || len(c.known)+len(c.lists) > 0 {
		return
	}
	for _, leaf := range leaves {
		path := c.likely(leaf)
		for i, cert := range path[:max(len(path)-1, 0)] {
			if _, covered := c.covered[string(cert.Raw)]; !covered && !NoCheck(cert) {
				c.askFirst(ctx, cert, path[i+1])
			}
		}
	}
}

// likely is the path of a certificate as far as its issuers are at hand, by their
// names: signatures are checked while the answers are on their way. Where what is
// under an anchor may be asked at other addresses than the rest, they come first.
func (c *Collector) likely(leaf *x509.Certificate) []*x509.Certificate {
	if c.OfAnchored != nil {
		path, err := BuildPath(leaf, c.Pool, c.anchors(), PathOptions{At: c.Now, Checks: c.Checks})
		if err != nil {
			return nil // its issuers may have to be fetched first
		}
		return path
	}
	path := []*x509.Certificate{leaf}
	for len(path) < MaxPathLen && !contains(c.Anchors, path[len(path)-1]) {
		issuer := named(path[len(path)-1], c.Anchors, c.Pool)
		if issuer == nil || repeats(path, issuer) {
			break
		}
		path = append(path, issuer)
	}
	return path
}

// named is the first certificate that bears the name of another's issuer.
func named(cert *x509.Certificate, lists ...[]*x509.Certificate) *x509.Certificate {
	for _, list := range lists {
		for _, c := range list {
			if bytes.Equal(c.RawSubject, cert.RawIssuer) {
				return c
			}
		}
	}
	return nil
}

// askFirst sends the first question that is due for a certificate.
func (c *Collector) askFirst(ctx context.Context, cert, issuer *x509.Certificate) {
	if len(cert.OCSPServer) > 0 {
		if request, err := BuildOCSPRequest(cert, issuer, nil); err == nil {
			c.start(ctx, cert.OCSPServer[0], request)
		}
		return
	}
	if len(cert.CRLDistributionPoints) > 0 {
		c.start(ctx, cert.CRLDistributionPoints[0], nil)
	}
}

// start asks a responder, or for a list where there is no request.
func (c *Collector) start(ctx context.Context, address string, request []byte) {
	key := address + "\n" + string(request)
	if c.ahead[key] != nil || len(c.ahead) == maxAhead {
		return
	}
	if c.ahead == nil {
		c.ahead = map[string]chan fetched{}
	}
	answer := make(chan fetched, 1)
	c.ahead[key] = answer
	from := c.fetcher()
	go func() {
		raw, err := get(ctx, from, address, request)
		answer <- fetched{raw, err}
	}()
}

// maxAhead bounds the questions that are under way at once.
const maxAhead = 8

func get(ctx context.Context, from Fetcher, address string, request []byte) ([]byte, error) {
	if request == nil {
		return from.CRL(ctx, address)
	}
	return from.OCSP(ctx, address, request)
}

// fetch gives what was asked for ahead, once, or asks now.
func (c *Collector) fetch(ctx context.Context, address string, request []byte) ([]byte, error) {
	key := address + "\n" + string(request)
	answer := c.ahead[key]
	if answer == nil {
		return get(ctx, c.fetcher(), address, request)
	}
	delete(c.ahead, key)
	select {
	case a := <-answer:
		return a.raw, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
