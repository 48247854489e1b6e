//go:build interop

package cms_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
)

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpenSSLVerifies lets openssl cms judge what Build makes. OpenSSL 3.0
// cannot verify Ed25519 in CMS ("invalid digest"), so that is not asked.
func TestOpenSSLVerifies(t *testing.T) {
	root := pkitest.Root(t, "Root", "P-256", when)
	content := []byte("what is signed")
	dir := t.TempDir()
	rootFile := write(t, dir, "root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate.Raw}))
	contentFile := write(t, dir, "content", content)
	for _, c := range []struct {
		kind string
		alg  signer.Algorithm
	}{
		{"RSA-2048", signer.RSAPKCS1SHA256}, {"RSA-3072", signer.RSAPKCS1SHA384}, {"RSA-2048", signer.RSAPSSSHA256},
		{"P-256", signer.ECDSASHA256}, {"P-384", signer.ECDSASHA384}, {"P-521", signer.ECDSASHA512},
	} {
		leaf := root.Leaf(t, "Leaf", c.kind, when)
		file := write(t, dir, c.alg.String(), sign(t, leaf, c.alg, content))
		out, err := exec.Command("openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", file, "-binary",
			"-content", contentFile, "-CAfile", rootFile, "-purpose", "any", "-out", os.DevNull).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", c.alg, err, out)
		}
	}
}

// TestReadsOpenSSL reads what openssl cms makes, streamed BER included.
func TestReadsOpenSSL(t *testing.T) {
	root := pkitest.Root(t, "Root", "P-256", when)
	leaf := root.Leaf(t, "Leaf", "RSA-2048", when)
	content := []byte("what is signed")
	dir := t.TempDir()
	certFile := write(t, dir, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate.Raw}))
	keyFile := write(t, dir, "key.pem", keyPEM(t, leaf))
	contentFile := write(t, dir, "content", content)
	for _, flags := range [][]string{{"-cades"}, {"-stream", "-nodetach"}, {"-noattr"}, {"-keyid", "-md", "sha512"}, {"-keyopt", "rsa_padding_mode:pss"}} {
		file := filepath.Join(dir, "out.der")
		args := append([]string{"cms", "-sign", "-binary", "-outform", "DER", "-in", contentFile, "-signer", certFile, "-inkey", keyFile, "-out", file}, flags...)
		if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", flags, err, out)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := cms.Parse(raw)
		if err != nil {
			t.Errorf("%v: %v", flags, err)
			continue
		}
		if _, err := s.Verify(digestOf(content)); err != nil {
			t.Errorf("%v: %v", flags, err)
		}
	}
}

func keyPEM(t *testing.T, e *pkitest.Entity) []byte {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(e.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}
