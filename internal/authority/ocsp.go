package authority

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
)

// answerLife is for how long an OCSP answer serves.
const answerLife = time.Hour

// OCSP statuses without an answer, RFC 6960 section 4.2.1.
const (
	ocspMalformed    = 1
	ocspUnauthorized = 6
)

// OCSP answers a DER request about certificates of the CA whose key has this
// identifier. The CA signs by itself: there is no responder whose own certificate
// would have to be checked. A refusal is an answer too.
func (a *Authority) OCSP(ctx context.Context, keyID string, request []byte) ([]byte, error) {
	issuer, err := a.byID(ctx, keyID)
	if err != nil {
		return nil, err
	}
	asked, err := pki.ParseOCSPRequest(request)
	if err != nil {
		return pki.OCSPFailure(ocspMalformed), nil //nolint:nilerr // it is answered, as the protocol has it
	}
	now := a.clock.Now()
	t := pki.OCSPTemplate{ProducedAt: now, Nonce: asked.Nonce}
	for _, id := range asked.Certificates {
		if !id.IssuedBy(issuer.chain[0]) {
			return pki.OCSPFailure(ocspUnauthorized), nil
		}
		status, err := a.statusOf(ctx, issuer, id, now)
		if err != nil {
			return nil, err
		}
		// Like our lists, answers speak for certificates that have expired.
		t.Answers = append(t.Answers, pki.OCSPAnswer{ID: id, Status: status, ArchiveFor: issuer.key.CreatedAt})
	}
	response, err := pki.BuildOCSPResponse(ctx, t, issuer.chain[0], false, issuer.signer)
	if err != nil {
		return nil, wrap("answer about a certificate", err)
	}
	return response, nil
}

// statusOf never calls a certificate good that was not issued.
func (a *Authority) statusOf(ctx context.Context, issuer *identity, asked pki.CertID, now time.Time) (pki.Status, error) {
	status := pki.Status{State: pki.StateUnknown, ThisUpdate: now, NextUpdate: now.Add(answerLife)}
	issued, err := a.store.Issued(ctx, issuer.key.ID, asked.Serial.Text(16))
	switch {
	case hasKind(err, problem.NotFound):
		return status, nil
	case err != nil:
		return status, wrap("read certificate", err)
	case issued.RevokedAt.IsZero():
		status.State = pki.StateGood
	default:
		status.State, status.RevokedAt, status.Reason = pki.StateRevoked, issued.RevokedAt, issued.Reason
	}
	return status, nil
}
