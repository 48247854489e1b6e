package seal

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

const (
	defaultAlgorithm = "P-256"
	// KeyPurpose is for what keyrings wrap private keys.
	KeyPurpose = "seal-key"
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
	custodian, err := s.custodian(key)
	if err != nil { // not replaced: another process, which reaches it, would replace it back
		return nil, err
	}
	if key.Source == Imported {
		return s.readyImported(ctx, custodian, key)
	}
	if key.PublicURL != s.d.PublicURL() || key.Algorithm != algorithm || custodian.Kind() != s.maker().Kind() {
		return nil, nil
	}
	known, err := s.opened(ctx, custodian, key)
	if err != nil {
		return nil, err
	}
	if s.d.Clock.Now().Add(leadOf(known.Chain[0])).After(known.Chain[0].NotAfter) {
		return nil, nil
	}
	return known, nil
}

// leadOf is how long before its end a certificate is replaced: a third of its life where that is short.
func leadOf(cert *x509.Certificate) time.Duration {
	return min(renewBefore, cert.NotAfter.Sub(cert.NotBefore)/3)
}

// readyImported never makes a key in place of one that was brought in, unless that has expired and the organization
// chose so.
func (s *Service) readyImported(ctx context.Context, custodian Custodian, key *Key) (*Identity, error) {
	known, err := s.opened(ctx, custodian, key)
	if err != nil || s.d.Clock.Now().Before(known.Chain[0].NotAfter) {
		return known, err
	}
	policy, err := s.d.Organizations.SealPolicy(ctx, key.Org)
	if err != nil {
		return nil, fmt.Errorf("seal: read policy: %w", err)
	}
	if policy.Fallback {
		return nil, nil
	}
	return nil, problem.Wrap(errExpired, problem.Unavailable, "seal_certificate_expired",
		"The certificate of the seal has expired. Bring in its successor, or seal with the built-in one.")
}

// opened is the key ready to sign, from memory where it was opened before.
func (s *Service) opened(ctx context.Context, custodian Custodian, key *Key) (*Identity, error) {
	s.mu.Lock()
	known := s.identities[key.Org]
	s.mu.Unlock()
	if known != nil && known.KeyID == key.ID {
		return known, nil
	}
	known, err := s.open(ctx, custodian, key)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identities[key.Org] = known
	return known, nil
}

func (s *Service) open(ctx context.Context, custodian Custodian, key *Key) (*Identity, error) {
	sg, err := custodian.Open(ctx, key.Org, key.Reference)
	if err != nil {
		return nil, err
	}
	ident := &Identity{KeyID: key.ID, Signer: sg, Imported: key.Source == Imported}
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

// makeKey stores a certified key in place of old, which may be nil. The private part of old goes on where it is
// of the algorithm.
func (s *Service) makeKey(ctx context.Context, org id.Org, old *Key, algorithm string) error {
	key, pub, err := s.keyMaterial(ctx, org, old, algorithm)
	if err != nil {
		return err
	}
	name, err := s.d.Organizations.OrganizationName(ctx, org)
	if err != nil {
		return fmt.Errorf("seal: name organization: %w", err)
	}
	chain, err := s.d.Authority.IssueSeal(ctx, org, name, pub)
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
	return s.forget(ctx, old, key)
}

// forget erases a software key whose place one of another custodian has taken: who moves seal keys out of the
// store wants none left in it. What it sealed needs its certificate alone.
func (s *Service) forget(ctx context.Context, old, now *Key) error {
	if old == nil || old.Custodian != CustodySoftware || now.Custodian == CustodySoftware {
		return nil
	}
	bare := *old
	bare.Current, bare.Reference = false, []byte{}
	if err := s.d.Keys.PutSealKey(ctx, &bare, ""); err != nil {
		return fmt.Errorf("seal: erase the key that was moved: %w", err)
	}
	return nil
}

// keyMaterial is a key without a certificate: old's where it is of the algorithm and of the custodian of new keys.
func (s *Service) keyMaterial(ctx context.Context, org id.Org, old *Key, algorithm string) (*Key, crypto.PublicKey, error) {
	maker := s.maker()
	key := &Key{
		ID: id.New(), Org: org, Algorithm: algorithm, Custodian: maker.Kind(), PublicURL: s.d.PublicURL(), Current: true, CreatedAt: s.d.Clock.Now(), Source: Issued,
	}
	if old == nil || old.Source == Imported || old.Algorithm != algorithm || old.Custodian != key.Custodian {
		reference, pub, err := maker.Create(ctx, org, algorithm)
		key.Reference = reference
		return key, pub, err
	}
	key.Reference = old.Reference
	leaf, err := x509.ParseCertificate(old.Chain[0])
	if err != nil {
		return nil, nil, fmt.Errorf("seal: read chain: %w", err)
	}
	return key, leaf.PublicKey, nil
}

// Keys lists the keys that the organization has sealed with, newest first; the current one is made where there is none.
func (s *Service) Keys(ctx context.Context, org id.Org) ([]*Key, error) {
	if _, err := s.Identity(ctx, org); err != nil && !errors.Is(err, errExpired) {
		return nil, err
	}
	keys, err := s.d.Keys.SealKeys(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("seal: list keys: %w", err)
	}
	return keys, nil
}
