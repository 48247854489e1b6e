package pki

import (
	"bytes"
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/consigil/consigil/signer"
)

// PathOptions steer BuildPath. The zero value of everything but At is the
// usual choice.
type PathOptions struct {
	At  time.Time          // the time at which the path must be valid
	EKU []x509.ExtKeyUsage // the leaf and every CA that limits its usages must allow one of them; none: any

	// AllowWeak accepts certificates signed with SHA-1 or SHA-224, or by RSA
	// keys under 2048 bits. They can be forged, or soon will be: for a look at
	// old signatures only.
	AllowWeak bool

	// Inputs of the policy processing of RFC 5280 section 6.1.1.
	Policies              []asn1.ObjectIdentifier // acceptable policies; none: any
	RequireExplicitPolicy bool
	InhibitPolicyMapping  bool
	InhibitAnyPolicy      bool

	Checks *Checks // of signatures that were verified before; nil: none
}

// BuildPath finds a path from leaf to an anchor, leaf first and anchor last,
// that holds at opt.At by RFC 5280 section 6.1: signatures, names, validity,
// basic constraints, key usage, name constraints and policies. Of an anchor
// only name and key count. Revocation is not looked at.
//
// Where several paths exist the first good one is returned; where none holds,
// the error is that of the candidate that came furthest, and wraps one of
// ErrNoAnchor, ErrSignature, ErrWeak, ErrExpired, ErrNotYetValid, ErrConstraints,
// ErrUsage, ErrPolicy and ErrLimit.
func BuildPath(leaf *x509.Certificate, pool, anchors []*x509.Certificate, opt PathOptions) ([]*x509.Certificate, error) {
	if leaf == nil {
		return nil, fmt.Errorf("%w: no certificate", ErrMalformed)
	}
	if len(pool)+len(anchors) > MaxPool {
		return nil, fmt.Errorf("%w: more than %d certificates", ErrLimit, MaxPool)
	}
	s := &search{pool: bySubject(pool, opt.Checks), anchors: bySubject(anchors, opt.Checks), opt: opt, checked: map[edge]error{}, tries: MaxPathTries}
	if contains(anchors, leaf) {
		return s.single(leaf)
	}
	path := s.extend([]*x509.Certificate{leaf})
	if path == nil {
		return nil, s.failure()
	}
	return path, nil
}

// edge is a pair of certificates whose signature was checked.
type edge struct{ child, parent *x509.Certificate }

// search is one depth-first search.
type search struct {
	pool, anchors map[string][]*x509.Certificate // by subject
	opt           PathOptions
	checked       map[edge]error
	tries         int
	invalid       error // of the first complete path that did not hold
	unsigned      error // a signature that did not verify
	exhausted     bool
}

// single is the path of a certificate that is trusted by itself.
func (s *search) single(leaf *x509.Certificate) ([]*x509.Certificate, error) {
	if err := checkTime(leaf, s.opt.At); err != nil {
		return nil, err
	}
	if err := checkExtendedUsage(leaf, s.opt.EKU); err != nil {
		return nil, err
	}
	return []*x509.Certificate{leaf}, nil
}

func (s *search) failure() error {
	switch {
	case s.invalid != nil:
		return s.invalid
	case s.exhausted:
		return fmt.Errorf("%w: too many candidate paths", ErrLimit)
	case s.unsigned != nil:
		return s.unsigned
	}
	return ErrNoAnchor
}

// extend completes a partial path, or returns nil.
func (s *search) extend(path []*x509.Certificate) []*x509.Certificate {
	last := path[len(path)-1]
	if !s.spend() {
		return nil
	}
	if len(path) == MaxPathLen || SelfIssued(last) && len(path) > 1 && s.signed(last, last) == nil {
		return nil // a root that is no anchor leads nowhere
	}
	issuer := s.opt.Checks.nameKey(last.RawIssuer)
	for _, anchor := range issuersOf(last, s.anchors[issuer], s.opt.At) {
		if s.signed(last, anchor) != nil {
			continue
		}
		complete := append(slices.Clone(path), anchor)
		err := validate(complete, s.opt)
		if err == nil {
			return complete
		}
		s.invalid = cmp.Or(s.invalid, err)
	}
	for _, next := range issuersOf(last, s.pool[issuer], s.opt.At) {
		if repeats(path, next) || s.signed(last, next) != nil {
			continue
		}
		if complete := s.extend(append(slices.Clone(path), next)); complete != nil {
			return complete
		}
	}
	return nil
}

// spend takes one try from the budget, for a step or for a signature: in a
// dense net of cross certificates there are more paths than can be tried.
func (s *search) spend() bool {
	if s.tries == 0 {
		s.exhausted = true
		return false
	}
	s.tries--
	return true
}

// signed checks a signature once.
func (s *search) signed(child, parent *x509.Certificate) error {
	key := edge{child, parent}
	if err, known := s.checked[key]; known {
		return err
	}
	if !s.spend() {
		return ErrLimit
	}
	err := s.opt.Checks.certificate(child, parent)
	if err == nil && !s.opt.AllowWeak {
		err = checkStrength(child, parent)
	}
	if err != nil && child != parent {
		s.unsigned = cmp.Or(s.unsigned, err)
	}
	s.checked[key] = err
	return err
}

// checkStrength reports a signature that can be forged in our time.
func checkStrength(child, parent *x509.Certificate) error {
	identifier, err := signatureIdentifier(child.Raw)
	if err != nil {
		return err
	}
	scheme, err := signer.ParseIdentifier(identifier, 0)
	if err != nil || scheme.Algorithm.Legacy() {
		return fmt.Errorf("%w: %s is signed with %v", ErrWeak, child.Subject, scheme.Algorithm)
	}
	if key, ok := parent.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < signer.MinRSABits {
		return fmt.Errorf("%w: key of %s has %d bits", ErrWeak, parent.Subject, key.N.BitLen())
	}
	return nil
}

// VerifySignature checks that the parent's key signed the child.
func VerifySignature(child, parent *x509.Certificate) error {
	var none *Checks
	return none.certificate(child, parent)
}

func bySubject(list []*x509.Certificate, checks *Checks) map[string][]*x509.Certificate {
	out := map[string][]*x509.Certificate{}
	for _, c := range list {
		key := checks.nameKey(c.RawSubject)
		out[key] = append(out[key], c)
	}
	return out
}

// issuersOf sorts the candidates that bear the issuer's name: those whose key
// identifier fits first, then those valid at the time, then the newest.
func issuersOf(cert *x509.Certificate, candidates []*x509.Certificate, at time.Time) []*x509.Certificate {
	if len(candidates) < 2 {
		return candidates
	}
	out := slices.Clone(candidates)
	rank := func(c *x509.Certificate) int {
		n := 0
		if len(cert.AuthorityKeyId) > 0 && bytes.Equal(cert.AuthorityKeyId, c.SubjectKeyId) {
			n -= 2
		}
		if checkTime(c, at) == nil {
			n--
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b *x509.Certificate) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.NotBefore.Compare(a.NotBefore))
	})
	return out
}

func contains(list []*x509.Certificate, cert *x509.Certificate) bool {
	return slices.ContainsFunc(list, cert.Equal)
}

// repeats reports a certificate whose subject and key stand in the path
// already: such a loop proves nothing more.
func repeats(path []*x509.Certificate, cert *x509.Certificate) bool {
	return slices.ContainsFunc(path, func(c *x509.Certificate) bool {
		return bytes.Equal(c.RawSubject, cert.RawSubject) && bytes.Equal(c.RawSubjectPublicKeyInfo, cert.RawSubjectPublicKeyInfo)
	})
}

func checkTime(c *x509.Certificate, at time.Time) error {
	switch {
	case at.After(c.NotAfter):
		return fmt.Errorf("%w: %s", ErrExpired, c.Subject)
	case at.Before(c.NotBefore):
		return fmt.Errorf("%w: %s", ErrNotYetValid, c.Subject)
	}
	return nil
}

// IsTimeError reports an error about the validity period.
func IsTimeError(err error) bool {
	return errors.Is(err, ErrExpired) || errors.Is(err, ErrNotYetValid)
}

// isCoverage reports an error that says no more than that a source does not
// speak about the certificate.
func isCoverage(err error) bool { return errors.Is(err, ErrNotCovered) }
