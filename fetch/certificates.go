package fetch

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/consigil/consigil/cms"
)

// maxCertificates bounds what one issuer answer may hold.
const maxCertificates = 32

func parseCertificates(body []byte) ([]*x509.Certificate, error) {
	if bytes.Contains(body[:min(len(body), 4096)], []byte("-----BEGIN ")) {
		return parsePEMCertificates(body)
	}
	if certs, err := x509.ParseCertificates(body); err == nil {
		return certs, nil
	}
	data, err := cms.Parse(body)
	if err != nil || len(data.Certificates) == 0 {
		return nil, fmt.Errorf("%w: not a certificate", ErrAnswer)
	}
	return data.Certificates, nil
}

func parsePEMCertificates(body []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for block, rest := pem.Decode(body); block != nil && len(certs) < maxCertificates; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: not a certificate", ErrAnswer)
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return nil, fmt.Errorf("%w: no certificate", ErrAnswer)
	}
	return certs, nil
}

func unwrapPEM(body []byte, kind string) []byte {
	if block, _ := pem.Decode(body); block != nil && block.Type == kind {
		return block.Bytes
	}
	return body
}
