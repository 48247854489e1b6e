package secret

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// KeySize is the size of every key in bytes.
const KeySize = 32

const (
	version  = 1
	idSize   = 8
	saltSize = 24
	header   = 1 + idSize + saltSize
	// Overhead is how many bytes longer a ciphertext is than its plaintext.
	Overhead = header + 16
)

// KeyID names a key inside a ciphertext. It is derived from the key and tells nothing about it.
type KeyID [idSize]byte

// Key is one symmetric key.
type Key struct {
	id       KeyID
	material [KeySize]byte
}

// NewKey makes a random key.
func NewKey() (Key, error) {
	var material [KeySize]byte
	if _, err := rand.Read(material[:]); err != nil {
		return Key{}, fmt.Errorf("secret: random: %w", err)
	}
	return KeyOf(material[:])
}

// KeyOf makes a key of its KeySize bytes.
func KeyOf(material []byte) (Key, error) {
	if len(material) != KeySize {
		return Key{}, fmt.Errorf("secret: a key has %d bytes, not %d", KeySize, len(material))
	}
	k := Key{material: [KeySize]byte(material)}
	sum := sha256.Sum256(append([]byte("consigil/key-id/v1"), material...))
	copy(k.id[:], sum[:])
	return k, nil
}

// ID names the key.
func (k Key) ID() KeyID { return k.id }

// Bytes returns the key itself, for wrapping under another.
func (k Key) Bytes() []byte { return bytes.Clone(k.material[:]) }

// Seal encrypts plaintext for one place. Each call derives its own AES-256-GCM key and nonce from 192 random
// bits, so one key may seal any number of values.
func (k Key) Seal(ref Ref, plaintext []byte) ([]byte, error) {
	out := make([]byte, header, header+len(plaintext)+16)
	out[0] = version
	copy(out[1:], k.id[:])
	if _, err := rand.Read(out[1+idSize : header]); err != nil {
		return nil, fmt.Errorf("secret: random: %w", err)
	}
	aead, nonce, err := k.derive(out[1+idSize : header])
	if err != nil {
		return nil, err
	}
	return aead.Seal(out, nonce, plaintext, ref.bytes()), nil
}

// Open decrypts what Seal made for the same place.
func (k Key) Open(ref Ref, sealed []byte) ([]byte, error) {
	id, err := KeyIDOf(sealed)
	if err != nil {
		return nil, err
	}
	if id != k.id {
		return nil, ErrUnknownKey
	}
	aead, nonce, err := k.derive(sealed[1+idSize : header])
	if err != nil {
		return nil, err
	}
	plaintext, err := aead.Open(nil, nonce, sealed[header:], ref.bytes())
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// KeyIDOf reads which key a ciphertext names.
func KeyIDOf(sealed []byte) (KeyID, error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return KeyID{}, ErrOpen
	}
	return KeyID(sealed[1 : 1+idSize]), nil
}

func (k Key) derive(salt []byte) (cipher.AEAD, []byte, error) {
	okm, err := hkdf.Key(sha256.New, k.material[:], salt, "consigil/secret/v1", KeySize+12)
	if err != nil {
		return nil, nil, fmt.Errorf("secret: derive: %w", err)
	}
	aead, err := newGCM(okm[:KeySize])
	return aead, okm[KeySize:], err
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secret: cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("secret: cipher: %w", err)
	}
	return aead, nil
}
