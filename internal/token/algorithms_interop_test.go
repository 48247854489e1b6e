//go:build interop

package token

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/softhsm"
)

// open opens a client of a SoftHSM token.
func open(t *testing.T, k *softhsm.Token, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		Module: softhsm.Module, Helper: softhsm.Helper(t), Token: wire.Selector{Label: k.Label},
		PIN:    func() ([]byte, error) { return []byte(softhsm.PIN), nil },
		Report: func(err error) { t.Logf("reported: %v", err) },
	}
	for _, fn := range change {
		fn(&cfg)
	}
	c, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func algorithmsOf(t *testing.T, k *Key) []signer.Algorithm {
	t.Helper()
	if k.Kind == "Ed25519" {
		return []signer.Algorithm{signer.Ed25519}
	}
	var list []signer.Algorithm
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_384, crypto.SHA3_512} {
		own, err := signer.DefaultAlgorithm(k.Public(), h)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, own)
		if strings.HasPrefix(k.Kind, "RSA") {
			pss, err := signer.PSSAlgorithm(h)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, pss)
		}
	}
	return list
}

// TestEveryAlgorithm: each kind of key, made by us and by pkcs11-tool, signs with each of its algorithms, and openssl
// agrees.
func TestEveryAlgorithm(t *testing.T) {
	k := softhsm.New(t, "WD PROXKey")
	c := open(t, k)
	ctx := t.Context()
	for i, kind := range []string{"rsa:2048", "EC:prime256v1", "EC:secp384r1", "EC:secp521r1", "EC:edwards25519"} {
		k.Generate(kind, "0"+string(rune('1'+i)), "tool "+kind)
	}
	for _, kind := range []string{"RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384", "P-521", "Ed25519"} {
		made, err := c.Generate(ctx, kind, "ours "+kind)
		if err != nil {
			t.Fatalf("generate %s: %v", kind, err)
		}
		if made.Kind != kind || !made.Private || !made.CanSign {
			t.Errorf("made %+v", made.Key)
		}
	}
	keys, err := c.Keys(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 12 {
		t.Errorf("%d keys, want 12", len(keys))
	}
	cells := 0
	for _, key := range keys {
		for _, alg := range algorithmsOf(t, key) {
			verifyByOpenSSL(t, key, alg)
			cells++
		}
	}
	t.Logf("%d keys, %d signatures, verified by openssl and by ourselves", len(keys), cells)
}

func verifyByOpenSSL(t *testing.T, key *Key, alg signer.Algorithm) {
	t.Helper()
	message := []byte("to be signed by " + alg.String())
	value, err := key.Sign(t.Context(), alg, message)
	if err != nil {
		t.Errorf("%s %v: %v", key.Label, alg, err)
		return
	}
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := file("pub.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	args := []string{"pkeyutl", "-verify", "-pubin", "-inkey", public, "-sigfile", file("sig", value), "-rawin", "-in", file("msg", message)}
	if alg != signer.Ed25519 {
		args = append(args, "-digest", strings.ToLower(strings.NewReplacer("SHA-", "SHA").Replace(alg.Hash().String())))
	}
	if alg.PSS() {
		args = append(args, "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest")
	}
	if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
		t.Errorf("openssl on %s %v: %v %s", key.Label, alg, err, out)
	}
}

// TestNothingIsDowngraded: an algorithm that is not the key's, or that is too weak, is refused before the token is asked.
func TestNothingIsDowngraded(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("rsa:2048", "01", "rsa")
	k.Generate("EC:prime256v1", "02", "ec")
	k.Generate("rsa:1024", "03", "weak")
	c := open(t, k)
	for label, refused := range map[string][]signer.Algorithm{
		"rsa": {signer.RSAPKCS1SHA1, signer.RSAPKCS1SHA224, signer.ECDSASHA256, signer.Ed25519, signer.Unknown},
		"ec":  {signer.ECDSASHA1, signer.ECDSASHA224, signer.RSAPKCS1SHA256, signer.RSAPSSSHA256, signer.Ed25519},
	} {
		key, err := c.Select(t.Context(), wire.Object{Label: label})
		if err != nil {
			t.Fatal(err)
		}
		for _, alg := range refused {
			if _, err := key.Sign(t.Context(), alg, []byte("x")); !errors.Is(err, signer.ErrUnsupported) {
				t.Errorf("%s with %v: %v", label, alg, err)
			}
		}
		r := wire.Request{Op: wire.OpSign, Object: key.name(), Scheme: wire.PKCS1, Hash: "SHA-1", Data: make([]byte, 20)}
		if _, err := c.call(t.Context(), r); !errors.Is(err, ErrFailed) {
			t.Errorf("the helper signs SHA-1: %v", err)
		}
	}
	if _, err := c.Select(t.Context(), wire.Object{Label: "weak"}); !errors.Is(err, signer.ErrWeakKey) {
		t.Errorf("a key of 1024 bits: %v", err)
	}
}

// TestSelecting: keys are found by label and by id, and never guessed.
func TestSelecting(t *testing.T) {
	k := softhsm.New(t, "consigil")
	c := open(t, k)
	if _, err := c.Select(t.Context(), wire.Object{}); !errors.Is(err, ErrNoKey) {
		t.Errorf("an empty token: %v", err)
	}
	k.Generate("EC:prime256v1", "01", "seal")
	k.Generate("EC:prime256v1", "02", "seal")
	for name, c2 := range map[string]struct {
		want wire.Object
		err  error
	}{
		"id":        {wire.Object{ID: []byte{1}}, nil},
		"both":      {wire.Object{ID: []byte{2}, Label: "seal"}, nil},
		"two":       {wire.Object{Label: "seal"}, ErrAmbiguous},
		"any":       {wire.Object{}, ErrAmbiguous},
		"none":      {wire.Object{Label: "sea"}, ErrNoKey},
		"wrong id":  {wire.Object{ID: []byte{1, 2}}, ErrNoKey},
		"wrong two": {wire.Object{ID: []byte{1}, Label: "other"}, ErrNoKey},
	} {
		if _, err := c.Select(t.Context(), c2.want); !errors.Is(err, c2.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := open(t, k, func(cfg *Config) { cfg.Token.Label = "none such" })
	if _, err := other.Keys(t.Context()); !errors.Is(err, ErrNoToken) {
		t.Errorf("no such token: %v", err)
	}
	blind := open(t, k, func(cfg *Config) { cfg.PIN = nil })
	if _, err := blind.Select(t.Context(), wire.Object{ID: []byte{1}}); !errors.Is(err, ErrPINNeeded) {
		t.Errorf("without a PIN: %v", err)
	}
}
