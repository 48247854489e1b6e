package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"consigil": main})
}

// TestScripts runs testdata/*.txt: each is a person at a terminal, with a
// certificate, an authority on loopback and a few files.
func TestScripts(t *testing.T) {
	now := clock.System{}.Now()
	ca := testpki.New(t, now, true)
	leaf := ca.Leaf("Alice Example", "p-256")
	revoked := ca.Leaf("Mallory", "rsa-2048")
	ca.Revoke(revoked.Cert, now)
	tsa := httptest.NewServer(answer(t, ca.TSA(clock.System{}.Now)))
	t.Cleanup(tsa.Close)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "append": appendTo, "pkey": pkey, "begins": begins, "only": only, "oneline": oneLine},
		Setup: func(env *testscript.Env) error {
			env.Setenv("TSA", tsa.URL)
			if err := prepare(env.WorkDir, ca, leaf, revoked); err != nil {
				return err
			}
			return copyFiles(env.WorkDir, "testdata/encrypted/*.pdf", "../../cms/testdata/envelopes/rsa.pem")
		},
	})
}

// exits runs a command that must end with the given exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	code := 0
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
}

// pkey signs what --prepare printed, as a card would: the bytes of the standard
// output of the last command, in hexadecimal.
func pkey(ts *testscript.TestScript, _ bool, args []string) {
	digest, err := hex.DecodeString(strings.TrimSpace(ts.ReadFile("stdout")))
	ts.Check(err)
	key, err := signer.ParsePrivateKeyPEM([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	hash := crypto.SHA256
	if _, edwards := key.Public().(ed25519.PublicKey); edwards {
		hash = 0
	}
	value, err := key.Sign(rand.Reader, digest, hash)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), value, 0o600))
}

// appendTo adds text to the end of a file.
func appendTo(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteString(args[1])
	ts.Check(errors.Join(err, f.Close()))
}

func answer(t *testing.T, tsa *tsp.Authority) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		response, err := tsa.Respond(r.Context(), request)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(response)
	}
}

func prepare(dir string, ca *testpki.Authority, leaf, revoked *testpki.Leaf) error {
	key, err := keyPEM(leaf)
	if err != nil {
		return err
	}
	revokedKey, err := keyPEM(revoked)
	if err != nil {
		return err
	}
	p12, err := pkcs12.Modern.Encode(leaf.Key, leaf.Cert, ca.Chain(), "secret")
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"in.pdf": testpdf.Classic(1), "stream.pdf": testpdf.Stream(2), "junk.pdf": []byte("no PDF at all"),
		"key.pem": key, "cert.pem": testpki.PEM(leaf.Cert), "chain.pem": testpki.PEM(ca.Issuing), "root.pem": testpki.PEM(ca.Root),
		"mallory-key.pem": revokedKey, "mallory.pem": testpki.PEM(revoked.Cert),
		"form.pdf": formPDF(), "ink.png": inkPNG(), "own.ttf": ownFont(),
		"strokes.json": []byte(`{"kind":"drawn","strokes":[[[0,5],[10,0],[20,9]],[[2,7],[18,7]]]}`),
		"strokes.svg":  []byte(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 5L10 0 20 9M2 7h16"/></svg>`),
		"locked.pdf":   lockedPDF("secret"), "crlf.txt": []byte("secret\r\nand more\n"),
		"me.p12": p12, "pass.txt": []byte("secret\n"), "wrong.txt": []byte("guess\n"),
	}
	for name, leaf := range others(ca) {
		files[name+".pem"] = testpki.PEM(leaf.Cert)
		if files[name+"-key.pem"], err = keyPEM(leaf); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func copyFiles(dir string, patterns ...string) error {
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

func keyPEM(leaf *testpki.Leaf) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func TestWorse(t *testing.T) {
	order := []int{exitUnreadable, exitFailed, exitIndeterminate, exitNoSignature, exitOK}
	for i, a := range order {
		for _, b := range order[i:] {
			if worse(a, b) != a || worse(b, a) != a {
				t.Errorf("worse(%d, %d) is not %d", a, b, a)
			}
		}
	}
}

func TestHelpNamesEveryExitCode(t *testing.T) {
	for _, command := range []string{"sign", "extend", "verify", "timestamp"} {
		var out bytes.Buffer
		term := &terminal{out: &out, err: &out, clock: clock.System{}}
		if code := term.run(context.Background(), []string{command, "--help"}); code != exitOK {
			t.Errorf("%s --help: exit code %d", command, code)
		}
		for _, want := range []string{"Examples:", "Exit codes:", "64 wrong usage"} {
			if !bytes.Contains(out.Bytes(), []byte(want)) {
				t.Errorf("%s --help lacks %q", command, want)
			}
		}
	}
}
