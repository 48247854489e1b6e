// Package esign carries the role signer over HTTP, from both ends: Gate proves to a signer which service is asking, by
// a client certificate or by a token for the one request, and Client is the custodian that core uses, which keeps seal
// keys at a signer. It decides nothing about keys or documents.
package esign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// TokenLife is the longest that a token may be good for.
const TokenLife = 2 * time.Minute

// tokenLife is what Mint gives: enough for a queue, short for a thief.
const tokenLife = time.Minute

// skew is how far the clocks of a service and a signer may differ.
const skew = 30 * time.Second

// claims are what a token says. It is good for one request: this method, path and body, at this signer.
type claims struct {
	jwt.Claims
	Method string `json:"method"`
	Path   string `json:"path"`   // with the query, as it is sent
	SHA256 string `json:"sha256"` // of the body, hex; of nothing where there is none
}

// Minter makes tokens for one service at one signer.
type Minter struct {
	service, audience string
	signer            jose.Signer
	now               func() time.Time
}

// NewMinter takes the service's name, the signer's address and the private key: Ed25519 or P-256.
func NewMinter(service, audience string, key crypto.Signer, now func() time.Time) (*Minter, error) {
	alg, err := algorithm(key.Public())
	if err != nil {
		return nil, err
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("esign: use token key: %w", err)
	}
	return &Minter{service: service, audience: audience, signer: s, now: now}, nil
}

// Mint makes the token for a request whose body has the digest; path is r.URL.RequestURI().
func (m *Minter) Mint(method, path string, bodySHA256 []byte) (string, error) {
	now := m.now()
	token, err := jwt.Signed(m.signer).Claims(claims{
		Claims: jwt.Claims{
			Subject: m.service, Audience: jwt.Audience{m.audience}, IssuedAt: jwt.NewNumericDate(now),
			Expiry: jwt.NewNumericDate(now.Add(tokenLife)), ID: rand.Text(),
		},
		Method: method, Path: path, SHA256: hex.EncodeToString(bodySHA256),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("esign: make token: %w", err)
	}
	return token, nil
}

// Authorize adds the token to a request whose body is at hand.
func (m *Minter) Authorize(r *http.Request, body io.Reader) error {
	sum := sha256.New()
	if body != nil {
		if _, err := io.Copy(sum, body); err != nil {
			return fmt.Errorf("esign: read body: %w", err)
		}
	}
	token, err := m.Mint(r.Method, r.URL.RequestURI(), sum.Sum(nil))
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return err
}

// algorithm is the one that a key signs tokens with.
func algorithm(pub crypto.PublicKey) (jose.SignatureAlgorithm, error) {
	switch key := pub.(type) {
	case ed25519.PublicKey:
		return jose.EdDSA, nil
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return jose.ES256, nil
		}
	}
	return "", errors.New("esign: a token key is Ed25519 or P-256")
}

// ParseTokenKey reads the private key of a service from PEM (PKCS#8).
func ParseTokenKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("esign: the token key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("esign: the token key is not an unencrypted PKCS#8 key")
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, errors.New("esign: the token key does not sign")
	}
	_, err = algorithm(key.Public())
	return key, err
}

// ParsePublicKey reads the public key of a service from PEM (SubjectPublicKeyInfo).
func ParsePublicKey(data []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("esign: the token key is not PEM")
	}
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, errors.New("esign: the token key is not a public key (SubjectPublicKeyInfo)")
	}
	_, err = algorithm(pub)
	return pub, err
}
