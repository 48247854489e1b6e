package pki

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
)

// CRLTemplate is what a CRL says.
type CRLTemplate struct {
	Number     *big.Int
	ThisUpdate time.Time
	NextUpdate time.Time
	Revoked    []Revoked
	// ExpiredSince, where set, promises that certificates which expired at or
	// after it stay on the list (expiredCertsOnCRL, X.509 section 9.5.2.8):
	// without it a list says nothing about certificates that have expired.
	ExpiredSince time.Time
}

// Revoked is an entry of a CRL.
type Revoked struct {
	Serial *big.Int
	At     time.Time
	Reason int // RFC 5280 section 5.3.1
}

func oidExpiredCertsOnCRL() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, 60} }

// BuildCRL signs a complete CRL and returns its DER. The issuer must carry a
// subject key identifier and the cRLSign usage.
func BuildCRL(ctx context.Context, template CRLTemplate, issuer *x509.Certificate, s signer.Signer) ([]byte, error) {
	if !signer.Matches(issuer, s.Public()) {
		return nil, fmt.Errorf("%w: the signer is not the issuer's key", ErrUsage)
	}
	key, err := newSigningKey(ctx, s)
	if err != nil {
		return nil, err
	}
	list := &x509.RevocationList{
		SignatureAlgorithm: key.x509,
		Number:             template.Number,
		ThisUpdate:         template.ThisUpdate.UTC().Truncate(time.Second),
		NextUpdate:         template.NextUpdate.UTC().Truncate(time.Second),
	}
	for _, r := range template.Revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: r.Serial, RevocationTime: r.At.UTC().Truncate(time.Second), ReasonCode: r.Reason,
		})
	}
	if !template.ExpiredSince.IsZero() {
		ext, err := expiredCertsExtension(template.ExpiredSince)
		if err != nil {
			return nil, err
		}
		list.ExtraExtensions = append(list.ExtraExtensions, ext)
	}
	out, err := x509.CreateRevocationList(noRandom{}, list, issuer, key)
	if err != nil {
		return nil, fmt.Errorf("pki: build CRL: %w", err)
	}
	return out, nil
}

func expiredCertsExtension(since time.Time) (pkix.Extension, error) {
	var b cryptobyte.Builder
	b.AddASN1GeneralizedTime(since.UTC().Truncate(time.Second))
	value, err := b.Bytes()
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("pki: build CRL: %w", err)
	}
	return pkix.Extension{Id: oidExpiredCertsOnCRL(), Value: value}, nil
}
