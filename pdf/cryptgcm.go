package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"io"
)

// AES in Galois/Counter mode (ISO/TS 32003): nonce of 12 bytes, cipher text,
// tag of 16 bytes.

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func openGCM(key, data []byte) ([]byte, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, fmt.Errorf("pdf: decrypt: %w", err)
	}
	n := aead.NonceSize()
	if len(data) < n {
		return nil, malformed(-1, "encrypted data too short")
	}
	out, err := aead.Open(nil, data[:n], data[n:], nil)
	if err != nil {
		return nil, malformed(-1, "encrypted data were changed")
	}
	return out, nil
}

func sealGCM(key, data []byte) ([]byte, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, fmt.Errorf("pdf: encrypt: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(data)+aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("pdf: encrypt: %w", err)
	}
	return aead.Seal(nonce, nonce, data, nil), nil
}

// gcmReader decrypts a stream as a whole: nothing of it is true before its tag.
func gcmReader(f *File, key []byte, r io.Reader, n int64) (io.Reader, int64, error) {
	if n > f.lim.StreamBytes {
		return nil, 0, &LimitError{Limit: "StreamBytes", Max: f.lim.StreamBytes}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, fmt.Errorf("pdf: decrypt: %w", err)
	}
	out, err := openGCM(key, data)
	return bytes.NewReader(out), int64(len(out)), err
}
