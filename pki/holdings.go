package pki

import (
	"crypto/x509"
	"fmt"
	"slices"
)

// Holdings are certificates and revocation data that lie in one place, such as
// a document's security store. They answer whether what is needed to validate a
// certificate later is there, and not whether that is valid: no time is asked
// for, and what a source says of the certificate does not matter.
type Holdings struct {
	bySubject map[string][]*x509.Certificate
	known     map[string]bool // certificates, by their DER
	lists     []*CRL
	responses []*OCSPResponse
	needs     map[string]need // by the DER of a certificate
	checks    *Checks
}

// need is what stands next to one certificate: those that must be complete as
// well, or why something is missing.
type need struct {
	certs []*x509.Certificate
	err   error
}

// NewHoldings are empty. checks may be nil.
func NewHoldings(checks *Checks) *Holdings {
	if checks == nil {
		checks = NewChecks()
	}
	return &Holdings{bySubject: map[string][]*x509.Certificate{}, known: map[string]bool{}, checks: checks}
}

// AddCertificates takes in certificates, up to MaxPool.
func (h *Holdings) AddCertificates(certs ...*x509.Certificate) {
	for _, c := range certs {
		if h.known[string(c.Raw)] || len(h.known) >= MaxPool {
			continue
		}
		h.known[string(c.Raw)] = true
		key := h.checks.nameKey(c.RawSubject)
		h.bySubject[key] = append(h.bySubject[key], c)
	}
	h.needs = map[string]need{}
}

// AddCRLs takes in revocation lists.
func (h *Holdings) AddCRLs(lists ...*CRL) {
	h.lists, h.needs = append(h.lists, lists...), map[string]need{}
}

// AddOCSP takes in OCSP responses, and the certificates that they carry.
func (h *Holdings) AddOCSP(responses ...*OCSPResponse) {
	h.responses = append(h.responses, responses...)
	for _, r := range responses {
		h.AddCertificates(r.Certificates...)
	}
	h.needs = map[string]need{}
}

// Complete reports nil where every certificate from leaf up has its issuer's
// certificate and revocation data from that issuer: ETSI EN 319 142-1 section
// 5.4.2.2. The way ends at a self-signed certificate, or at an authority whose
// issuer is not there. A responder with ocsp-nocheck needs no revocation data.
// The error wraps ErrNoAnchor or ErrNoRevocation and names the certificate.
func (h *Holdings) Complete(leaf *x509.Certificate) error {
	if !SelfIssued(leaf) && len(h.issuers(leaf)) == 0 {
		return missingIssuer(leaf)
	}
	seen := map[string]bool{string(leaf.Raw): true}
	queue := []*x509.Certificate{leaf}
	for len(queue) > 0 {
		n := h.need(queue[0], 0)
		if n.err != nil {
			return n.err
		}
		queue = queue[1:]
		for _, c := range n.certs {
			if !seen[string(c.Raw)] {
				seen[string(c.Raw)] = true
				queue = append(queue, c)
			}
		}
	}
	return nil
}

func (h *Holdings) need(cert *x509.Certificate, depth int) need {
	key := string(cert.Raw)
	if n, ok := h.needs[key]; ok {
		return n
	}
	n := h.look(cert, depth)
	if h.needs == nil {
		h.needs = map[string]need{}
	}
	h.needs[key] = n
	return n
}

// look tries the issuers that are there, a root first.
func (h *Holdings) look(cert *x509.Certificate, depth int) need {
	if SelfIssued(cert) && h.signed(cert, cert) {
		return need{}
	}
	issuers := h.issuers(cert)
	if len(issuers) == 0 && cert.IsCA {
		return need{} // the top of what is there
	}
	if len(issuers) == 0 {
		return need{err: missingIssuer(cert)}
	}
	for _, issuer := range issuers {
		if NoCheck(cert) {
			return need{certs: []*x509.Certificate{issuer}}
		}
		if also, ok := h.spoken(cert, issuer, depth); ok {
			return need{certs: append(also, issuer)}
		}
	}
	return need{err: fmt.Errorf("%w: %s", ErrNoRevocation, cert.Subject)}
}

func missingIssuer(cert *x509.Certificate) error {
	return fmt.Errorf("%w: the issuer of %s is not there", ErrNoAnchor, cert.Subject)
}

func (h *Holdings) issuers(cert *x509.Certificate) []*x509.Certificate {
	var roots, others []*x509.Certificate
	for _, c := range h.bySubject[h.checks.nameKey(cert.RawIssuer)] {
		switch {
		case c.Equal(cert) || !h.signed(cert, c):
		case SelfIssued(c):
			roots = append(roots, c)
		default:
			others = append(others, c)
		}
	}
	return append(roots, others...)
}

func (h *Holdings) signed(child, parent *x509.Certificate) bool {
	return h.remember(child, parent, func() error { return h.checks.certificate(child, parent) })
}

func (h *Holdings) remember(signed any, by *x509.Certificate, verify func() error) bool {
	key := trial{signed, by}
	if ok, known := h.checks.tried[key]; known {
		return ok
	}
	ok := verify() == nil
	h.checks.tried[key] = ok
	return ok
}

// spoken reports a source that speaks about the certificate, with those whose
// own material that source rests on.
func (h *Holdings) spoken(cert, issuer *x509.Certificate, depth int) ([]*x509.Certificate, bool) {
	for _, r := range h.responses {
		single, err := r.find(cert, issuer)
		if err != nil || single.State == StateUnknown || r.unknown || single.unknown {
			continue
		}
		if also, ok := h.responder(r, issuer, depth); ok {
			return also, true
		}
	}
	return h.listed(cert, issuer)
}

// responder reports a response that its issuer, or whom the issuer delegated to,
// has signed; a delegate must be complete itself.
func (h *Holdings) responder(r *OCSPResponse, issuer *x509.Certificate, depth int) ([]*x509.Certificate, bool) {
	if !h.remember(r, issuer, func() error { return r.verify(issuer, h.checks) }) {
		return nil, false
	}
	delegate := r.Responder(issuer)
	if delegate == nil || delegate.Equal(issuer) {
		return nil, true
	}
	if depth >= maxDelegation || !NoCheck(delegate) && h.need(delegate, depth+1).err != nil {
		return nil, false
	}
	return []*x509.Certificate{delegate}, true
}

// listed reports lists that speak about the certificate for all reasons.
func (h *Holdings) listed(cert, issuer *x509.Certificate) ([]*x509.Certificate, bool) {
	covered := 0
	var signers []*x509.Certificate
	for _, point := range pointsOf(cert) {
		for _, list := range h.lists {
			if list.Delta {
				continue
			}
			reasons, err := list.applies(cert, &point)
			if err != nil || reasons&^covered == 0 {
				continue
			}
			signing := h.listSigner(list, issuer)
			if signing == nil {
				continue
			}
			covered |= reasons
			if signing != issuer && signing != cert && !slices.Contains(signers, signing) {
				signers = append(signers, signing)
			}
			if covered == allReasons {
				return signers, true
			}
		}
	}
	return nil, false
}

// listSigner is the certificate whose key signed the list: the issuer's, or
// another of the list's name that ends at the same top (RFC 5280 section 6.3.3 f).
func (h *Holdings) listSigner(list *CRL, issuer *x509.Certificate) *x509.Certificate {
	for _, c := range append([]*x509.Certificate{issuer}, h.bySubject[h.checks.nameKey(list.Issuer)]...) {
		if h.remember(list, c, func() error { return list.verify(c, h.checks) }) && (c == issuer || h.top(c).Equal(h.top(issuer))) {
			return c
		}
	}
	return nil
}

// top is where the way up from a certificate ends.
func (h *Holdings) top(cert *x509.Certificate) *x509.Certificate {
	for range MaxPathLen {
		issuers := h.issuers(cert)
		if len(issuers) == 0 || SelfIssued(cert) && h.signed(cert, cert) {
			break
		}
		cert = issuers[0]
	}
	return cert
}
