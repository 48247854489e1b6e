package seal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/signer"
)

const (
	defaultAlgorithm = "P-256"
	keyPurpose       = "seal-key"
	// renewBefore is how long before its certificate ends a key is certified again.
	renewBefore = 30 * 24 * time.Hour
	// keyTries bounds the races with another process that makes the same key.
	keyTries = 3
)

// Identity returns the organization's seal key, made and certified now where there is none or another algorithm
// was chosen, and certified again where the public address changed or the certificate is about to end. Earlier
// seals keep the certificates that they carry.
func (s *Service) Identity(ctx context.Context, org id.Org) (*Identity, error) {
	algorithm, err := s.algorithm(ctx, org)
	if err != nil {
		return nil, err
	}
	for range keyTries {
		key, err := s.d.Keys.SealKey(ctx, org)
		if err != nil && problem.KindOf(err) != problem.NotFound {
			return nil, fmt.Errorf("seal: load key: %w", err)
		}
		if err == nil {
			ready, err := s.ready(ctx, key, algorithm)
			if ready != nil || err != nil {
				return ready, err
			}
		}
		if err := s.makeKey(ctx, org, key, algorithm); err != nil && problem.KindOf(err) != problem.Conflict {
			return nil, err
		}
	}
	return nil, problem.New(problem.Conflict, "seal_key", "Somebody else is changing the seal key; try again.")
}

func (s *Service) algorithm(ctx context.Context, org id.Org) (string, error) {
	name, err := s.d.Organizations.SealAlgorithm(ctx, org)
	if err != nil {
		return "", fmt.Errorf("seal: choose algorithm: %w", err)
	}
	if name == "" {
		name = defaultAlgorithm
	}
	return name, nil
}

// ready opens a stored key, from memory where it was opened before. It returns nil where the key has to be
// made or certified again.
func (s *Service) ready(ctx context.Context, key *Key, algorithm string) (*Identity, error) {
	if key.PublicURL != s.d.PublicURL() || key.Algorithm != algorithm {
		return nil, nil
	}
	s.mu.Lock()
	known := s.identities[key.Org]
	s.mu.Unlock()
	if known == nil || known.KeyID != key.ID {
		var err error
		if known, err = s.open(ctx, key); err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.identities[key.Org] = known
		s.mu.Unlock()
	}
	if s.d.Clock.Now().Add(renewBefore).After(known.Chain[0].NotAfter) {
		return nil, nil
	}
	return known, nil
}

func (s *Service) open(ctx context.Context, key *Key) (*Identity, error) {
	private, err := s.private(ctx, key)
	if err != nil {
		return nil, err
	}
	sg, err := signer.FromKey(private)
	if err != nil {
		return nil, fmt.Errorf("seal: use key: %w", err)
	}
	ident := &Identity{KeyID: key.ID, Signer: sg}
	for _, der := range key.Chain {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("seal: read chain: %w", err)
		}
		ident.Chain = append(ident.Chain, cert)
	}
	if len(ident.Chain) == 0 {
		return nil, errors.New("seal: key without a certificate")
	}
	return ident, nil
}

func (s *Service) private(ctx context.Context, key *Key) (crypto.Signer, error) {
	der, err := s.d.Keyring.Unwrap(ctx, key.Org, keyPurpose, key.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("seal: unwrap key: %w", err)
	}
	defer clear(der)
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("seal: read key: %w", err)
	}
	private, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("seal: read key: %T does not sign", parsed)
	}
	return private, nil
}

// makeKey stores a certified key in place of old, which may be nil. The private part of old goes on where it is
// of the algorithm.
func (s *Service) makeKey(ctx context.Context, org id.Org, old *Key, algorithm string) error {
	key, private, err := s.keyMaterial(ctx, org, old, algorithm)
	if err != nil {
		return err
	}
	name, err := s.d.Organizations.OrganizationName(ctx, org)
	if err != nil {
		return fmt.Errorf("seal: name organization: %w", err)
	}
	chain, err := s.d.Authority.IssueSeal(ctx, org, name, private.Public())
	if err != nil {
		return fmt.Errorf("seal: certify key: %w", err)
	}
	for _, cert := range chain {
		key.Chain = append(key.Chain, cert.Raw)
	}
	replaces := id.ID("")
	if old != nil {
		replaces = old.ID
	}
	if err := s.d.Keys.PutSealKey(ctx, key, replaces); err != nil {
		return fmt.Errorf("seal: store key: %w", err)
	}
	return nil
}

func (s *Service) keyMaterial(ctx context.Context, org id.Org, old *Key, algorithm string) (*Key, crypto.Signer, error) {
	key := &Key{ID: id.New(), Org: org, Algorithm: algorithm, PublicURL: s.d.PublicURL(), Current: true, CreatedAt: s.d.Clock.Now()}
	if old != nil && old.Algorithm == algorithm {
		private, err := s.private(ctx, old)
		key.Wrapped = old.Wrapped
		return key, private, err
	}
	private, err := generate(algorithm)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: encode key: %w", err)
	}
	defer clear(der)
	if key.Wrapped, err = s.d.Keyring.Wrap(ctx, org, keyPurpose, der); err != nil {
		return nil, nil, fmt.Errorf("seal: wrap key: %w", err)
	}
	return key, private, nil
}

// rsaBits are the RSA sizes on offer.
var rsaBits = map[string]int{"RSA-2048": 2048, "RSA-3072": 3072, "RSA-4096": 4096}

func generate(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case "P-256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	}
	if bits, ok := rsaBits[algorithm]; ok {
		return rsa.GenerateKey(rand.Reader, bits)
	}
	return nil, problem.InField("/seal_algorithm", "algorithm", "Choose P-256, P-384, RSA-2048, RSA-3072 or RSA-4096.")
}

// Keys lists the keys that the organization has sealed with, newest first; the current one is made where there is none.
func (s *Service) Keys(ctx context.Context, org id.Org) ([]*Key, error) {
	if _, err := s.Identity(ctx, org); err != nil {
		return nil, err
	}
	keys, err := s.d.Keys.SealKeys(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("seal: list keys: %w", err)
	}
	return keys, nil
}
