package validate

import (
	"errors"
	"time"

	"github.com/consigil/consigil/cms"
)

// checkTimestamps: each time stamp that a signature carries must be good, or
// it proves no time. EN 319 102-1 section 5.4.
func checkTimestamps(e *evidence) []finding {
	if !e.layout.sound() {
		return nil
	}
	var out []finding
	for _, t := range e.tokens {
		if t.judged && t.verdict != nil {
			out = append(out, *t.verdict)
		}
	}
	if len(e.tokens) == 0 && !e.proven && e.verified != nil {
		out = append(out, warning("no_timestamp", "No time stamp proves when the signature was made."))
	}
	return out
}

// checkToken judges one token at the moment by which it is known to exist.
func checkToken(t *token, proof moment) *finding {
	f := func(sub SubIndication, code, text string) *finding {
		out := undecided(sub, code, text)
		return &out
	}
	switch {
	case errors.Is(t.err, cms.ErrAlgorithm):
		return f(CryptoConstraintsFailure, "timestamp_algorithm", "The time stamp's algorithm is not supported.")
	case t.err != nil:
		return f(SigConstraintsFailure, "timestamp", "The time stamp is damaged or belongs to something else.")
	case t.time.After(proof.at.Add(clockSkew)):
		return f(TimestampOrderFailure, "timestamp_future", "The time stamp is from the future.")
	case t.weak || weakPath(t.chain.path):
		return f(CryptoConstraintsFailure, "timestamp_algorithm", "The time stamp uses an algorithm that is no longer safe.")
	}
	for _, found := range chainFindings(t.chain, sighting{at: proof.at}) {
		found.code = "timestamp_" + found.code
		found.text = "Time stamp: " + found.text
		return &found
	}
	return nil
}

// sighting is when something is known to have existed, and, where known, the
// time before which it did not.
type sighting struct {
	at        time.Time
	proven    bool
	notBefore time.Time
}
