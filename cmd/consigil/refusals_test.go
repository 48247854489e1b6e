package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/standin/ocsp"
	"github.com/consigil/consigil/internal/standin/tsa"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// refusing is a directory with a key and a file, and nothing else after a refusal.
type refusing struct {
	*testing.T
	dir string
}

func newRefusing(t *testing.T) *refusing {
	r := &refusing{t, t.TempDir()}
	ca := testpki.New(t, clock.System{}.Now(), false)
	leaf := ca.Leaf("Alice Example", "p-256")
	key, err := keyPEM(leaf)
	if err != nil {
		t.Fatal(err)
	}
	r.write("in.pdf", testpdf.Classic(1))
	r.write("key.pem", key)
	r.write("cert.pem", testpki.PEM(leaf.Cert, ca.Issuing))
	r.write("root.pem", testpki.PEM(ca.Root))
	r.write("password", []byte("hunter2\n"))
	return r
}

func (r *refusing) write(name string, data []byte) {
	if err := os.WriteFile(filepath.Join(r.dir, name), data, 0o600); err != nil {
		r.Fatal(err)
	}
}

// run runs a command; names that stand in the directory are meant there.
func (r *refusing) run(t *testing.T, args ...string) (int, string) {
	var out, fault bytes.Buffer
	for i, a := range args {
		if filepath.Ext(a) == ".pem" || filepath.Ext(a) == ".pdf" || filepath.Ext(a) == ".tsr" || a == "password" {
			args[i] = filepath.Join(r.dir, a)
		}
	}
	term := &terminal{out: &out, err: &fault, clock: clock.System{}}
	return term.run(t.Context(), args), fault.String()
}

// files are the names and contents of the directory.
func (r *refusing) files() string {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		r.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(r.dir, e.Name()))
		if err != nil {
			r.Fatal(err)
		}
		sum := sha256.Sum256(data)
		b.WriteString(e.Name() + string(sum[:]))
	}
	return b.String()
}

// refuse runs a command that must refuse: exit code 1, one line with the code, nothing written or changed.
func (r *refusing) refuse(t *testing.T, code string, args ...string) {
	t.Helper()
	before := r.files()
	exit, text := r.run(t, slices.Clone(args)...)
	if exit != exitFailed || !strings.HasSuffix(text, " ["+code+"]\n") || strings.Count(text, "\n") != 1 || strings.Contains(text, "goroutine") {
		t.Errorf("exit code %d, want %s: %s", exit, code, text)
	}
	if strings.Contains(text, "hunter2") {
		t.Errorf("the line tells the password: %s", text)
	}
	if r.files() != before {
		t.Error("something was written or changed")
	}
}

// TestWrongTimestamps: every way in which an authority can be wrong, from every command that asks one.
func TestWrongTimestamps(t *testing.T) {
	t.Parallel()
	authority := tsa.New(t, clock.System{}.Now)
	for kind, code := range map[tsa.Kind]string{
		tsa.BadImprint: "tsa_imprint", tsa.OtherHash: "tsa_imprint", tsa.WrongNonce: "tsa_nonce", tsa.NoNonce: "tsa_nonce",
		tsa.WrongUsage: "tsa_certificate", tsa.NoUsage: "tsa_certificate", tsa.UsageNotCritical: "tsa_certificate",
		tsa.UsageNotAlone: "tsa_certificate", tsa.OtherCertificate: "tsa_certificate", tsa.NoCertificateID: "tsa_certificate",
		tsa.NoCertificates: "tsa_certificate", tsa.Old: "tsa_old_time", tsa.Future: "tsa_future_time", tsa.Huge: "answer_too_large",
		tsa.Garbage: "tsa_malformed", tsa.Empty: "tsa_malformed", tsa.Cut: "tsa_malformed", tsa.Trailing: "tsa_malformed",
		tsa.GrantedNothing: "tsa_malformed", tsa.NotTSTInfo: "tsa_malformed", tsa.HTML: "answer_media_type",
		tsa.Rejection: "tsa_refused", tsa.Waiting: "tsa_refused", tsa.NoTime: "tsa_refused", tsa.ServerError: "http_status",
		tsa.Forbidden: "http_status", tsa.Redirect: "address_refused", tsa.TwoSigners: "tsa_signers", tsa.NoSigner: "tsa_signers",
		tsa.BrokenSignature: "tsa_signature", tsa.ChangedContent: "tsa_signature", tsa.WrongPolicy: "tsa_policy",
		tsa.WeakDigest: "tsa_algorithm", tsa.Expired: "tsa_certificate",
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newRefusing(t)
			ask := []string{"--tsa", authority.URL + "/" + string(kind), "--tsa-policy", tsa.Policy().String(), "--tsa-user", "me", "--tsa-password-file", "password"}
			r.refuse(t, code, append([]string{"sign", "in.pdf", "--out", "out.pdf", "--key", "key.pem", "--cert", "cert.pem"}, ask...)...)
			r.refuse(t, code, append([]string{"timestamp", "in.pdf", "--out", "out.tsr"}, ask...)...)
			if exit, text := r.run(t, "sign", "in.pdf", "--out", "b.pdf", "--key", "key.pem", "--cert", "cert.pem"); exit != exitOK {
				t.Fatal(text)
			}
			r.refuse(t, code, append([]string{"extend", "b.pdf", "--out", "out.pdf", "--level", "b-t"}, ask...)...)
		})
	}
}

// TestRightTimestamps: what the wrong ones are measured against, and each way of being known to the authority.
func TestRightTimestamps(t *testing.T) {
	t.Parallel()
	authority := tsa.New(t, clock.System{}.Now)
	r := newRefusing(t)
	for _, kind := range []tsa.Kind{tsa.Good, tsa.GoodV1} {
		args := []string{"timestamp", "in.pdf", "--out", "out.tsr", "--tsa", authority.URL + "/" + string(kind), "--tsa-policy", "1.2.3.4.5"}
		if exit, text := r.run(t, args...); exit != exitOK {
			t.Errorf("%s: %s", kind, text)
		}
	}
	for _, args := range [][]string{
		{"--tsa-user", "me"}, {"--tsa-password-file", "password"}, {"--tsa-cert", "cert.pem"}, {"--tsa-policy", "words"}, {"--tsa-policy", "1"},
	} {
		all := append([]string{"timestamp", "in.pdf", "--out", "none.tsr", "--tsa", authority.URL + "/good"}, args...)
		if exit, text := r.run(t, all...); exit != exitUsage {
			t.Errorf("%v: exit code %d: %s", args, exit, text)
		}
	}
	if exit, _ := r.run(t, "sign", "in.pdf", "--out", "none.pdf", "--key", "key.pem", "--cert", "cert.pem", "--tsa-user", "me", "--tsa-password-file", "password"); exit != exitUsage {
		t.Errorf("credentials for nobody: exit code %d", exit)
	}
}

// TestWrongRevocation: every way in which a responder can be wrong.
func TestWrongRevocation(t *testing.T) {
	t.Parallel()
	ca, of := ocsp.New(t, clock.System{}.Now), testpki.New(t, clock.System{}.Now(), true)
	stamps := httptest.NewServer(answer(t, of.TSA(clock.System{}.Now)))
	t.Cleanup(stamps.Close)
	for kind, code := range map[ocsp.Kind]string{
		ocsp.Revoked: "revoked", ocsp.Unknown: "revocation_unknown", ocsp.Stale: "revocation_stale", ocsp.WrongResponder: "revocation_responder",
		ocsp.OtherResponder: "revocation_responder", ocsp.BrokenSignature: "revocation_signature", ocsp.OtherSerial: "no_revocation_data",
		ocsp.TryLater: "no_revocation_data", ocsp.Garbage: "no_revocation_data", ocsp.HTML: "no_revocation_data",
		ocsp.ServerError: "no_revocation_data", ocsp.Huge: "no_revocation_data", ocsp.Good: "",
	} {
		key, cert := ca.Leaf(kind)
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newRefusing(t)
			raw, err := x509.MarshalPKCS8PrivateKey(key)
			if err != nil {
				t.Fatal(err)
			}
			r.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
			r.write("cert.pem", testpki.PEM(cert))
			r.write("root.pem", testpki.PEM(ca.Root, of.Root))
			common := []string{"--tsa", stamps.URL, "--trust", "root.pem", "--level", "b-lt"}
			lift := append([]string{"sign", "in.pdf", "--out", "out.pdf", "--key", "key.pem", "--cert", "cert.pem"}, common...)
			if code == "" {
				if exit, text := r.run(t, lift...); exit != exitOK {
					t.Error(text)
				}
				return
			}
			r.refuse(t, code, lift...)
			if exit, text := r.run(t, "sign", "in.pdf", "--out", "t.pdf", "--key", "key.pem", "--cert", "cert.pem", "--tsa", stamps.URL); exit != exitOK {
				t.Fatal(text)
			}
			r.refuse(t, code, append([]string{"extend", "t.pdf", "--out", "out.pdf"}, common...)...)
		})
	}
}
