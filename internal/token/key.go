package token

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/signer"
)

// Key is a private key on the token. It implements signer.Signer and is safe for concurrent use.
type Key struct {
	client *Client
	public crypto.PublicKey

	wire.Key
	// Certificates are those of this key, the one to sign with first, each with what issuers the token has beside it.
	Certificates [][]*x509.Certificate
}

var _ signer.Signer = (*Key)(nil)

// Public is the public key.
func (k *Key) Public() crypto.PublicKey { return k.public }

// Sign signs message. It is hashed here, so that the token can choose no other hash, and what the token gives is checked
// against the public key and the algorithm before anybody sees it.
func (k *Key) Sign(ctx context.Context, alg signer.Algorithm, message []byte) ([]byte, error) {
	r, err := k.request(alg, message)
	if err != nil {
		return nil, err
	}
	answer, err := k.client.callFor(ctx, r, isGoneFromHere)
	if err != nil {
		return nil, err
	}
	if err := signer.Verify(k.public, alg, message, answer.Signature); err != nil {
		return nil, fmt.Errorf("%w: what it signed is not what was asked for: %w", ErrFailed, err)
	}
	return answer.Signature, nil
}

// request makes the request, or refuses an algorithm that the key or the token does not have.
func (k *Key) request(alg signer.Algorithm, message []byte) (wire.Request, error) {
	scheme, err := k.scheme(alg)
	if err != nil {
		return wire.Request{}, err
	}
	r := wire.Request{Op: wire.OpSign, Object: k.name(), Scheme: scheme, Data: message}
	if scheme == wire.EdDSA {
		return r, nil
	}
	hash := alg.Hash()
	if wire.HashOf(hash.String()) == 0 {
		return wire.Request{}, fmt.Errorf("%w: %v for signing", signer.ErrUnsupported, alg)
	}
	digest := hash.New()
	digest.Write(message)
	r.Hash, r.Data = hash.String(), digest.Sum(nil)
	return r, nil
}

// name is the key's id, which is its own; one without an id has a label.
func (k *Key) name() wire.Object {
	if len(k.ID) > 0 {
		return wire.Object{ID: k.ID}
	}
	return wire.Object{Label: k.Label}
}

func (k *Key) scheme(alg signer.Algorithm) (wire.Scheme, error) {
	var scheme wire.Scheme
	switch k.public.(type) {
	case *rsa.PublicKey:
		scheme = wire.PKCS1
		if alg.PSS() {
			scheme = wire.PSS
		}
	case *ecdsa.PublicKey:
		scheme = wire.ECDSA
	case ed25519.PublicKey:
		scheme = wire.EdDSA
	}
	if own, err := signer.DefaultAlgorithm(k.public, alg.Hash()); err != nil || alg.Legacy() || own != alg && (scheme != wire.PSS) {
		return "", fmt.Errorf("%w: %v with a key of kind %s", signer.ErrUnsupported, alg, k.Kind)
	}
	if !slices.Contains(k.Schemes, scheme) {
		return "", fmt.Errorf("%w: %v is not among its mechanisms", ErrUnsupported, alg)
	}
	return scheme, nil
}

// Keys lists the keys of the token, with their certificates. Private ones are seen after a login only.
func (c *Client) Keys(ctx context.Context) ([]*Key, error) {
	answer, err := c.call(ctx, wire.Request{Op: wire.OpKeys})
	if err != nil {
		return nil, err
	}
	var certs []certificate
	for _, w := range answer.Certificates {
		if cert, err := x509.ParseCertificate(w.DER); err == nil { // others have things there that we cannot read
			certs = append(certs, certificate{w.Object, cert})
		}
	}
	list := make([]*Key, 0, len(answer.Keys))
	for _, k := range answer.Keys {
		list = append(list, c.key(k, certs))
	}
	return list, nil
}

func (c *Client) key(k wire.Key, certs []certificate) *Key {
	out := &Key{client: c, Key: k}
	if public, err := x509.ParsePKIXPublicKey(k.Public); err == nil {
		out.public = public
	}
	pair(out, certs)
	return out
}

// Select finds the one private key that an object matches; with none named, the only one that signs.
func (c *Client) Select(ctx context.Context, want wire.Object) (*Key, error) {
	all, err := c.Keys(ctx)
	if err != nil {
		return nil, err
	}
	var found []*Key
	hidden := false
	for _, k := range all {
		if k.Private && k.matches(want) && (k.CanSign || named(want)) {
			found = append(found, k)
		}
		hidden = hidden || !k.Private && k.matches(want)
	}
	switch {
	case len(found) == 0 && hidden && c.cfg.PIN == nil:
		return nil, fmt.Errorf("%w: the token shows its private keys after a login only", ErrPINNeeded)
	case len(found) == 0:
		return nil, fmt.Errorf("%w: consigil token list shows those that are there", ErrNoKey)
	case len(found) == 1:
		return found[0], found[0].usable()
	}
	return nil, fmt.Errorf("%w: %d keys; name one by object or id", ErrAmbiguous, len(found))
}

func named(want wire.Object) bool { return len(want.ID) > 0 || want.Label != "" }

func (k *Key) matches(want wire.Object) bool {
	return (len(want.ID) == 0 || bytes.Equal(want.ID, k.ID)) && (want.Label == "" || want.Label == k.Label)
}

func (k *Key) usable() error {
	switch rsaKey, isRSA := k.public.(*rsa.PublicKey); {
	case k.public == nil:
		return fmt.Errorf("%w: the key is of a kind that this program does not sign with, or has neither public key nor certificate", ErrUnsupported)
	case !k.CanSign:
		return fmt.Errorf("%w: the key is not for signing", ErrRefused)
	case isRSA && rsaKey.N.BitLen() < signer.MinRSABits:
		return fmt.Errorf("%w: RSA of %d bits, at least %d needed", signer.ErrWeakKey, rsaKey.N.BitLen(), signer.MinRSABits)
	}
	return nil
}

// idBytes is the size of a new key's id.
const idBytes = 16

// Generate makes a key pair that cannot leave the token: RSA-2048, RSA-3072, RSA-4096, P-256, P-384, P-521, Ed25519.
func (c *Client) Generate(ctx context.Context, kind, label string) (*Key, error) {
	id := make([]byte, idBytes)
	if _, err := rand.Read(id); err != nil {
		return nil, fmt.Errorf("token: draw id: %w", err)
	}
	answer, err := c.call(ctx, wire.Request{Op: wire.OpGenerate, Kind: kind, Object: wire.Object{ID: id, Label: label}})
	if err != nil {
		return nil, err
	}
	if len(answer.Keys) != 1 {
		return nil, fmt.Errorf("%w: no key came", ErrHelper)
	}
	k := c.key(answer.Keys[0], nil)
	if k.Kind != kind {
		return nil, fmt.Errorf("%w: %s was asked for, %s came", ErrFailed, kind, k.Kind)
	}
	return k, k.usable()
}

// StoreCertificate puts a certificate beside its key.
func (k *Key) StoreCertificate(ctx context.Context, cert *x509.Certificate) error {
	if !signer.Matches(cert, k.public) {
		return fmt.Errorf("%w: the certificate is of another key", ErrRefused)
	}
	_, err := k.client.call(ctx, wire.Request{Op: wire.OpCertificate, Object: wire.Object{ID: k.ID, Label: k.Label}, Data: cert.Raw})
	return err
}
