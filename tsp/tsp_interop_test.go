//go:build interop

package tsp_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/tsp"
)

func run(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
		t.Errorf("openssl %v: %v\n%s", args, err, out)
	}
}

func save(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestOpenSSL lets openssl ts make the request and judge the answer.
func TestOpenSSL(t *testing.T) {
	for _, kind := range []string{"P-256", "P-384", "RSA-2048", "RSA-3072"} {
		for _, flags := range [][]string{{"-sha256", "-cert"}, {"-sha384", "-cert", "-no_nonce"}, {"-sha512", "-tspolicy", policy.String()}} {
			t.Run(kind+flags[0], func(t *testing.T) { askedByOpenSSL(t, kind, flags) })
		}
	}
}

func askedByOpenSSL(t *testing.T, kind string, flags []string) {
	a, tsa := authority(t, kind)
	dir := t.TempDir()
	data, query, reply := filepath.Join(dir, "data"), filepath.Join(dir, "q"), filepath.Join(dir, "r")
	root, cert := filepath.Join(dir, "root.pem"), filepath.Join(dir, "tsa.pem")
	save(t, data, []byte("some data"))
	save(t, root, certPEM(tsa.Chain[0].Raw))
	save(t, cert, certPEM(tsa.Certificate.Raw))
	run(t, append([]string{"ts", "-query", "-data", data, "-out", query}, flags...)...)
	request, err := os.ReadFile(query)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Respond(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	save(t, reply, answer)
	run(t, "ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", root, "-untrusted", cert)
	run(t, "ts", "-verify", "-data", data, "-in", reply, "-CAfile", root, "-untrusted", cert)
	run(t, "ts", "-reply", "-in", reply, "-text")
}

func certPEM(raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}

// TestReadsOpenSSL reads a token that openssl ts makes.
func TestReadsOpenSSL(t *testing.T) {
	tsa := pkitest.Root(t, "Root", "P-256", when).TSA(t, "TSA", "RSA-2048", when)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key, err := x509.MarshalPKCS8PrivateKey(tsa.Key)
	if err != nil {
		t.Fatal(err)
	}
	save(t, at("key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	save(t, at("tsa.pem"), certPEM(tsa.Certificate.Raw))
	save(t, at("data"), []byte("some data"))
	save(t, at("serial"), []byte("01\n"))
	save(t, at("c.cnf"), []byte("[tsa]\ndefault_tsa=t\n[t]\nserial="+at("serial")+"\nsigner_cert="+at("tsa.pem")+"\nsigner_key="+at("key.pem")+
		"\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1,millisecs:2\nclock_precision_digits=3\nordering=yes\ntsa_name=yes\ness_cert_id_alg=sha256\n"))
	run(t, "ts", "-query", "-data", at("data"), "-sha256", "-cert", "-out", at("q"))
	run(t, "ts", "-reply", "-config", at("c.cnf"), "-queryfile", at("q"), "-out", at("r"))
	query, err := os.ReadFile(at("q"))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := os.ReadFile(at("r"))
	if err != nil {
		t.Fatal(err)
	}
	req, err := tsp.ParseRequest(query)
	if err != nil {
		t.Fatal(err)
	}
	response, err := tsp.ParseResponse(reply)
	if err != nil {
		t.Fatal(err)
	}
	token, err := response.Check(req)
	if err != nil || !token.Ordering || token.Accuracy.Milliseconds() != 1002 {
		t.Errorf("%+v %v", token, err)
	}
}
