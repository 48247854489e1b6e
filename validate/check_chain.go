package validate

import (
	"errors"

	"github.com/consigil/consigil/pki"
)

// checkChain: a path to an anchor that held when the signature was made. EN 319
// 102-1 sections 5.2.6 and 5.5.
func checkChain(e *evidence) []finding {
	if e.verified == nil || !e.layout.sound() || e.chain.err == nil {
		return nil
	}
	return []finding{pathFinding(e.chain, e.sighting(), e.verified.Certificate.NotAfter.Before(e.notBefore))}
}

func (e *evidence) sighting() sighting {
	return sighting{at: e.best, proven: e.proven, notBefore: e.notBefore}
}

// chainFindings judges a path and its revocation together.
func chainFindings(c chain, seen sighting) []finding {
	if c.err != nil {
		return []finding{pathFinding(c, seen, false)}
	}
	return revocationFindings(c, seen)
}

// pathFinding says why there is no path. late tells that the signature is
// proven to be younger than the certificate's end.
func pathFinding(c chain, seen sighting, late bool) finding {
	switch {
	case errors.Is(c.err, pki.ErrExpired) && late:
		return failed(Expired, "expired", "The signature was made after its certificate had expired.")
	case errors.Is(c.err, pki.ErrExpired):
		return undecided(OutOfBoundsNoPOE, "expired", "A certificate of the chain had expired, and nothing proves that the signature is older.")
	case errors.Is(c.err, pki.ErrNotYetValid) && seen.proven:
		return failed(NotYetValid, "not_yet_valid", "The signature was made before its certificate was valid.")
	case errors.Is(c.err, pki.ErrNotYetValid):
		return undecided(OutOfBoundsNoPOE, "not_yet_valid", "A certificate of the chain is not valid yet.")
	case errors.Is(c.err, pki.ErrNoAnchor), errors.Is(c.err, pki.ErrSignature):
		return undecided(NoCertificateChainFound, "no_chain", "No chain leads to a trusted certificate.")
	case errors.Is(c.err, pki.ErrConstraints), errors.Is(c.err, pki.ErrUsage), errors.Is(c.err, pki.ErrPolicy):
		return undecided(ChainConstraintsFailure, "chain_constraints", "A certificate of the chain may not be used like this.")
	}
	return undecided(ChainGeneralFailure, "chain", "The certificate chain does not verify.")
}
