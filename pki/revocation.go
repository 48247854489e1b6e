package pki

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// Evidence is what there is to judge revocation with.
type Evidence struct {
	CRLs    []*CRL
	OCSP    []*OCSPResponse
	Pool    []*x509.Certificate // where certificates of CRL issuers may be found
	Anchors []*x509.Certificate // under which those must stand
	At      time.Time
	Checks  *Checks // of signatures that were verified before; nil: none
}

// maxDelegation is how often a CRL signer's own certificate may need another
// CRL signer's.
const maxDelegation = 3

// allReasons are the reason flags of RFC 5280 section 6.3.2: all but unused.
const allReasons = 0x1fe

// CheckRevocation says what the evidence says about cert at e.At. OCSP
// responses are asked first; CRLs may be from the issuer's other keys, from
// an indirect issuer, for some reasons only, or deltas to a complete one (RFC
// 5280 section 6.3). The error, where nothing covers the certificate, is that
// of the source that came nearest.
func (e *Evidence) CheckRevocation(cert, issuer *x509.Certificate) (Status, error) {
	return e.check(cert, issuer, nil)
}

func (e *Evidence) check(cert, issuer *x509.Certificate, stack []*x509.Certificate) (Status, error) {
	var nearest error
	for _, response := range e.OCSP {
		status, err := response.check(cert, issuer, e.At, e.Checks)
		if err == nil && status.State != StateUnknown {
			return status, nil
		}
		nearest = closer(nearest, err)
	}
	status, err := e.checkLists(cert, issuer, stack)
	if err == nil {
		return status, nil
	}
	return status, closer(err, nearest)
}

// closer keeps the error that says more: that a source does not speak about
// the certificate says least.
func closer(a, b error) error {
	if a == nil || b != nil && isCoverage(a) && !isCoverage(b) {
		return b
	}
	return a
}

// reasonWalk collects, over several lists, the reasons that are covered.
type reasonWalk struct {
	covered int
	status  Status
	nearest error
}

// checkLists is section 6.3.3: list after list until all reasons are covered
// or the certificate is found.
func (e *Evidence) checkLists(cert, issuer *x509.Certificate, stack []*x509.Certificate) (Status, error) {
	walk := reasonWalk{}
	for _, point := range pointsOf(cert) {
		for _, list := range e.CRLs {
			if list.Delta {
				continue
			}
			done, err := e.consult(&walk, cert, issuer, point, list, stack)
			if done {
				return walk.status, nil
			}
			walk.nearest = closer(walk.nearest, err)
		}
	}
	if walk.covered == allReasons {
		walk.status.State = StateGood
		return walk.status, nil
	}
	return Status{}, cmp.Or(walk.nearest, fmt.Errorf("%w: no list", ErrNotCovered))
}

// consult asks one complete list, with its deltas; done means that the
// certificate is revoked.
func (e *Evidence) consult(walk *reasonWalk, cert, issuer *x509.Certificate, point distributionPoint, list *CRL, stack []*x509.Certificate) (done bool, err error) {
	reasons, err := list.applies(cert, &point)
	if err != nil || reasons&^walk.covered == 0 {
		return false, err
	}
	if list.NextUpdate.IsZero() || list.NextUpdate.Before(e.At) {
		return false, ErrStale
	}
	signing, err := e.signerOf(list, issuer, stack)
	if err != nil {
		return false, err
	}
	status := Status{ThisUpdate: list.ThisUpdate, NextUpdate: list.NextUpdate}
	status, err = list.lookup(cert, status, e.At)
	if err != nil {
		return false, err
	}
	if err := e.applyDelta(&status, cert, list, signing); err != nil {
		return false, err
	}
	if cert.NotAfter.Before(list.ThisUpdate) && (list.ExpiredSince.IsZero() || cert.NotAfter.Before(list.ExpiredSince)) && status.RevokedAt.IsZero() {
		return false, fmt.Errorf("%w: it had expired before the list", ErrNotCovered)
	}
	walk.take(status)
	walk.covered |= reasons
	return status.State == StateRevoked, nil
}

// take keeps what matters of several statuses: revocation, and the oldest
// list, for the answer is as fresh as that.
func (w *reasonWalk) take(s Status) {
	if w.covered == 0 || s.State == StateRevoked || s.ThisUpdate.Before(w.status.ThisUpdate) {
		revoked := w.status
		w.status = s
		if s.RevokedAt.IsZero() && !revoked.RevokedAt.IsZero() {
			w.status.RevokedAt, w.status.Reason = revoked.RevokedAt, revoked.Reason
		}
	}
}

// applyDelta lets the newest delta CRL of the same scope overrule the list.
func (e *Evidence) applyDelta(status *Status, cert *x509.Certificate, base *CRL, signing *x509.Certificate) error {
	for _, delta := range e.CRLs {
		if !delta.deltaOf(base) || delta.NextUpdate.Before(e.At) || delta.verify(signing, e.Checks) != nil {
			continue
		}
		entry, err := delta.find(cert.SerialNumber, cert.RawIssuer)
		if err != nil {
			return err
		}
		if entry == nil {
			continue
		}
		if entry.Reason == ReasonRemoveFromCRL {
			status.State, status.RevokedAt, status.Reason = StateGood, time.Time{}, 0
			continue
		}
		status.RevokedAt, status.Reason = entry.At, entry.Reason
		if !entry.At.After(e.At) {
			status.State = StateRevoked
		}
	}
	return nil
}

// deltaOf reports a delta that continues the list, section 5.2.4.
func (c *CRL) deltaOf(base *CRL) bool {
	return c.Delta && !c.unknown && c.BaseNumber != nil && base.Number != nil && c.Number != nil &&
		sameName(c.Issuer, base.Issuer) && bytes.Equal(c.AuthorityKey, base.AuthorityKey) &&
		bytes.Equal(c.scopeRaw, base.scopeRaw) &&
		c.BaseNumber.Cmp(base.Number) <= 0 && c.Number.Cmp(base.Number) > 0
}

// pointsOf are the certificate's distribution points and, at the end, the
// unwritten one of its issuer (section 6.3.3, last paragraph).
func pointsOf(cert *x509.Certificate) []distributionPoint {
	return append(distributionPoints(cert), distributionPoint{fullNames: [][]byte{asDirectoryName(cert.RawIssuer)}})
}

// applies reports for which reasons the list speaks about the certificate at
// a distribution point, steps (b), (d) and (e).
func (c *CRL) applies(cert *x509.Certificate, point *distributionPoint) (int, error) {
	if c.unknown {
		return 0, fmt.Errorf("%w: unknown critical extension", ErrNotCovered)
	}
	if !c.issuedFor(cert, point) {
		return 0, fmt.Errorf("%w: other issuer", ErrNotCovered)
	}
	if c.Scope.OnlyAttribute || c.Scope.OnlyUser && cert.IsCA || c.Scope.OnlyCA && !cert.IsCA {
		return 0, fmt.Errorf("%w: other kind of certificate", ErrNotCovered)
	}
	if c.Scope.hasName() && !c.Scope.shares(point, cert.RawIssuer, c.Issuer) {
		return 0, fmt.Errorf("%w: other distribution point", ErrNotCovered)
	}
	return reasonMask(c.Scope.Reasons) & reasonMask(point.reasons), nil
}

func (c *CRL) issuedFor(cert *x509.Certificate, point *distributionPoint) bool {
	if len(point.issuers) == 0 {
		return sameName(c.Issuer, cert.RawIssuer)
	}
	for _, name := range point.issuers {
		if sameName(c.Issuer, name) && c.Scope.Indirect {
			return true
		}
	}
	return false
}

// reasonMask turns ReasonFlags into a mask with bit n for reason n; absent
// flags mean all.
func reasonMask(flags []byte) int {
	if flags == nil {
		return allReasons
	}
	mask := 0
	for i := 1; i <= 8; i++ {
		if i/8 < len(flags) && flags[i/8]&(0x80>>(i%8)) != 0 {
			mask |= 1 << i
		}
	}
	return mask
}

// signerOf finds the certificate whose key signed the list: the issuer's own,
// or another of the list issuer's name that stands under an anchor and is not
// revoked itself.
func (e *Evidence) signerOf(list *CRL, issuer *x509.Certificate, stack []*x509.Certificate) (*x509.Certificate, error) {
	err := list.verify(issuer, e.Checks)
	if err == nil {
		return issuer, nil
	}
	for _, candidate := range append(append([]*x509.Certificate{}, e.Pool...), e.Anchors...) {
		if candidate.Equal(issuer) || list.verify(candidate, e.Checks) != nil {
			continue
		}
		if pathErr := e.trusted(candidate, issuer, stack); pathErr != nil {
			err = pathErr
			continue
		}
		return candidate, nil
	}
	return nil, err
}

// trusted reports whether a CRL signer stands under the anchor of the
// certificate's issuer, with nothing revoked on the way.
func (e *Evidence) trusted(signing, issuer *x509.Certificate, stack []*x509.Certificate) error {
	if contains(stack, signing) {
		return nil // an issuer of lists may speak about itself, as PKITS has it
	}
	if len(stack) >= maxDelegation {
		return fmt.Errorf("%w: revocation lists of revocation lists", ErrLimit)
	}
	path, err := BuildPath(signing, e.Pool, e.Anchors, PathOptions{At: e.At, Checks: e.Checks})
	if err != nil {
		return fmt.Errorf("%w: signer of the list: %w", ErrIssuer, err)
	}
	if !e.under(path[len(path)-1], issuer, maxDelegation) {
		return fmt.Errorf("%w: signer of the list is under another anchor", ErrIssuer)
	}
	for i := range len(path) - 1 {
		status, err := e.check(path[i], path[i+1], append(slices.Clone(stack), signing))
		if err != nil {
			return err
		}
		if status.State != StateGood {
			return fmt.Errorf("%w: signer of the list is revoked", ErrIssuer)
		}
	}
	return nil
}

// under reports that a certificate is an anchor, or that signatures lead up to
// it: RFC 5280 section 6.3.3 (f) wants lists from under the anchor of the path.
func (e *Evidence) under(anchor, cert *x509.Certificate, steps int) bool {
	if cert.Equal(anchor) || sameName(cert.RawIssuer, anchor.RawSubject) && e.Checks.certificate(cert, anchor) == nil {
		return true
	}
	for _, c := range e.Pool {
		if steps > 0 && !c.Equal(cert) && sameName(cert.RawIssuer, c.RawSubject) && e.Checks.certificate(cert, c) == nil && e.under(anchor, c, steps-1) {
			return true
		}
	}
	return false
}
