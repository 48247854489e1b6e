package validate

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"time"

	"github.com/consigil/consigil/pki"
)

// maxResponders is how often a responder's own certificate may need another
// responder's answer.
const maxResponders = 3

// errResponder says that nothing vouches for who answered.
var errResponder = errors.New("nothing says whether the responder was revoked")

// says asks one source. Of an answer by somebody whom the issuer delegated to,
// that certificate has to be good as well when the answer was made, unless the
// issuer lets it go without (RFC 6960 section 4.2.2.2.1).
func (w *world) says(ctx context.Context, l list, cert, issuer *x509.Certificate, at time.Time) (pki.Status, error) {
	status, err := l.Check(cert, issuer, at)
	response, ok := l.(*pki.OCSPResponse)
	if err != nil || !ok {
		return status, err
	}
	if response.ProducedAt.After(w.opt.Now.Add(clockSkew)) {
		return status, pki.ErrNotYetIssued
	}
	responder := response.Responder(issuer)
	if responder == nil || responder.Equal(issuer) || pki.NoCheck(responder) {
		return status, nil
	}
	return status, w.vouched(ctx, responder, issuer, response)
}

// vouched judges a responder that can be revoked.
func (w *world) vouched(ctx context.Context, responder, issuer *x509.Certificate, response *pki.OCSPResponse) error {
	if w.depth >= maxResponders {
		return errResponder
	}
	w.depth++
	defer func() { w.depth-- }()
	r := w.revocationOf(ctx, responder, issuer, response.ProducedAt)
	switch {
	case r.err != nil:
		return errResponder
	case r.status.State != pki.StateGood:
		return pki.ErrIssuer // what a revoked responder says is nothing
	}
	return nil
}

// fetchOCSP asks the responders that a certificate names, until one answers.
func (w *world) fetchOCSP(ctx context.Context, cert, issuer *x509.Certificate) bool {
	if len(cert.OCSPServer) == 0 || w.opt.Fetcher == nil {
		return false
	}
	request, err := pki.BuildOCSPRequest(cert, issuer, nil)
	if err != nil {
		return false
	}
	key := sha256.Sum256(request)
	for _, address := range cert.OCSPServer {
		if !w.mayAsk(address + "\x00" + string(key[:])) {
			continue
		}
		raw, err := w.opt.Fetcher.OCSP(ctx, address, request)
		if err == nil && w.addOCSP(raw) {
			return true
		}
	}
	return false
}
