package signer

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
)

// MinRSABits is the smallest RSA modulus, in bits, that Sign accepts.
const MinRSABits = 2048

// MaxRSABits is the largest RSA modulus, in bits, that Verify works with: the
// cost of a key that a file brings along must be bounded.
const MaxRSABits = 16384

// Signer signs: bytes to sign and algorithm in, signature out. The
// implementation hashes where the algorithm does; Ed25519 does not.
// Implementations are safe for concurrent use and honour ctx where the key
// is remote.
type Signer interface {
	Public() crypto.PublicKey
	Sign(ctx context.Context, alg Algorithm, message []byte) ([]byte, error)
}

type software struct{ key crypto.Signer }

// FromKey makes a Signer of a key that signs digests, such as *rsa.PrivateKey.
func FromKey(key crypto.Signer) (Signer, error) {
	if key == nil {
		return nil, fmt.Errorf("%w: no key", ErrUnsupported)
	}
	switch pub := key.Public().(type) {
	case *rsa.PublicKey:
		if pub.N.BitLen() < MinRSABits {
			return nil, fmt.Errorf("%w: RSA of %d bits, at least %d needed", ErrWeakKey, pub.N.BitLen(), MinRSABits)
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		return nil, fmt.Errorf("%w: key of type %T", ErrUnsupported, pub)
	}
	return software{key}, nil
}

// InProcess reports whether s is a private key of the standard library, in this
// process and not behind a device or a network: what it signs is right where its
// public key is.
func InProcess(s Signer) bool {
	held, ok := s.(software)
	if !ok {
		return false
	}
	switch held.key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey:
		return true
	}
	return false
}

func (s software) Public() crypto.PublicKey { return s.key.Public() }

func (s software) Sign(ctx context.Context, alg Algorithm, message []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("signer: sign: %w", err)
	}
	row, ok := alg.describe()
	if !ok || row.legacy {
		return nil, fmt.Errorf("%w: %v for signing", ErrUnsupported, alg)
	}
	if err := fits(row, s.key.Public()); err != nil {
		return nil, err
	}
	input, opts := prepare(row, message)
	sig, err := s.key.Sign(rand.Reader, input, opts)
	if err != nil {
		return nil, fmt.Errorf("signer: sign: %w", err)
	}
	return sig, nil
}

// prepare returns what crypto.Signer wants for the algorithm: the digest, or
// the message itself for Ed25519.
func prepare(row algorithm, message []byte) ([]byte, crypto.SignerOpts) {
	switch row.family {
	case familyEd25519:
		return message, crypto.Hash(0)
	case familyPSS:
		return sum(row.hash, message), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: row.hash}
	}
	return sum(row.hash, message), row.hash
}

func sum(h crypto.Hash, message []byte) []byte {
	hasher := h.New()
	hasher.Write(message)
	return hasher.Sum(nil)
}

// fits reports a key that cannot be used with the algorithm.
func fits(row algorithm, pub crypto.PublicKey) error {
	ok := false
	switch key := pub.(type) {
	case *rsa.PublicKey:
		ok = (row.family == familyRSA || row.family == familyPSS) && key.N.BitLen() <= MaxRSABits
	case *ecdsa.PublicKey:
		ok = row.family == familyECDSA
	case ed25519.PublicKey:
		ok = row.family == familyEd25519
	}
	if !ok {
		return fmt.Errorf("%w: %s with key of type %T", ErrUnsupported, row.name, pub)
	}
	return nil
}

// Verify checks a signature over message. PSS signatures must use MGF1 with
// the same hash and a salt as long as the hash; for other parameters use
// Scheme.Verify. The error wraps ErrSignature or ErrUnsupported.
func Verify(pub crypto.PublicKey, alg Algorithm, message, sig []byte) error {
	return Scheme{Algorithm: alg, SaltLength: rsa.PSSSaltLengthEqualsHash}.Verify(pub, message, sig)
}

// Scheme is an Algorithm with the parameters that an AlgorithmIdentifier may
// add to it.
type Scheme struct {
	Algorithm  Algorithm
	SaltLength int // PSS only, in octets; rsa.PSSSaltLengthEqualsHash (-1) as well
}

// Verify checks a signature over message with the scheme's parameters.
func (s Scheme) Verify(pub crypto.PublicKey, message, sig []byte) error {
	row, ok := s.Algorithm.describe()
	if !ok {
		return fmt.Errorf("%w: %v", ErrUnsupported, s.Algorithm)
	}
	if row.family != familyEd25519 {
		return s.VerifyDigest(pub, row.hash, sum(row.hash, message), sig)
	}
	if err := fits(row, pub); err != nil {
		return err
	}
	key, ok := pub.(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, message, sig) {
		return ErrSignature
	}
	return nil
}

// VerifyDigest checks a signature when only the digest of the message is
// known. Ed25519 cannot be checked so; h must be the algorithm's hash.
func (s Scheme) VerifyDigest(pub crypto.PublicKey, h crypto.Hash, digest, sig []byte) error {
	row, ok := s.Algorithm.describe()
	if !ok || row.family == familyEd25519 || row.hash != h || len(digest) != h.Size() {
		return fmt.Errorf("%w: %v with digest %v", ErrUnsupported, s.Algorithm, h)
	}
	if err := fits(row, pub); err != nil {
		return err
	}
	if !s.matches(row, pub, digest, sig) {
		return ErrSignature
	}
	return nil
}

func (s Scheme) matches(row algorithm, pub crypto.PublicKey, digest, sig []byte) bool {
	switch key := pub.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest, sig)
	case *rsa.PublicKey:
		if row.family == familyRSA {
			return rsa.VerifyPKCS1v15(key, row.hash, digest, sig) == nil
		}
		return s.matchesPSS(key, row.hash, digest, sig)
	}
	return false
}

func (s Scheme) matchesPSS(key *rsa.PublicKey, h crypto.Hash, digest, sig []byte) bool {
	if s.SaltLength == 0 {
		return verifyPSSWithoutSalt(key, h, digest, sig)
	}
	return rsa.VerifyPSS(key, h, digest, sig, &rsa.PSSOptions{SaltLength: s.SaltLength, Hash: h}) == nil
}
