package pki

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/consigil/consigil/signer"
)

// Errors of Collector.
var (
	ErrRevoked      = errors.New("pki: certificate revoked")
	ErrNoRevocation = errors.New("pki: no revocation data for the certificate")
)

// Fetcher gets what certificates point at. The package judges the answers, the
// Fetcher guards where they come from.
type Fetcher interface {
	OCSP(ctx context.Context, address string, request []byte) ([]byte, error)
	CRL(ctx context.Context, address string) ([]byte, error)
	Certificates(ctx context.Context, address string) ([]*x509.Certificate, error)
}

// Material is what is needed to validate certificates later: ETSI EN 319 142-1
// section 5.4.2.2. Nothing stands in it twice.
type Material struct {
	Certificates []*x509.Certificate
	OCSP         [][]byte // DER OCSPResponse
	CRLs         [][]byte // DER CertificateList
}

// Empty reports that there is nothing in it.
func (m *Material) Empty() bool { return len(m.Certificates)+len(m.OCSP)+len(m.CRLs) == 0 }

// Collector gathers the path of a certificate and revocation data for each
// certificate of it below the anchor: OCSP where a responder is named, else a
// revocation list.
type Collector struct {
	Fetcher Fetcher
	Anchors []*x509.Certificate // empty: the self-signed certificates that are at hand
	Pool    []*x509.Certificate // further certificates at hand
	Now     time.Time

	// OfAnchored gets what certificates under Anchors point at; nil is Fetcher. A
	// file may name any address; one that an anchored authority wrote is trusted.
	OfAnchored Fetcher

	// Own are the caller's certificates, and those of the authorities that the
	// caller asked: where their issuers are missing, OfAnchored gets them too.
	Own []*x509.Certificate

	Checks *Checks // of signatures that were verified before; nil: none

	material Material
	covered  map[string]time.Time // certificates that are done, by their DER: until when
	known    []*OCSPResponse      // offered or gathered
	lists    []*CRL
	ahead    map[string]chan fetched // asked for before they are needed
}

// maxIssuerFetches is how many issuers are fetched for one path.
const maxIssuerFetches = 6

// Material is what was gathered so far.
func (c *Collector) Material() Material { return c.material }

// Know offers revocation data that are at hand, such as those of a document's
// security store; what of them serves is not fetched again. What cannot be read
// is passed over.
func (c *Collector) Know(m Material) {
	c.Pool = append(c.Pool, m.Certificates...)
	for _, raw := range m.OCSP {
		if response, err := ParseOCSPResponse(raw); err == nil {
			c.known = append(c.known, response)
		}
	}
	for _, raw := range m.CRLs {
		if list, err := ParseCRL(raw); err == nil {
			c.lists = append(c.lists, list)
		}
	}
}

// Add gathers what one certificate needs so that it can be shown later to have
// been good at a time. The error wraps ErrRevoked, ErrNoRevocation or what
// BuildPath says.
func (c *Collector) Add(ctx context.Context, leaf *x509.Certificate, at time.Time, usage ...x509.ExtKeyUsage) error {
	return c.add(ctx, leaf, at.Truncate(time.Second), usage, 0)
}

func (c *Collector) add(ctx context.Context, leaf *x509.Certificate, at time.Time, usage []x509.ExtKeyUsage, depth int) error {
	if c.done(leaf, at) {
		return nil
	}
	if depth > maxDelegation {
		return fmt.Errorf("%w: responders of responders", ErrLimit)
	}
	path, err := c.path(ctx, leaf, PathOptions{At: at, EKU: usage, Checks: c.Checks})
	if err != nil {
		return err
	}
	for i, cert := range path {
		c.keep(cert)
		if i == len(path)-1 || c.done(cert, at) {
			continue
		}
		if err := c.cover(ctx, cert, path[i+1], at, depth); err != nil {
			return fmt.Errorf("%w (certificate %d of the path, %s)", err, i+1, cert.Subject)
		}
		c.finish(cert, at)
	}
	return nil
}

// done reports a certificate that is covered for a time: what shows that it was
// good then shows it for every earlier time.
func (c *Collector) done(cert *x509.Certificate, at time.Time) bool {
	until, ok := c.covered[string(cert.Raw)]
	return ok && !at.After(until)
}

func (c *Collector) finish(cert *x509.Certificate, at time.Time) {
	if c.covered == nil {
		c.covered = map[string]time.Time{}
	}
	c.covered[string(cert.Raw)] = at
}

// path builds the path, fetching issuers that are not at hand.
func (c *Collector) path(ctx context.Context, leaf *x509.Certificate, opt PathOptions) ([]*x509.Certificate, error) {
	path, err := BuildPath(leaf, c.Pool, c.anchors(), opt)
	last := leaf
	for range maxIssuerFetches {
		if err == nil || !errors.Is(err, ErrNoAnchor) || len(last.IssuingCertificateURL) == 0 {
			break
		}
		issuer, failure := c.issuer(ctx, last)
		if issuer == nil {
			return nil, fmt.Errorf("%w; the issuer of %s cannot be had: %w", err, last.Subject, failure)
		}
		c.Pool = append(c.Pool, issuer)
		path, err = BuildPath(leaf, c.Pool, c.anchors(), opt)
		last = issuer
	}
	return path, err
}

// anchors are those given, or the self-signed certificates at hand.
func (c *Collector) anchors() []*x509.Certificate {
	if len(c.Anchors) > 0 {
		return c.Anchors
	}
	var roots []*x509.Certificate
	for _, cert := range c.Pool {
		if cert.IsCA && SelfIssued(cert) && c.Checks.certificate(cert, cert) == nil {
			roots = append(roots, cert)
		}
	}
	return roots
}

// issuer fetches the certificate that signed another.
func (c *Collector) issuer(ctx context.Context, cert *x509.Certificate) (*x509.Certificate, error) {
	from, own := c.Fetcher, c.OfAnchored != nil && contains(c.Own, cert)
	if own {
		from = c.OfAnchored
	}
	if from == nil {
		return nil, errors.New("nothing is fetched")
	}
	var failures []error
	for _, address := range cert.IssuingCertificateURL {
		found, err := from.Certificates(ctx, address)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		for _, candidate := range found {
			if c.Checks.certificate(cert, candidate) != nil {
				continue
			}
			if own {
				c.Own = append(c.Own, candidate)
			}
			return candidate, nil
		}
		failures = append(failures, ErrSignature)
	}
	return nil, errors.Join(failures...)
}

// cover gathers revocation data for one certificate. Data at hand that have run
// out since the time asked for still speak of it: they serve where nothing newer
// can be had, as it is with archives whose authorities are gone.
func (c *Collector) cover(ctx context.Context, cert, issuer *x509.Certificate, at time.Time, depth int) error {
	if NoCheck(cert) {
		return nil
	}
	err := c.byOCSP(ctx, cert, issuer, at, depth)
	if err == nil || errors.Is(err, ErrRevoked) {
		return err
	}
	listErr := c.byCRL(ctx, cert, issuer, at)
	if listErr == nil || errors.Is(listErr, ErrRevoked) {
		return listErr
	}
	if c.byKnown(ctx, cert, issuer, at, depth) {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrNoRevocation, errors.Join(err, listErr))
}

// byKnown takes data at hand that covered the time, whenever that was.
func (c *Collector) byKnown(ctx context.Context, cert, issuer *x509.Certificate, at time.Time, depth int) bool {
	for _, response := range c.known {
		if c.answers(ctx, response, cert, issuer, at, at, depth) == nil {
			return true
		}
	}
	return c.listed(cert, issuer, at, at, c.lists) == nil
}

// NoCheck reports a responder that needs no revocation data: id-pkix-ocsp-nocheck,
// RFC 6960 section 4.2.2.2.1.
func NoCheck(cert *x509.Certificate) bool {
	if !slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) {
		return false
	}
	return slices.ContainsFunc(cert.Extensions, func(e pkix.Extension) bool {
		return e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5})
	})
}

func (c *Collector) fetcher() Fetcher {
	if c.OfAnchored != nil && len(c.Anchors) > 0 {
		return c.OfAnchored
	}
	return c.Fetcher
}

var errNoneNamed = errors.New("the certificate names none")

// gathered reports an answer that was gathered just now, not one that was offered.
func (c *Collector) gathered(response *OCSPResponse) bool {
	return containsBytes(c.material.OCSP, response.Raw)
}

func (c *Collector) byOCSP(ctx context.Context, cert, issuer *x509.Certificate, at time.Time, depth int) error {
	for _, response := range c.known {
		// An answer from before that time says less than a new one would.
		if response.ProducedAt.Before(at) && !c.gathered(response) {
			continue
		}
		if c.answers(ctx, response, cert, issuer, at, c.Now, depth) == nil {
			return nil
		}
	}
	if len(cert.OCSPServer) == 0 || c.fetcher() == nil {
		return fmt.Errorf("OCSP responder: %w", errNoneNamed)
	}
	request, err := BuildOCSPRequest(cert, issuer, nil)
	if err != nil {
		return err
	}
	var failures []error
	for _, address := range cert.OCSPServer {
		err := c.ask(ctx, address, request, cert, issuer, at, depth)
		if err == nil || errors.Is(err, ErrRevoked) {
			return err
		}
		failures = append(failures, err)
	}
	return fmt.Errorf("OCSP: %w", errors.Join(failures...))
}

func (c *Collector) ask(ctx context.Context, address string, request []byte, cert, issuer *x509.Certificate, at time.Time, depth int) error {
	raw, err := c.fetch(ctx, address, request)
	if err != nil {
		return err
	}
	response, err := ParseOCSPResponse(raw)
	if err != nil {
		return err
	}
	if err := strong(response.signatureID); err != nil {
		return fmt.Errorf("the answer: %w", err)
	}
	return c.answers(ctx, response, cert, issuer, at, c.Now, depth)
}

// answers checks a response about a certificate and keeps it, with what its
// responder needs. It must not have run out by now.
func (c *Collector) answers(ctx context.Context, response *OCSPResponse, cert, issuer *x509.Certificate, at, now time.Time, depth int) error {
	status, err := response.check(cert, issuer, at, c.Checks)
	if err != nil {
		return err
	}
	if err := acceptable(status, now); err != nil {
		return err
	}
	responder := response.Responder(issuer)
	if responder != nil && !responder.Equal(issuer) {
		c.keep(responder)
		c.Pool = append(c.Pool, responder)
		if err := c.add(ctx, responder, response.ProducedAt, []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, depth+1); err != nil {
			return fmt.Errorf("responder: %w", err)
		}
	}
	if !containsBytes(c.material.OCSP, response.Raw) {
		c.material.OCSP = append(c.material.OCSP, response.Raw)
		c.known = append(c.known, response)
	}
	return nil
}

// acceptable refuses what is not good, and answers that have run out by now.
func acceptable(s Status, now time.Time) error {
	switch {
	case s.State == StateRevoked:
		return fmt.Errorf("%w at %s", ErrRevoked, s.RevokedAt.UTC().Format(time.RFC3339))
	case s.State != StateGood:
		return fmt.Errorf("%w: %w", ErrNotCovered, ErrUnknown)
	case !s.NextUpdate.IsZero() && s.NextUpdate.Before(now):
		return ErrStale
	}
	return nil
}

func (c *Collector) byCRL(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) error {
	if err := c.listed(cert, issuer, at, c.Now, c.lists); err == nil || errors.Is(err, ErrRevoked) {
		return err // and the lists are in the material, or were where they came from
	}
	if len(cert.CRLDistributionPoints) == 0 || c.fetcher() == nil {
		return fmt.Errorf("revocation list: %w", errNoneNamed)
	}
	var failures []error
	for _, address := range cert.CRLDistributionPoints {
		list, err := c.list(ctx, address)
		if err == nil {
			err = c.listed(cert, issuer, at, c.Now, append(slices.Clone(c.lists), list))
		}
		if err == nil {
			c.lists = append(c.lists, list)
			c.material.CRLs = append(c.material.CRLs, list.Raw)
			return nil
		}
		if errors.Is(err, ErrRevoked) {
			return err
		}
		failures = append(failures, err)
	}
	return fmt.Errorf("revocation list: %w", errors.Join(failures...))
}

func (c *Collector) list(ctx context.Context, address string) (*CRL, error) {
	raw, err := c.fetch(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	list, err := ParseCRL(raw)
	if err != nil {
		return nil, err
	}
	if err := strong(list.signatureID); err != nil {
		return nil, fmt.Errorf("the list: %w", err)
	}
	return list, nil
}

// strong refuses what is signed with SHA-1 or SHA-224: who made it could not be
// shown later.
func strong(identifier []byte) error {
	scheme, err := signer.ParseIdentifier(identifier, 0)
	if err == nil && scheme.Algorithm.Legacy() {
		return fmt.Errorf("%w: %v", ErrWeak, scheme.Algorithm)
	}
	return nil
}

func (c *Collector) listed(cert, issuer *x509.Certificate, at, now time.Time, lists []*CRL) error {
	e := Evidence{CRLs: lists, Pool: c.Pool, Anchors: c.anchors(), At: at, Checks: c.Checks}
	status, err := e.CheckRevocation(cert, issuer)
	if err != nil {
		return err
	}
	return acceptable(status, now)
}

func (c *Collector) keep(cert *x509.Certificate) {
	if !contains(c.material.Certificates, cert) {
		c.material.Certificates = append(c.material.Certificates, cert)
	}
}

func containsBytes(list [][]byte, b []byte) bool {
	return slices.ContainsFunc(list, func(x []byte) bool { return bytes.Equal(x, b) })
}
