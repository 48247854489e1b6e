//go:build interop

package pki_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
)

func openssl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("openssl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func save(t *testing.T, path, kind string, raw []byte) string {
	t.Helper()
	if kind != "" {
		raw = pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpenSSLJudgesLists lets openssl check chain and lists.
func TestOpenSSLJudgesLists(t *testing.T) {
	at := time.Now()
	root := pkitest.Root(t, "Root", "P-256", at)
	inner := root.Issue(t, pkitest.CATemplate("Inner", at), "RSA-2048")
	good, bad := inner.Leaf(t, "Good", "P-256", at), inner.Leaf(t, "Bad", "P-256", at)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	save(t, file("root.pem"), "CERTIFICATE", root.Certificate.Raw)
	save(t, file("inner.pem"), "CERTIFICATE", inner.Certificate.Raw)
	save(t, file("good.pem"), "CERTIFICATE", good.Certificate.Raw)
	save(t, file("bad.pem"), "CERTIFICATE", bad.Certificate.Raw)
	var lists []byte
	for _, raw := range [][]byte{
		root.CRL(t, at.Add(-time.Minute), at.Add(time.Hour)),
		inner.CRL(t, at.Add(-time.Minute), at.Add(time.Hour), pki.Revoked{Serial: bad.Certificate.SerialNumber, At: at.Add(-time.Minute), Reason: 4}),
	} {
		lists = append(lists, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})...)
	}
	save(t, file("lists.pem"), "", lists)
	args := []string{"verify", "-x509_strict", "-crl_check_all", "-CAfile", file("root.pem"), "-untrusted", file("inner.pem"), "-CRLfile", file("lists.pem")}
	openssl(t, append(args, file("good.pem"))...)
	if out, err := exec.Command("openssl", append(args, file("bad.pem"))...).CombinedOutput(); err == nil || !strings.Contains(string(out), "certificate revoked") {
		t.Errorf("revoked certificate: %v\n%s", err, out)
	}
	if text := openssl(t, "crl", "-in", file("lists.pem"), "-noout", "-text", "-CAfile", file("root.pem")); !strings.Contains(text, "CRL Number") || !strings.Contains(text, "verify OK") {
		t.Error(text)
	}
}

// TestOpenSSLResponder asks openssl ocsp, with our request, about a good and a
// revoked certificate.
func TestOpenSSLResponder(t *testing.T) {
	at := time.Now()
	root := pkitest.Root(t, "Root", "RSA-2048", at)
	good, bad := root.Leaf(t, "Good", "P-256", at), root.Leaf(t, "Bad", "P-256", at)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	key, err := x509.MarshalPKCS8PrivateKey(root.Key)
	if err != nil {
		t.Fatal(err)
	}
	save(t, file("root.pem"), "CERTIFICATE", root.Certificate.Raw)
	save(t, file("key.pem"), "PRIVATE KEY", key)
	save(t, file("index.txt"), "", fmt.Appendf(nil, "V\t361231235959Z\t\t%X\tunknown\t/CN=Good\nR\t361231235959Z\t%s,superseded\t%X\tunknown\t/CN=Bad\n",
		good.Certificate.SerialNumber, at.UTC().Add(-time.Hour).Format("060102150405Z"), bad.Certificate.SerialNumber))
	for _, c := range []struct {
		leaf *pkitest.Entity
		want pki.State
	}{{good, pki.StateGood}, {bad, pki.StateRevoked}} {
		request, err := pki.BuildOCSPRequest(c.leaf.Certificate, root.Certificate, []byte("0123456789abcdef"))
		if err != nil {
			t.Fatal(err)
		}
		save(t, file("request"), "", request)
		openssl(t, "ocsp", "-index", file("index.txt"), "-CA", file("root.pem"), "-rsigner", file("root.pem"), "-rkey", file("key.pem"),
			"-reqin", file("request"), "-respout", file("response"), "-ndays", "1")
		raw, err := os.ReadFile(file("response"))
		if err != nil {
			t.Fatal(err)
		}
		response, err := pki.ParseOCSPResponse(raw)
		if err != nil {
			t.Fatal(err)
		}
		status, err := response.Check(c.leaf.Certificate, root.Certificate, at)
		if err != nil || status.State != c.want || string(response.Nonce) != "0123456789abcdef" {
			t.Errorf("%+v %v, nonce %q", status, err, response.Nonce)
		}
	}
}
