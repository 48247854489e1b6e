package signer

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/binary"
	"math/big"
)

// verifyPSSWithoutSalt checks a PSS signature whose salt is empty, which the
// standard library cannot be asked for: it reads a salt length of zero as
// "any". Without salt the encoded message is fixed, so it is built (RFC 8017
// section 9.1.1) and compared with what the signature opens to.
func verifyPSSWithoutSalt(key *rsa.PublicKey, h crypto.Hash, digest, sig []byte) bool {
	if len(sig) != key.Size() || key.N.Sign() <= 0 {
		return false
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(key.N) >= 0 {
		return false
	}
	bits := key.N.BitLen() - 1
	want := encodePSSWithoutSalt(h, digest, bits)
	opened := s.Exp(s, big.NewInt(int64(key.E)), key.N)
	if want == nil || opened.BitLen() > 8*len(want) {
		return false
	}
	return bytes.Equal(opened.FillBytes(make([]byte, len(want))), want)
}

func encodePSSWithoutSalt(h crypto.Hash, digest []byte, bits int) []byte {
	size := (bits + 7) / 8
	room := size - h.Size() - 1
	if room < 1 {
		return nil
	}
	inner := sum(h, append(make([]byte, 8), digest...))
	db := make([]byte, room)
	db[room-1] = 1
	mask := mgf1(h, inner, room)
	for i := range db {
		db[i] ^= mask[i]
	}
	db[0] &= 0xff >> (8*size - bits)
	return append(append(db, inner...), 0xbc)
}

// mgf1 is the mask generation function of RFC 8017 appendix B.2.1.
func mgf1(h crypto.Hash, seed []byte, size int) []byte {
	var out []byte
	for i := uint32(0); len(out) < size; i++ {
		out = append(out, sum(h, binary.BigEndian.AppendUint32(bytes.Clone(seed), i))...)
	}
	return out[:size]
}
