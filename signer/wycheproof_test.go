package signer_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/signer"
)

type vectorFile struct {
	Algorithm string        `json:"algorithm"`
	Groups    []vectorGroup `json:"testGroups"`
}

type vectorGroup struct {
	Type    string          `json:"type"`
	Hash    string          `json:"sha"`
	MGFHash string          `json:"mgfSha"`
	SaltLen int             `json:"sLen"`
	KeyDER  string          `json:"publicKeyDer"`
	Key     json.RawMessage `json:"publicKey"`
	Tests   []struct {
		ID      int      `json:"tcId"`
		Comment string   `json:"comment"`
		Message string   `json:"msg"`
		Sig     string   `json:"sig"`
		Result  string   `json:"result"`
		Flags   []string `json:"flags"`
	} `json:"tests"`
}

// corpora is the folder of test data, or "" where it is left out on purpose.
func corpora(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("CONSIGIL_CORPORA")
	switch {
	case folder == "none":
		t.Log("NOT RUN: CONSIGIL_CORPORA is none")
		return ""
	case folder == "":
		folder = filepath.Join("..", "..", "shared", "corpora")
	case !filepath.IsAbs(folder):
		folder = filepath.Join("..", folder)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestWycheproof runs every group whose algorithm is handled here; the others
// are counted and named: signatures of raw r and s, ML-DSA, truncated SHA-512,
// and PSS whose mask uses another hash.
func TestWycheproof(t *testing.T) {
	t.Parallel()
	folder := corpora(t)
	if folder == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(folder, "wycheproof", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	ran, left := 0, []string{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file vectorFile
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Groups {
			scheme, handled := group.scheme()
			if !handled {
				left = append(left, filepath.Base(name))
				break
			}
			ran += group.run(t, filepath.Base(name), scheme)
		}
	}
	t.Logf("Wycheproof: %d vectors; not handled: %s", ran, strings.Join(left, ", "))
}

func (g *vectorGroup) scheme() (signer.Scheme, bool) {
	hash := map[string]crypto.Hash{"SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512}[g.Hash]
	byHash := func(a256, a384, a512 signer.Algorithm) (signer.Scheme, bool) {
		alg := map[crypto.Hash]signer.Algorithm{crypto.SHA256: a256, crypto.SHA384: a384, crypto.SHA512: a512}[hash]
		return signer.Scheme{Algorithm: alg, SaltLength: g.SaltLen}, alg != signer.Unknown
	}
	switch g.Type {
	case "EcdsaVerify":
		return byHash(signer.ECDSASHA256, signer.ECDSASHA384, signer.ECDSASHA512)
	case "RsassaPkcs1Verify":
		return byHash(signer.RSAPKCS1SHA256, signer.RSAPKCS1SHA384, signer.RSAPKCS1SHA512)
	case "RsassaPssVerify", "RsassaPssWithParametersVerify":
		scheme, ok := byHash(signer.RSAPSSSHA256, signer.RSAPSSSHA384, signer.RSAPSSSHA512)
		return scheme, ok && g.MGFHash == g.Hash
	case "EddsaVerify":
		return signer.Scheme{Algorithm: signer.Ed25519}, true
	}
	return signer.Scheme{}, false
}

func (g *vectorGroup) run(t *testing.T, file string, scheme signer.Scheme) int {
	t.Helper()
	key, err := g.publicKey()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, test := range g.Tests {
		err := scheme.Verify(key, unhex(t, test.Message), unhex(t, test.Sig))
		good := err == nil
		if test.Result == "valid" && !good || test.Result == "invalid" && good {
			t.Errorf("%s #%d (%s, %v): wanted %s, got %v", file, test.ID, test.Comment, test.Flags, test.Result, err)
		}
	}
	return len(g.Tests)
}

func (g *vectorGroup) publicKey() (crypto.PublicKey, error) {
	der, err := hex.DecodeString(g.KeyDER)
	if err != nil {
		return nil, err
	}
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		return key, nil
	}
	var parts struct {
		Modulus  string `json:"modulus"`
		Exponent string `json:"publicExponent"`
	}
	if err := json.Unmarshal(g.Key, &parts); err != nil {
		return nil, err
	}
	n, ok := new(big.Int).SetString(parts.Modulus, 16)
	e, ok2 := new(big.Int).SetString(parts.Exponent, 16)
	if !ok || !ok2 {
		return nil, fmt.Errorf("key %s", g.Key)
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	out, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
