//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/consigil/consigil/internal/token/wire"
)

// TestPaddedByUs: bare RSA over our padding is RSASSA-PSS to the standard library, for moduli of odd sizes too.
func TestPaddedByUs(t *testing.T) {
	for _, bits := range []int{2048, 2049, 2055} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA512, crypto.SHA3_384} {
			h := hash.New()
			h.Write([]byte("message"))
			digest := h.Sum(nil)
			encoded, err := encodePSS(hash, digest, key.N.BitLen())
			if err != nil {
				t.Fatal(err)
			}
			if len(encoded) != key.Size() {
				t.Errorf("%d bits: %d bytes are padded, want %d", bits, len(encoded), key.Size())
			}
			value := new(big.Int).Exp(new(big.Int).SetBytes(encoded), key.D, key.N).FillBytes(make([]byte, key.Size()))
			if err := rsa.VerifyPSS(&key.PublicKey, hash, digest, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}); err != nil {
				t.Errorf("%d bits, %v: %v", bits, hash, err)
			}
		}
	}
	if _, err := encodePSS(crypto.SHA512, make([]byte, 64), 1024); err == nil {
		t.Error("a key too small for the hash was used")
	}
}

func TestDigestInfoIsTheStandards(t *testing.T) {
	want := append([]byte{0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20}, make([]byte, 32)...)
	if got, err := digestInfo(crypto.SHA256, make([]byte, 32)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%x, %v", got, err)
	}
}

func TestECDSAHalves(t *testing.T) {
	got, err := ecdsaDER([]byte{0, 1, 0x80, 2})
	if err != nil || !bytes.Equal(got, []byte{0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2}) {
		t.Errorf("%x, %v", got, err)
	}
	for _, bad := range [][]byte{nil, {1}, {1, 2, 3}} {
		if _, err := ecdsaDER(bad); err == nil {
			t.Errorf("%x became a signature", bad)
		}
	}
}

// TestWeakDigestsAreRefused before the token is asked.
func TestWeakDigestsAreRefused(t *testing.T) {
	for _, r := range []wire.Request{
		{Scheme: wire.PKCS1, Hash: "SHA-1", Data: make([]byte, 20)}, {Scheme: wire.ECDSA, Hash: "SHA-224", Data: make([]byte, 28)},
		{Scheme: wire.PSS, Hash: "MD5", Data: make([]byte, 16)}, {Scheme: wire.ECDSA, Hash: "SHA-256", Data: make([]byte, 31)},
		{Scheme: wire.ECDSA, Data: make([]byte, 32)}, {Scheme: wire.EdDSA, Hash: "SHA-512", Data: make([]byte, 64)},
		{Scheme: wire.EdDSA, Data: make([]byte, maxMessage+1)},
	} {
		if _, err := checkSign(&r); err == nil {
			t.Errorf("%s with %s of %d bytes is taken", r.Scheme, r.Hash, len(r.Data))
		}
	}
}

// TestPINsAreForgotten: what the token refused is not there for another try.
func TestPINsAreForgotten(t *testing.T) {
	var p pins
	p.put("a", []byte("1234"))
	p.put("b", []byte("5678"))
	held, _ := p.get("a")
	p.forget("a")
	if _, ok := p.get("a"); ok || !bytes.Equal(held, make([]byte, 4)) {
		t.Error("a forgotten PIN is still there")
	}
	if pin, ok := p.get("b"); !ok || string(pin) != "5678" {
		t.Error("the other one is gone")
	}
	p.wipe()
}
