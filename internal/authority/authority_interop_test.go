//go:build interop

package authority_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/tsp"
)

// serve puts lists and certificates on loopback.
func (h *house) serve(t *testing.T) {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(get func(context.Context, string) ([]byte, error), suffix string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			out, err := get(r.Context(), strings.TrimSuffix(r.PathValue("file"), suffix))
			if err != nil {
				http.Error(w, err.Error(), http.StatusNotFound)
				return
			}
			if _, err := w.Write(out); err != nil {
				t.Log(err)
			}
		}
	}
	mux.HandleFunc("GET /pki/ca/{file}", func(w http.ResponseWriter, r *http.Request) { answer(h.CertificateDER, ".cer")(w, r) })
	mux.HandleFunc("GET /pki/crl/{file}", func(w http.ResponseWriter, r *http.Request) { answer(h.CRL, ".crl")(w, r) })
	mux.HandleFunc("POST /pki/ocsp/{issuer}", func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		out, err := h.OCSP(r.Context(), r.PathValue("issuer"), request)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		if _, err := w.Write(out); err != nil {
			t.Log(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.url = server.URL
}

// sealed signs a page at B-T with a chain that the authority gives.
func (h *house) sealed(t *testing.T, path string, s signer.Signer, chain []*x509.Certificate) {
	t.Helper()
	var out bytes.Buffer
	in := testpdf.Classic(1)
	opt := pades.Options{Certificate: chain[0], Chain: chain[1:], Level: pades.LevelT, Time: h.clock.Now(), Lock: pades.LockAll, FieldName: "seal"}
	if _, err := pades.Sign(context.Background(), bytes.NewReader(in), int64(len(in)), s, h.TSA(), opt, &out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestJudges has EU DSS and pyHanko judge, with our roots as the only anchors
// and lists from loopback: seals with keys of either kind, a signature with a
// one-use certificate, and one whose certificate expired long ago. For that
// one pyHanko's plain verdict is about today, so its AdES verdict is asked.
func TestJudges(t *testing.T) {
	dir := t.TempDir()
	var trust []string
	for _, algorithm := range []string{"P-256", "RSA-2048"} {
		trust = append(trust, "--trust", sealAll(t, dir, algorithm))
	}
	ask(t, "dss.sh", trust, dir, `"indication":"TOTAL_PASSED"`)
	ask(t, "pyhanko.sh", trust, dir, `"ades":"OK"`)
}

// sealAll writes the files of one authority and gives its root's file.
func sealAll(t *testing.T, dir, algorithm string) string {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	h := &house{store: authoritytest.NewMemory(), clock: clock.NewManual(now.Add(-49 * time.Hour))}
	h.serve(t)
	h.Authority = h.again(t, algorithm)
	ctx := context.Background()
	oneUse := func(name string) {
		s := newSigner(t, "P-256")
		chain, err := h.IssueOneUse(ctx, "Kovács Ágnes", "click", s.Public(), 10*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		h.sealed(t, filepath.Join(dir, algorithm+name), s, chain)
	}
	oneUse("-expired-one-use.pdf")
	h.clock.Add(now.Sub(h.clock.Now()))
	oneUse("-one-use.pdf")
	for _, kind := range []string{"P-256", "RSA-2048"} {
		s := newSigner(t, kind)
		chain, err := h.IssueSeal(ctx, "org", "Példa Zrt.", s.Public())
		if err != nil {
			t.Fatal(err)
		}
		h.sealed(t, filepath.Join(dir, algorithm+"-seal-"+kind+".pdf"), s, chain)
	}
	trust, err := h.TrustPEM(ctx)
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, algorithm+".pem")
	if err := os.WriteFile(root, trust, 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func newSigner(t *testing.T, kind string) signer.Signer {
	t.Helper()
	var s signer.Signer
	var err error
	if kind == "P-256" {
		key, keyErr := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if keyErr != nil {
			t.Fatal(keyErr)
		}
		s, err = signer.FromKey(key)
	} else {
		key, keyErr := rsa.GenerateKey(rand.Reader, 2048)
		if keyErr != nil {
			t.Fatal(keyErr)
		}
		s, err = signer.FromKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask wants a text in a judge's line about each file.
func ask(t *testing.T, script string, trust []string, dir, want string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join("..", "..", "test", "judges", script), append(trust, files...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(files) {
		t.Errorf("%s: %d lines for %d files", script, len(lines), len(files))
	}
	for _, line := range lines {
		t.Log(line)
		if !strings.Contains(strings.ReplaceAll(line, `": `, `":`), want) {
			t.Errorf("%s: %s", script, line)
		}
	}
}

// TestOpenSSLStrict has openssl check every kind of chain, strictly and with
// the lists of both CAs.
func TestOpenSSLStrict(t *testing.T) {
	for _, algorithm := range []string{"P-256", "P-384", "RSA-2048", "RSA-3072"} {
		t.Run(algorithm, func(t *testing.T) { strictly(t, algorithm) })
	}
}

func strictly(t *testing.T, algorithm string) {
	ctx, dir := context.Background(), t.TempDir()
	h := &house{store: authoritytest.NewMemory(), clock: clock.NewManual(time.Now()), url: "https://sign.example.org"}
	h.Authority = h.again(t, algorithm)
	lists, err := h.CRLs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	save := func(name, kind string, raws ...[]byte) string {
		var out []byte
		for _, raw := range raws {
			out = append(out, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	oneUse, err := h.IssueOneUse(ctx, "Kovács Ágnes", "click", newSigner(t, "P-256").Public(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, log, err := h.Log(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(nil)
	raw, err := h.TSA().Timestamp(ctx, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	tsa, err := token.Verify(crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"verify", "-x509_strict", "-crl_check_all", "-CAfile", save("root.pem", "CERTIFICATE", h.Root().Raw),
		"-untrusted", save("issuing.pem", "CERTIFICATE", oneUse[1].Raw), "-CRLfile", save("lists.pem", "X509 CRL", lists...),
	}
	for purpose, cert := range map[string]*x509.Certificate{"any": oneUse[0], "smimesign": h.seal(t)[0], "timestampsign": tsa, "sslclient": log[0]} {
		out, err := exec.Command("openssl", append(args, "-purpose", purpose, save(purpose+".pem", "CERTIFICATE", cert.Raw))...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %s: %v\n%s", algorithm, purpose, err, out)
		}
	}
}
