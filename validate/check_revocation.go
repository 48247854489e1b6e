package validate

import (
	"crypto/x509"
	"errors"
	"strconv"

	"github.com/consigil/consigil/pki"
)

// checkRevocation: no certificate of the path was revoked when the signature
// was made. EN 319 102-1 sections 5.2.6.4 and 5.5.4.
func checkRevocation(e *evidence) []finding {
	if e.verified == nil || !e.layout.sound() || e.chain.err != nil {
		return nil
	}
	return revocationFindings(e.chain, e.sighting())
}

func revocationFindings(c chain, seen sighting) []finding {
	var out []finding
	for i, fact := range c.facts {
		if f, bad := revocationFinding(fact, i > 0, seen); bad {
			out = append(out, f)
		}
	}
	return out
}

func revocationFinding(r revocation, authority bool, seen sighting) (finding, bool) {
	switch {
	case errors.Is(r.err, pki.ErrStale), errors.Is(r.err, pki.ErrNotYetIssued):
		return undecided(TryLater, "revocation_stale", "What is known of the revocation of the certificate "+nameOf(r.cert)+" is out of date."), true
	case r.err != nil:
		return undecided(ChainGeneralFailure, "revocation_unknown", "Neither a revocation list nor a responder says whether the certificate "+nameOf(r.cert)+" was revoked."), true
	case r.status.State == pki.StateGood:
		return finding{}, false
	case r.status.State != pki.StateRevoked:
		return undecided(TryLater, "revocation_unknown", "The responder does not know the certificate "+nameOf(r.cert)+"."), true
	case r.status.Reason == pki.ReasonCertificateHold:
		return undecided(TryLater, "on_hold", "The certificate "+nameOf(r.cert)+" is on hold."), true
	case authority:
		return undecided(RevokedCANoPOE, "ca_revoked", "The certificate authority "+nameOf(r.cert)+" was revoked."), true
	case !seen.notBefore.IsZero() && !r.status.RevokedAt.After(seen.notBefore):
		return failed(Revoked, "revoked", "The signature was made after its certificate had been revoked."), true
	}
	return undecided(RevokedNoPOE, "revoked", "The certificate "+nameOf(r.cert)+" was revoked, and nothing proves that the signature is older."), true
}

// nameOf is what people call a certificate.
func nameOf(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return strconv.Quote(c.Subject.CommonName)
	}
	return strconv.Quote(c.Subject.String())
}
