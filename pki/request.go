package pki

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/consigil/consigil/signer"
)

// Request signs a certification request (PKCS#10, RFC 2986) for a key, wherever it is kept, and returns its DER. Of
// the template, subject, subject alternative names and further extensions are used.
func Request(ctx context.Context, template *x509.CertificateRequest, s signer.Signer) ([]byte, error) {
	key, err := newSigningKey(ctx, s)
	if err != nil {
		return nil, err
	}
	filled := *template
	filled.SignatureAlgorithm = key.x509
	raw, err := x509.CreateCertificateRequest(noRandom{}, &filled, key)
	if err != nil {
		return nil, fmt.Errorf("pki: certification request: %w", err)
	}
	return raw, nil
}
