// Package custody is the work of the role signer: it keeps seal keys for other services and signs with them. It knows
// no organization, envelope or database; documents pass through it and are not kept. How a service proves who it is,
// and what carries its requests, is decided elsewhere.
package custody

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// Figures of the role.
const (
	maxKeys     = 10_000 // of one signer
	maxSessions = 10_000 // prepared and not yet forgotten
	maxChain    = 16     // certificates of a key
	maxLabel    = 64     // characters
)

// Key is a key that a service had made here.
type Key struct {
	ID        id.ID     `json:"id"`
	Service   string    `json:"service"` // whose it is; nobody else sees it
	Label     string    `json:"label,omitempty"`
	Algorithm string    `json:"algorithm"` // as seal.Key has it
	Custodian string    `json:"custodian"` // kind
	Reference []byte    `json:"reference"`
	Public    []byte    `json:"public"`          // SubjectPublicKeyInfo, DER
	Chain     [][]byte  `json:"chain,omitempty"` // DER, leaf first; only documents that are sealed here need it
	CreatedAt time.Time `json:"created_at"`
}

// Use is one signature, for the record that an operator keeps.
type Use struct {
	Service string
	Key     id.ID
	Subject string // "attributes", "csr"
	SHA256  string // of what was signed, hex
}

// Deps are what the service stands on.
type Deps struct {
	Files      *Files
	Custodians []seal.Custodian // the first makes new keys; each opens its own
	Clock      clock.Clock
	Stamps     tsp.Source                         // nil: no time stamps can be had here
	Collector  func(now time.Time) *pki.Collector // gathers what B-LT keeps
	Record     func(context.Context, Use)         // called before each signature
}

// Service keeps keys and signs.
type Service struct {
	d Deps

	mu   sync.Mutex
	keys map[id.ID]*held
}

// held is a key, opened once it is used.
type held struct {
	key    *Key
	signer signer.Signer
}

// Open reads every key and refuses to begin where one of them cannot be opened with the key-encryption key at hand:
// better at the start than in the middle of the night.
func Open(ctx context.Context, d Deps) (*Service, error) {
	s := &Service{d: d, keys: map[id.ID]*held{}}
	list, err := d.Files.keys()
	if err != nil {
		return nil, err
	}
	for _, k := range list {
		h := &held{key: k}
		if h.signer, err = s.open(ctx, k); err != nil && problem.From(err).Code != seal.StalledSigner {
			return nil, fmt.Errorf("custody: key %s does not open (is this its key-encryption key?): %w", k.ID, err)
		}
		s.keys[k.ID] = h
	}
	return s, nil
}

func (s *Service) open(ctx context.Context, k *Key) (signer.Signer, error) {
	for _, c := range s.d.Custodians {
		if c.Kind() == k.Custodian {
			return c.Open(ctx, id.Org(k.ID), k.Reference)
		}
	}
	return nil, fmt.Errorf("custody: no custodian %q is configured", k.Custodian)
}

var (
	errNoKey     = problem.New(problem.NotFound, "no_such_key", "There is no such key.")
	errManyKeys  = problem.New(problem.Conflict, "too_many_keys", "This signer holds as many keys as it may.")
	errAlgorithm = problem.InField("/algorithm", "algorithm", "Choose P-256, P-384, RSA-2048, RSA-3072 or RSA-4096.")
)

// CreateKey makes a key for a service. The label is the service's own word for it.
func (s *Service) CreateKey(ctx context.Context, service, algorithm, label string) (*Key, error) {
	s.mu.Lock()
	full := len(s.keys) >= maxKeys
	s.mu.Unlock()
	switch {
	case full:
		return nil, errManyKeys
	case len(label) > maxLabel:
		return nil, problem.InField("/label", "too_long", "A label has at most 64 characters.")
	case !slices.Contains(Algorithms(), algorithm):
		return nil, errAlgorithm
	}
	maker := s.d.Custodians[0]
	k := &Key{ID: id.New(), Service: service, Label: label, Algorithm: algorithm, Custodian: maker.Kind(), CreatedAt: s.d.Clock.Now().UTC()}
	var pub crypto.PublicKey
	var err error
	if k.Reference, pub, err = maker.Create(ctx, id.Org(k.ID), algorithm); err != nil {
		return nil, fmt.Errorf("custody: make key: %w", err)
	}
	if k.Public, err = x509.MarshalPKIXPublicKey(pub); err != nil {
		return nil, fmt.Errorf("custody: encode public key: %w", err)
	}
	if err := s.d.Files.putKey(k); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[k.ID] = &held{key: k}
	return k, nil
}

// Algorithms lists the kinds of keys that are made.
func Algorithms() []string { return []string{"P-256", "P-384", "RSA-2048", "RSA-3072", "RSA-4096"} }

// Keys lists a service's keys, oldest first.
func (s *Service) Keys(service string) []*Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Key
	for _, h := range s.keys {
		if h.key.Service == service {
			out = append(out, h.key)
		}
	}
	slices.SortFunc(out, func(a, b *Key) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

// Key returns one of a service's keys.
func (s *Service) Key(service string, key id.ID) (*Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.keys[key]
	if h == nil || h.key.Service != service {
		return nil, errNoKey
	}
	return h.key, nil
}

// SetChain notes the certificates of a key, leaf first, under which documents are sealed here.
func (s *Service) SetChain(service string, key id.ID, chain []*x509.Certificate) (*Key, error) {
	k, err := s.Key(service, key)
	if err != nil {
		return nil, err
	}
	if len(chain) == 0 || len(chain) > maxChain {
		return nil, problem.InField("/chain", "chain", "Send the certificate and up to 15 issuers.")
	}
	if err := matches(chain[0], k.Public); err != nil {
		return nil, err
	}
	stored, err := s.d.Files.key(key) // it may have been wrapped anew since it was read
	if err != nil {
		return nil, err
	}
	fresh := *stored
	fresh.Chain = nil
	for _, c := range chain {
		fresh.Chain = append(fresh.Chain, c.Raw)
	}
	if err := s.d.Files.putKey(&fresh); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[key].key = &fresh
	return &fresh, nil
}

func matches(leaf *x509.Certificate, public []byte) error {
	pub, err := x509.ParsePKIXPublicKey(public)
	if err != nil {
		return fmt.Errorf("custody: read public key: %w", err)
	}
	if !signer.Matches(leaf, pub) {
		return problem.InField("/chain", "certificate_mismatch", "The first certificate is not of this key.")
	}
	if !pki.MaySign(leaf) {
		return problem.InField("/chain", "key_usage", "The first certificate is not for signatures.")
	}
	return nil
}

// use gives the signer of one of a service's keys.
func (s *Service) use(ctx context.Context, service string, key id.ID) (*Key, signer.Signer, error) {
	k, err := s.Key(service, key)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	ready := s.keys[key].signer
	s.mu.Unlock()
	if ready == nil {
		if ready, err = s.open(ctx, k); err != nil {
			return nil, nil, fmt.Errorf("custody: open key: %w", err)
		}
		s.mu.Lock()
		s.keys[key].signer = ready
		s.mu.Unlock()
	}
	return k, recorded{ready, s, k}, nil
}

// recorded is a key whose every use is checked and recorded, whoever in this process asks.
type recorded struct {
	signer.Signer
	s   *Service
	key *Key
}

// Sign implements signer.Signer.
func (r recorded) Sign(ctx context.Context, alg signer.Algorithm, message []byte) ([]byte, error) {
	subject, err := recognize(message, alg, r.key.Public)
	if err != nil {
		return nil, err
	}
	if r.s.d.Record != nil {
		sum := sha256.Sum256(message)
		r.s.d.Record(ctx, Use{Service: r.key.Service, Key: r.key.ID, Subject: subject, SHA256: hex.EncodeToString(sum[:])})
	}
	return r.Signer.Sign(ctx, alg, message)
}

// Sign signs what recognize knows and nothing else.
func (s *Service) Sign(ctx context.Context, service string, key id.ID, alg signer.Algorithm, message []byte) ([]byte, error) {
	_, sg, err := s.use(ctx, service, key)
	if err != nil {
		return nil, err
	}
	signature, err := sg.Sign(ctx, alg, message)
	if errors.Is(err, signer.ErrUnsupported) {
		return nil, problem.Wrap(err, problem.Invalid, "unsupported_algorithm", "The key cannot be used with this algorithm.")
	}
	return signature, err
}
