package authority

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// load reads every key of the store.
func (a *Authority) load(ctx context.Context) error {
	keys, err := a.store.AuthorityKeys(ctx)
	if err != nil {
		return wrap("read keys", err)
	}
	for _, k := range keys {
		held, err := a.unwrap(ctx, k)
		if err != nil {
			return err
		}
		a.identities[k.Role] = held
	}
	return nil
}

// unwrap makes a stored key ready to sign.
func (a *Authority) unwrap(ctx context.Context, k Key) (*identity, error) {
	plain, err := a.keyring.Unwrap(ctx, k.Wrapped)
	if err != nil {
		return nil, wrap("decrypt key", err)
	}
	defer clear(plain)
	parsed, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, wrap("read key", err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("authority: read key: type %T", parsed)
	}
	chain, err := parseChain(k.Chain)
	if err != nil {
		return nil, err
	}
	return a.identity(k, key, chain)
}

func parseChain(raw [][]byte) ([]*x509.Certificate, error) {
	chain := make([]*x509.Certificate, 0, len(raw))
	for _, r := range raw {
		cert, err := x509.ParseCertificate(r)
		if err != nil {
			return nil, wrap("read certificate", err)
		}
		chain = append(chain, cert)
	}
	return chain, nil
}

// identity checks that key and certificate belong together.
func (a *Authority) identity(k Key, key crypto.Signer, chain []*x509.Certificate) (*identity, error) {
	if len(chain) == 0 || !signer.Matches(chain[0], key.Public()) {
		return nil, fmt.Errorf("authority: certificate of the %s key is not its own", k.Role)
	}
	s, err := signer.FromKey(key)
	if err != nil {
		return nil, wrap("use key", err)
	}
	held := &identity{key: k, signer: s, chain: chain}
	if k.Role == RoleTSA {
		held.tsa = a.newTSA(held)
	}
	return held, nil
}

func (a *Authority) newTSA(held *identity) *tsp.Authority {
	return &tsp.Authority{
		Signer: held.signer, Certificate: held.chain[0], Chain: held.chain[1:], Policy: a.config.Policy,
		Serial: newSerial, Clock: a.believed, Accuracy: a.config.Accuracy,
	}
}

// believed is the time, or none where the clock is not to be believed.
func (a *Authority) believed() time.Time {
	if a.config.Trusted != nil && a.config.Trusted() != nil {
		return time.Time{}
	}
	return a.clock.Now()
}

// create makes the key of a role and stores it. Where another process was
// first, its key is taken.
func (a *Authority) create(ctx context.Context, role Role) (*identity, error) {
	key, err := generate(a.config.Algorithm)
	if err != nil {
		return nil, err
	}
	keyID, err := pki.KeyIdentifier(key.Public())
	if err != nil {
		return nil, wrap("name key", err)
	}
	wrapped, err := a.wrapKey(ctx, key)
	if err != nil {
		return nil, err
	}
	k := Key{
		ID: hex.EncodeToString(keyID), Role: role, Algorithm: a.config.Algorithm, Wrapped: wrapped,
		PublicURL: a.publicURL(), CreatedAt: a.clock.Now(),
	}
	chain, err := a.certify(ctx, k, key)
	if err != nil {
		return nil, err
	}
	k.Chain = rawChain(chain)
	held, err := a.identity(k, key, chain)
	if err != nil {
		return nil, err
	}
	err = a.store.InsertAuthorityKey(ctx, k)
	if isConflict(err) {
		return a.adopt(ctx, role)
	}
	if err != nil {
		return nil, wrap("store key", err)
	}
	a.identities[role] = held
	return held, nil
}

// adopt takes the key that another process stored.
func (a *Authority) adopt(ctx context.Context, role Role) (*identity, error) {
	if err := a.load(ctx); err != nil {
		return nil, err
	}
	held := a.identities[role]
	if held == nil {
		return nil, fmt.Errorf("authority: the %s key is there and is not", role)
	}
	return held, nil
}

func (a *Authority) wrapKey(ctx context.Context, key crypto.Signer) ([]byte, error) {
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, wrap("encode key", err)
	}
	defer clear(plain)
	wrapped, err := a.keyring.Wrap(ctx, plain)
	if err != nil {
		return nil, wrap("encrypt key", err)
	}
	return wrapped, nil
}

// renew issues the certificate of a key again, under the issuer as it stands
// now, and stores it.
func (a *Authority) renew(ctx context.Context, held *identity) (*identity, error) {
	k := held.key
	k.PublicURL = a.publicURL()
	chain, err := a.certify(ctx, k, publicOnly{held.signer.Public()})
	if err != nil {
		return nil, err
	}
	k.Chain = rawChain(chain)
	if err := a.store.UpdateAuthorityKey(ctx, k); err != nil {
		return nil, wrap("store certificate", err)
	}
	fresh := &identity{key: k, signer: held.signer, chain: chain}
	if k.Role == RoleTSA {
		fresh.tsa = a.newTSA(fresh)
	}
	a.identities[k.Role] = fresh
	return fresh, nil
}

// publicOnly stands for a key of which the public half is enough.
type publicOnly struct{ public crypto.PublicKey }

func (p publicOnly) Public() crypto.PublicKey { return p.public }

// publicKey is what certify needs of a key.
type publicKey interface{ Public() crypto.PublicKey }

func rawChain(chain []*x509.Certificate) [][]byte {
	raw := make([][]byte, 0, len(chain))
	for _, c := range chain {
		raw = append(raw, c.Raw)
	}
	return raw
}

// generate makes a private key.
func generate(algorithm string) (crypto.Signer, error) {
	var key crypto.Signer
	var err error
	switch algorithm {
	case "P-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "RSA-2048":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "RSA-3072":
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	case "RSA-4096":
		key, err = rsa.GenerateKey(rand.Reader, 4096)
	default:
		return nil, problem.New(problem.Invalid, "key_algorithm", "Choose P-256, P-384, RSA-2048, RSA-3072 or RSA-4096.")
	}
	if err != nil {
		return nil, wrap("make key", err)
	}
	return key, nil
}

func isConflict(err error) bool { return hasKind(err, problem.Conflict) }

func hasKind(err error, kind problem.Kind) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Kind == kind
}
