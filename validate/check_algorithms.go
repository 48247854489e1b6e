package validate

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
)

// minRSABits is what ETSI TS 119 312 asks of RSA keys that are in use today.
const minRSABits = 2048

// checkAlgorithms: what can be forged today proves nothing today. EN 319 102-1
// section 5.2.8; ETSI TS 119 312.
func checkAlgorithms(e *evidence) []finding {
	if e.verified == nil {
		return nil
	}
	var out []finding
	if weakHash(e.verified.Digest) || e.verified.Signer.SignatureAlgorithm.Algorithm.Legacy() {
		out = append(out, undecided(CryptoConstraintsFailure, "weak_hash", "The signature uses a digest that is no longer safe."))
	}
	if weakKey(e.verified.Certificate.PublicKey) {
		out = append(out, undecided(CryptoConstraintsFailure, "weak_key", "The signer's key is too short."))
	}
	if len(e.chain.path) > 0 && weakPath(e.chain.path) {
		out = append(out, undecided(CryptoConstraintsFailure, "weak_chain", "A certificate of the chain uses an algorithm that is no longer safe."))
	}
	return out
}

func weakHash(h crypto.Hash) bool {
	return h == crypto.MD5 || h == crypto.SHA1
}

func weakKey(pub crypto.PublicKey) bool {
	key, ok := pub.(*rsa.PublicKey)
	return ok && key.N.BitLen() < minRSABits
}

// weakPath looks at the issuers' keys and signatures, but not at the anchor's
// own signature, which nobody relies on.
func weakPath(path []*x509.Certificate) bool {
	for i, c := range path {
		if i > 0 && weakKey(c.PublicKey) {
			return true
		}
		if i == len(path)-1 {
			break
		}
		switch c.SignatureAlgorithm {
		case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
			return true
		}
	}
	return false
}
