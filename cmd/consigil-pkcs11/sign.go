//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"crypto"
	"crypto/elliptic"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/signer"
)

// maxMessage bounds what Ed25519 signs, bytes: signed attributes are a few hundred.
const maxMessage = 1 << 20

// key is a private key that was found, for as long as the login lasts.
type key struct {
	handle  cryptoki.Object
	kind    uint
	curve   elliptic.Curve // of an EC key
	modulus *big.Int       // of an RSA key
	always  bool           // wants the PIN for each signature
}

// sign makes one signature. The scheme and the hash are those of the request or none.
func (h *helper) sign(r *wire.Request, answer *wire.Response) error {
	hash, err := checkSign(r)
	if err != nil {
		return err
	}
	return h.with(r.Token, false, func(s *session) error {
		if err := s.logIn(); err != nil {
			return err
		}
		k, err := s.find(r.Object)
		if err != nil {
			return err
		}
		answer.Signature, err = s.signWith(k, r.Scheme, hash, r.Data)
		return err
	})
}

func checkSign(r *wire.Request) (crypto.Hash, error) {
	if r.Scheme == wire.EdDSA {
		if r.Hash != "" || len(r.Data) > maxMessage {
			return 0, fail(wire.CodeRequest, "Ed25519 signs the message itself, at most %d bytes", maxMessage)
		}
		return 0, nil
	}
	hash := wire.HashOf(r.Hash)
	if hash == 0 || len(r.Data) != hash.Size() {
		return 0, fail(wire.CodeRequest, "no digest of a hash that this program signs with")
	}
	return hash, nil
}

// find finds a private key by id and label.
func (s *session) find(want wire.Object) (*key, error) {
	name := string(want.ID) + "\x00" + want.Label
	s.login.Lock()
	known := s.private[name]
	s.login.Unlock()
	if known != nil {
		return known, nil
	}
	handle, err := s.findOne(cryptoki.ClassPrivateKey, want)
	if err != nil {
		return nil, err
	}
	k, err := s.load(handle)
	if err != nil {
		return nil, err
	}
	s.login.Lock()
	defer s.login.Unlock()
	s.private[name] = k
	return k, nil
}

// findOne finds the one object of a class. None may mean that the login was lost without a word.
func (s *session) findOne(class uint, want wire.Object) (cryptoki.Object, error) {
	found, err := s.h.module.Find(s.handle, named(class, want), 2)
	switch {
	case err != nil:
		return 0, err
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, fail(wire.CodeAmbiguous, "several keys match: name one by its id")
	}
	if in, err := s.h.module.LoggedIn(s.handle); err != nil || !in && s.needsLogin() {
		return 0, errors.Join(err, cryptoki.ErrUserNotLoggedIn)
	}
	return 0, fail(wire.CodeNoKey, "the token has no such private key")
}

func named(class uint, want wire.Object) []cryptoki.Attribute {
	match := []cryptoki.Attribute{cryptoki.Number(cryptoki.AttrClass, class)}
	if len(want.ID) > 0 {
		match = append(match, cryptoki.Attribute{Type: cryptoki.AttrID, Value: want.ID})
	}
	if want.Label != "" {
		match = append(match, cryptoki.Attribute{Type: cryptoki.AttrLabel, Value: []byte(want.Label)})
	}
	return match
}

func (s *session) load(handle cryptoki.Object) (*key, error) {
	a, err := s.h.module.Get(s.handle, handle, cryptoki.AttrKeyType, cryptoki.AttrAlwaysAuthenticate, cryptoki.AttrECParams, cryptoki.AttrModulus)
	if err != nil {
		return nil, err
	}
	k := &key{handle: handle, always: a[1].IsTrue(), curve: curveOf(a[2].Value), modulus: new(big.Int).SetBytes(a[3].Value)}
	k.kind, _ = a[0].Number()
	return k, nil
}

// signWith makes the signature in the form that CMS carries.
func (s *session) signWith(k *key, scheme wire.Scheme, hash crypto.Hash, data []byte) ([]byte, error) {
	switch {
	case scheme == wire.PKCS1 && k.kind == cryptoki.KeyRSA:
		info, err := digestInfo(hash, data)
		if err != nil {
			return nil, err
		}
		return s.raw(k, cryptoki.MechRSAPKCS, nil, info)
	case scheme == wire.PSS && k.kind == cryptoki.KeyRSA:
		return s.signPSS(k, hash, data)
	case scheme == wire.ECDSA && k.kind == cryptoki.KeyEC && k.curve != nil:
		value, err := s.raw(k, cryptoki.MechECDSA, nil, data[:min(len(data), orderBytes(k.curve))])
		if err != nil {
			return nil, err
		}
		return ecdsaDER(value)
	case scheme == wire.EdDSA && k.kind == cryptoki.KeyEdwards:
		return s.raw(k, cryptoki.MechEdDSA, nil, data)
	}
	return nil, fail(wire.CodeUnsupported, "the key is of another kind than the signature")
}

// raw signs with one mechanism.
func (s *session) raw(k *key, mechanism uint, pss *cryptoki.PSS, data []byte) ([]byte, error) {
	if err := s.h.module.SignInit(s.handle, mechanism, pss, k.handle); err != nil {
		return nil, err
	}
	if k.always {
		if err := s.enter(cryptoki.UserContext); err != nil {
			return nil, interrupted{err}
		}
	}
	return s.h.module.Sign(s.handle, data)
}

// interrupted leaves a session in the middle of an operation.
type interrupted struct{ error }

func (i interrupted) Unwrap() error { return i.error }

// signPSS prefers the token's own padding. One that cannot do it with this hash gets a padded message, where it does
// bare RSA: the signature is the same kind.
func (s *session) signPSS(k *key, hash crypto.Hash, digest []byte) ([]byte, error) {
	params, ok := pssParams(hash)
	if ok {
		value, err := s.raw(k, cryptoki.MechRSAPSS, &params, digest)
		if !isRefusedMechanism(err) {
			return value, err
		}
	}
	encoded, err := encodePSS(hash, digest, k.modulus.BitLen())
	if err != nil {
		return nil, err
	}
	value, err := s.raw(k, cryptoki.MechRSARaw, nil, encoded)
	if isRefusedMechanism(err) {
		return nil, fail(wire.CodeUnsupported, "the token cannot sign by RSASSA-PSS with %v", hash)
	}
	return value, err
}

func isRefusedMechanism(err error) bool {
	return errors.Is(err, cryptoki.ErrMechanism) || errors.Is(err, cryptoki.ErrMechanismParam) || errors.Is(err, cryptoki.ErrArguments)
}

// pssParams are hash, mask and salt, all of one hash. PKCS#11 3.0 section 2.1.9.
func pssParams(hash crypto.Hash) (cryptoki.PSS, bool) {
	names := map[crypto.Hash][2]uint{
		crypto.SHA256: {0x250, 2}, crypto.SHA384: {0x260, 3}, crypto.SHA512: {0x270, 4},
		crypto.SHA3_256: {0x2b0, 7}, crypto.SHA3_384: {0x2c0, 8}, crypto.SHA3_512: {0x2d0, 9},
	}
	n, ok := names[hash]
	return cryptoki.PSS{Hash: n[0], Mask: n[1], Salt: uint(hash.Size())}, ok
}

// digestInfo is what PKCS#1 v1.5 signs, RFC 8017 section 9.2.
func digestInfo(hash crypto.Hash, digest []byte) ([]byte, error) {
	oid, ok := signer.DigestOID(hash)
	if !ok {
		return nil, fail(wire.CodeRequest, "unknown hash")
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(digest)
	})
	return b.Bytes()
}

// ecdsaDER makes an ECDSA-Sig-Value of the two halves that a token gives.
func ecdsaDER(value []byte) ([]byte, error) {
	if len(value) == 0 || len(value)%2 != 0 {
		return nil, fail(wire.CodeToken, "the token gave no ECDSA signature")
	}
	half := len(value) / 2
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(value[:half]))
		b.AddASN1BigInt(new(big.Int).SetBytes(value[half:]))
	})
	return b.Bytes()
}
