package signer

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"
)

// Limits of what the readers of this file accept.
const (
	MaxKeyFile      = 64 << 10 // octets of a PEM private key file
	MaxPKCS12       = 1 << 20  // octets of a PKCS#12 file
	MaxCertificates = 1 << 20  // octets of a PEM certificate file
)

// ErrMalformed reports a file that holds no key or certificate of a form
// that is understood.
var ErrMalformed = errors.New("signer: malformed key or certificate")

// ErrPassword reports a wrong password of a PKCS#12 file.
var ErrPassword = errors.New("signer: wrong password")

// ErrEncryptedKey reports an encrypted PEM key: only PKCS#12 may carry a
// password.
var ErrEncryptedKey = errors.New("signer: encrypted PEM key")

// ParsePrivateKeyPEM reads the first private key of a PEM file: PKCS#8,
// PKCS#1 or SEC 1.
func ParsePrivateKeyPEM(data []byte) (crypto.Signer, error) {
	key, err := ParseDecryptionKeyPEM(data)
	if err != nil {
		return nil, err
	}
	signing, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: key of type %T", ErrUnsupported, key)
	}
	return signing, nil
}

// ParseDecryptionKeyPEM is ParsePrivateKeyPEM for keys that need not sign, such
// as an *ecdh.PrivateKey on X25519.
func ParseDecryptionKeyPEM(data []byte) (crypto.PrivateKey, error) {
	if len(data) > MaxKeyFile {
		return nil, fmt.Errorf("%w: key file over %d octets", ErrMalformed, MaxKeyFile)
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "ENCRYPTED PRIVATE KEY":
			return nil, ErrEncryptedKey
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return nil, ErrEncryptedKey
			}
			return parseKey(block.Type, block.Bytes)
		}
	}
	return nil, fmt.Errorf("%w: no private key in the file", ErrMalformed)
}

func parseKey(kind string, data []byte) (crypto.PrivateKey, error) {
	var key any
	var err error
	switch kind {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(data)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(data)
	default:
		key, err = x509.ParsePKCS8PrivateKey(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return key, nil
}

// ParseCertificatesPEM reads every certificate of a PEM file, in order. A
// single DER certificate is taken as well.
func ParseCertificatesPEM(data []byte) ([]*x509.Certificate, error) {
	if len(data) > MaxCertificates {
		return nil, fmt.Errorf("%w: certificate file over %d octets", ErrMalformed, MaxCertificates)
	}
	var certs []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		certs = append(certs, cert)
	}
	if len(certs) > 0 {
		return certs, nil
	}
	cert, err := x509.ParseCertificate(data)
	if err != nil {
		return nil, fmt.Errorf("%w: no certificate in the file", ErrMalformed)
	}
	return []*x509.Certificate{cert}, nil
}

// ParsePKCS12 reads key, certificate and chain of a PKCS#12 file. The chain
// is what the file holds beside the certificate, in the file's order.
func ParsePKCS12(data []byte, password string) (key crypto.Signer, cert *x509.Certificate, chain []*x509.Certificate, err error) {
	if len(data) > MaxPKCS12 {
		return nil, nil, nil, fmt.Errorf("%w: PKCS#12 over %d octets", ErrMalformed, MaxPKCS12)
	}
	if err := checkIterations(data); err != nil {
		return nil, nil, nil, err
	}
	raw, cert, chain, err := pkcs12.DecodeChain(data, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, nil, nil, ErrPassword
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	key, ok := raw.(crypto.Signer)
	if !ok {
		return nil, nil, nil, fmt.Errorf("%w: key of type %T", ErrUnsupported, raw)
	}
	if !Matches(cert, key.Public()) {
		return nil, nil, nil, fmt.Errorf("%w: certificate does not belong to the key", ErrMalformed)
	}
	return key, cert, chain, nil
}

// Matches reports whether the certificate certifies this public key.
func Matches(cert *x509.Certificate, pub crypto.PublicKey) bool {
	if known, ok := cert.PublicKey.(*rsa.PublicKey); ok {
		key, ok := pub.(*rsa.PublicKey) // its Equal copies the numbers
		return ok && known.E == key.E && known.N.Cmp(key.N) == 0
	}
	known, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && known.Equal(pub)
}
