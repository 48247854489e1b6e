package seal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/signer"
)

// The kinds of custodians. They stand in the rows of keys, so they never change.
const (
	CustodySoftware = "software" // PKCS#8, wrapped by the keyring
	CustodyRemote   = "remote"   // at a process of role signer
	CustodyToken    = "token"    // on a PKCS#11 token
)

// Custodian keeps the private halves of seal keys. Implementations are safe for concurrent use; where what they
// reach is down for the moment they return the problem of Unavailable, and the document waits.
type Custodian interface {
	// Kind is one of the kinds above.
	Kind() string
	// Create makes a key of the algorithm (see Key) and returns the reference by which Open finds it again. The
	// reference is stored in the clear: a custodian that holds the key in it encrypts it.
	Create(ctx context.Context, org id.Org, algorithm string) (reference []byte, pub crypto.PublicKey, err error)
	// Open returns the key of a reference that Create made for the same organization.
	Open(ctx context.Context, org id.Org, reference []byte) (signer.Signer, error)
}

// Unavailable is the problem of a custodian that cannot be reached at the moment: nothing is wrong with the key.
func Unavailable(cause error) error {
	return problem.Wrap(cause, problem.Unavailable, StalledSigner, "What keeps the seal key cannot be reached at the moment.")
}

// Importer is a custodian that takes keys made elsewhere.
type Importer interface {
	// Import keeps a key and returns its reference.
	Import(ctx context.Context, org id.Org, key crypto.Signer) (reference []byte, err error)
}

// software keeps keys as wrapped PKCS#8 in their references.
type software struct{ keyring Keyring }

// Software is the custodian that keeps keys in the store, wrapped by the organization's key. It imports, too.
func Software(keyring Keyring) Custodian { return software{keyring} }

func (software) Kind() string { return CustodySoftware }

func (c software) Create(ctx context.Context, org id.Org, algorithm string) ([]byte, crypto.PublicKey, error) {
	key, err := Generate(algorithm)
	if err != nil {
		return nil, nil, err
	}
	reference, err := c.Import(ctx, org, key)
	return reference, key.Public(), err
}

// Import implements Importer.
func (c software) Import(ctx context.Context, org id.Org, key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("seal: encode key: %w", err)
	}
	defer clear(der)
	reference, err := c.keyring.Wrap(ctx, org, KeyPurpose, der)
	if err != nil {
		return nil, fmt.Errorf("seal: wrap key: %w", err)
	}
	return reference, nil
}

func (c software) Open(ctx context.Context, org id.Org, reference []byte) (signer.Signer, error) {
	der, err := c.keyring.Unwrap(ctx, org, KeyPurpose, reference)
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
	key, err := signer.FromKey(private)
	if err != nil {
		return nil, fmt.Errorf("seal: use key: %w", err)
	}
	return key, nil
}

// rsaBits are the RSA sizes on offer.
var rsaBits = map[string]int{"RSA-2048": 2048, "RSA-3072": 3072, "RSA-4096": 4096}

// Generate makes a software key of one of the algorithms that Key names.
func Generate(algorithm string) (crypto.Signer, error) {
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

// maker is the custodian of new keys.
func (s *Service) maker() Custodian { return s.d.Custodians[0] }

// custodian finds who keeps a key.
func (s *Service) custodian(key *Key) (Custodian, error) {
	for _, c := range s.d.Custodians {
		if c.Kind() == key.Custodian {
			return c, nil
		}
	}
	return nil, fmt.Errorf("seal: key %s is kept by custodian %q, which this process is not configured to reach", key.ID, key.Custodian)
}
