//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"crypto"
	"crypto/rand"

	"github.com/consigil/consigil/internal/token/wire"
)

// encodePSS is EMSA-PSS-ENCODE of RFC 8017 section 9.1.1 with MGF1 of the same hash and a salt as long as the hash, in
// as many bytes as a modulus of the given bits has.
func encodePSS(hash crypto.Hash, digest []byte, modulusBits int) ([]byte, error) {
	n := hash.Size()
	size := (modulusBits - 1 + 7) / 8
	if size < 2*n+2 {
		return nil, fail(wire.CodeUnsupported, "the key is too small for this hash")
	}
	salt := make([]byte, n)
	if _, err := rand.Read(salt); err != nil {
		return nil, err
	}
	h := hash.New()
	h.Write(make([]byte, 8))
	h.Write(digest)
	h.Write(salt)
	sum := h.Sum(nil)
	encoded := make([]byte, size)
	block := encoded[:size-n-1]
	block[len(block)-n-1] = 1
	copy(block[len(block)-n:], salt)
	mask(block, hash, sum)
	block[0] &= 0xff >> (8*size - (modulusBits - 1))
	copy(encoded[len(block):], sum)
	encoded[size-1] = 0xbc
	return append(make([]byte, (modulusBits+7)/8-size), encoded...), nil
}

// mask is exclusive or with MGF1.
func mask(block []byte, hash crypto.Hash, seed []byte) {
	for counter := byte(0); len(block) > 0; counter++ {
		h := hash.New()
		h.Write(seed)
		h.Write([]byte{0, 0, 0, counter}) // a block of 256 hashes is longer than any modulus
		stream := h.Sum(nil)
		n := min(len(stream), len(block))
		for i := range n {
			block[i] ^= stream[i]
		}
		block = block[n:]
	}
}
