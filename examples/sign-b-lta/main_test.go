package main

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// TestProgram runs the example as a person would, with an authority on loopback.
func TestProgram(t *testing.T) {
	ca := testpki.New(t, clock.System{}.Now(), true)
	leaf := ca.Leaf("Alice Example", "p-256", ca.WithOCSP)
	authority := ca.TSA(clock.System{}.Now)
	tsa := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer, err := authority.Respond(r.Context(), request)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(answer)
	}))
	defer tsa.Close()
	p12, err := pkcs12.Modern.Encode(leaf.Key, leaf.Cert, []*x509.Certificate{ca.Issuing}, "secret")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, data := range map[string][]byte{"in.pdf": testpdf.Classic(1), "me.p12": p12, "root.pem": testpki.PEM(ca.Root)} {
		if err := os.WriteFile(path(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	args := os.Args
	defer func() { os.Args = args }()
	os.Args = []string{"sign-b-lta", path("in.pdf"), path("out.pdf"), path("me.p12"), "secret", tsa.URL, path("root.pem")}
	main()

	out, err := os.Open(path("out.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	info, err := out.Stat()
	if err != nil {
		t.Fatal(err)
	}
	levels, err := pades.AchievedLevel(out, info.Size())
	if err != nil || len(levels) == 0 || levels[0].Level != pades.LevelLTA {
		t.Errorf("%v, %v", levels, err)
	}
}
