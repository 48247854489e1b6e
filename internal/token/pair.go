package token

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// certificate is one on the token.
type certificate struct {
	wire.Object
	*x509.Certificate
}

// maxIssuers bounds a chain.
const maxIssuers = 8

// pair gives a key its certificates: those of its public key, with its CKA_ID first; where the token does not show the
// public key, the certificate under its CKA_ID tells it.
func pair(k *Key, all []certificate) {
	if k.public == nil {
		for _, c := range all {
			if len(k.ID) > 0 && bytes.Equal(c.ID, k.ID) {
				k.public, k.Kind = c.PublicKey, kindOf(c.PublicKey)
				break
			}
		}
	}
	if k.public == nil {
		return
	}
	var own []certificate
	for _, c := range all {
		if signer.Matches(c.Certificate, k.public) {
			own = append(own, c)
		}
	}
	slices.SortStableFunc(own, func(a, b certificate) int { return cmp.Compare(rank(b, k), rank(a, k)) })
	for _, c := range own {
		k.Certificates = append(k.Certificates, append([]*x509.Certificate{c.Certificate}, issuers(c.Certificate, all)...))
	}
}

// rank prefers a certificate for signing, under the key's id, that lasts longest.
func rank(c certificate, k *Key) int64 {
	score := c.NotAfter.Unix()
	if bytes.Equal(c.ID, k.ID) {
		score += 1 << 40
	}
	if c.KeyUsage&(x509.KeyUsageContentCommitment|x509.KeyUsageDigitalSignature) != 0 {
		score += 1 << 41
	}
	return score
}

// issuers walks up the token's own certificates.
func issuers(cert *x509.Certificate, all []certificate) []*x509.Certificate {
	var chain []*x509.Certificate
	for len(chain) < maxIssuers && !pki.SelfIssued(cert) {
		at := slices.IndexFunc(all, func(c certificate) bool {
			return bytes.Equal(c.RawSubject, cert.RawIssuer) && cert.CheckSignatureFrom(c.Certificate) == nil
		})
		if at < 0 {
			break
		}
		cert = all[at].Certificate
		chain = append(chain, cert)
	}
	return chain
}

// kindOf names a public key as the helper would.
func kindOf(public crypto.PublicKey) string {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA-%d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}
