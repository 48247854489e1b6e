//go:build interop

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/test/softhsm"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// desk is a person with a token, at a terminal.
type desk struct {
	t     *testing.T
	dir   string
	token *softhsm.Token
	tsa   string
}

// newDesk makes a token with a key of each kind, their certificates and the one that issued them.
func newDesk(t *testing.T, kinds map[string]string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), token: softhsm.New(t, "consigil")}
	t.Setenv("CONSIGIL_PKCS11_MODULE", softhsm.Module)
	t.Setenv("CONSIGIL_PKCS11_HELPER", softhsm.Helper(t))
	ca := testpki.New(t, clock.System{}.Now(), true)
	tsa := httptest.NewServer(answer(t, ca.TSA(clock.System{}.Now)))
	t.Cleanup(tsa.Close)
	d.tsa = tsa.URL
	d.file("in.pdf", testpdf.Classic(1))
	d.file("root.pem", testpki.PEM(ca.Root))
	d.token.Write("cert", d.file("issuing.der", ca.Issuing.Raw), "ff", "issuing")
	client, err := token.Open(token.Config{
		Module: softhsm.Module, Helper: softhsm.Helper(t), Token: wire.Selector{Label: "consigil"},
		PIN: func() ([]byte, error) { return []byte(softhsm.PIN), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	at := 0
	for name, kind := range kinds {
		at++
		id := fmt.Sprintf("%02x", at)
		d.token.Generate(kind, id, name)
		key, err := client.Select(t.Context(), wire.Object{Label: name})
		if err != nil {
			t.Fatal(err)
		}
		cert := ca.Certify("Owner of "+name, key.Public())
		d.file(name+".pem", testpki.PEM(cert))
		d.token.Write("cert", d.file(name+".der", cert.Raw), id, name)
	}
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) file(name string, data []byte) string {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), data, 0o600); err != nil {
		d.t.Fatal(err)
	}
	return d.path(name)
}

// run runs a command in this process.
func (d *desk) run(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	term := &terminal{out: &stdout, err: &stderr, clock: clock.System{}}
	code = term.run(d.t.Context(), args)
	return code, stdout.String(), stderr.String()
}

func (d *desk) sign(key, out string, more ...string) (int, string) {
	args := []string{"sign", d.path("in.pdf"), "--out", out, "--pkcs11", "pkcs11:token=consigil;object=" + key, "--pin-file", d.token.PINFile}
	code, _, errs := d.run(append(args, more...)...)
	return code, errs
}

// TestSignByToken signs by every kind of key, at every level, and asks ourselves and EU DSS.
func TestSignByToken(t *testing.T) {
	kinds := map[string]string{
		"rsa": "rsa:2048", "rsa4096": "rsa:4096", "p256": "EC:prime256v1", "p384": "EC:secp384r1", "p521": "EC:secp521r1", "ed": "EC:edwards25519",
	}
	d := newDesk(t, kinds)
	files := map[string]string{} // by path: the level
	for key := range kinds {
		for _, level := range []string{"b-b", "b-t", "b-lt", "b-lta"} {
			for _, more := range variants(key, level) {
				out := d.path(strings.ReplaceAll(strings.Join(append([]string{key, level}, more...), "_"), "--", "") + ".pdf")
				args := append([]string{"--level", level, "--trust", d.path("root.pem")}, more...)
				if level != "b-b" {
					args = append(args, "--tsa", d.tsa)
				}
				if code, errs := d.sign(key, out, args...); code != exitOK {
					t.Errorf("%s: exit code %d: %s", out, code, errs)
					continue
				}
				files[out] = strings.ToUpper(level)
			}
		}
	}
	t.Logf("%d files signed on the token", len(files))
	for path, level := range files {
		code, out, errs := d.run("verify", path, "--trust", d.path("root.pem"), "--json")
		if code != exitOK || !strings.Contains(out, `"level":"`+level+`","indication":"TOTAL_PASSED"`) {
			t.Errorf("verify %s: %d %s %s", filepath.Base(path), code, out, errs)
		}
	}
	d.askDSS(files)
}

// variants are the digests and paddings of a key; all at one level are enough.
func variants(key, level string) [][]string {
	all := [][]string{{}}
	if key == "ed" || level != "b-t" {
		return all
	}
	for _, digest := range []string{"sha-384", "sha-512", "sha3-256", "sha3-384", "sha3-512"} {
		all = append(all, []string{"--digest", digest})
		if strings.HasPrefix(key, "rsa") {
			all = append(all, []string{"--pss", "--digest", digest})
		}
	}
	if strings.HasPrefix(key, "rsa") {
		all = append(all, []string{"--pss"})
	}
	return all
}

// askDSS wants RSA and ECDSA with SHA-2 passed at their level; its policy knows neither Ed25519 nor SHA-3, so there it
// has to find the signature intact.
func (d *desk) askDSS(files map[string]string) {
	d.t.Helper()
	var paths []string
	for path := range files {
		paths = append(paths, path)
	}
	cmd := exec.Command(filepath.Join("..", "..", "test", "judges", "dss.sh"), "--trust", d.path("root.pem"))
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n") + "\n")
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("dss.sh: %v", err)
	}
	judged, passed := 0, 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); judged++ {
		var f struct {
			File       string
			Signatures []struct {
				Indication, Format string
				Intact, Modified   bool
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil || len(f.Signatures) != 1 {
			d.t.Errorf("dss.sh: %v: %s", err, lines.Text())
			continue
		}
		s, name := f.Signatures[0], filepath.Base(f.File)
		format := "PAdES-BASELINE-" + strings.TrimPrefix(files[f.File], "B-")
		beyond := strings.Contains(name, "sha3") || strings.HasPrefix(name, "ed_")
		if s.Modified || !s.Intact || !beyond && (s.Indication != "TOTAL_PASSED" || s.Format != format) {
			d.t.Errorf("DSS on %s: %s", name, lines.Text())
		}
		if s.Indication == "TOTAL_PASSED" {
			passed++
		}
	}
	if judged != len(files) {
		d.t.Errorf("DSS judged %d of %d files", judged, len(files))
	}
	d.t.Logf("DSS: %d judged, %d passed, the rest intact", judged, passed)
}

// TestTokenRefusals: each refusal has its code, leaves no file and does not change the input.
func TestTokenRefusals(t *testing.T) {
	d := newDesk(t, map[string]string{"seal": "EC:prime256v1", "other": "rsa:2048"})
	d.token.Generate("EC:prime256v1", "77", "bare")
	before, err := os.ReadFile(d.path("in.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := d.file("wrong", []byte("2468-wrong\n"))
	for name, c := range map[string]struct {
		key  string
		more []string
		code string
	}{
		"wrong PIN":      {"seal", []string{"--pin-file", wrong}, "wrong_pin"},
		"no key":         {"nothing", nil, "no_key"},
		"no certificate": {"bare", nil, "no_certificate"},
		"other's":        {"bare", []string{"--cert", d.path("seal.pem")}, "key_mismatch"},
		"no time stamp":  {"seal", []string{"--tsa", "http://127.0.0.1:1/"}, "unreachable"},
	} {
		code, errs := d.sign(c.key, d.path("none.pdf"), c.more...)
		if code != exitFailed || !strings.Contains(errs, "["+c.code+"]") || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "2468") {
			t.Errorf("%s: exit code %d: %s", name, code, errs)
		}
		if _, err := os.Stat(d.path("none.pdf")); !os.IsNotExist(err) {
			t.Errorf("%s: a file was left", name)
		}
	}
	if code, errs := d.sign("seal", d.path("none.pdf"), "--pss"); code != exitFailed || !strings.Contains(errs, "[unsupported_algorithm]") {
		t.Errorf("PSS with an EC key: %d %s", code, errs)
	}
	if code, errs := d.sign("seal", d.path("cert.pdf"), "--cert", d.path("seal.pem")); code != exitOK {
		t.Errorf("with --cert: %d %s", code, errs)
	}
	if after, err := os.ReadFile(d.path("in.pdf")); err != nil || !bytes.Equal(before, after) {
		t.Error("the input changed")
	}
}

// TestTokenList finds what sign takes, and tries no PIN on a token that it may not belong to.
func TestTokenList(t *testing.T) {
	d := newDesk(t, map[string]string{"pecsét 1": "EC:prime256v1"})
	code, out, errs := d.run("token", "list", "--pin-file", d.token.PINFile, "--json")
	var listed listedToken
	if err := json.Unmarshal([]byte(out), &listed); code != exitOK || err != nil || len(listed.Keys) != 1 || len(listed.Keys[0].Certificates) != 1 {
		t.Fatalf("%d %v %s %s", code, err, out, errs)
	}
	if code, _, errs := d.run("sign", d.path("in.pdf"), "--out", d.path("out.pdf"), "--pkcs11", listed.Keys[0].URI, "--pin-file", d.token.PINFile); code != exitOK {
		t.Errorf("sign with the address that was listed: %d %s", code, errs)
	}
	if code, out, errs := d.run("token", "list"); code != exitOK || !strings.Contains(out, "not shown without the PIN") || !strings.Contains(out, "Owner of pecsét 1") {
		t.Errorf("without a PIN: %d %s %s", code, out, errs)
	}
	softhsm.Run(t, "softhsm2-util", "--init-token", "--free", "--label", "second", "--so-pin", softhsm.SOPIN, "--pin", softhsm.PIN)
	if code, _, errs := d.run("token", "list", "--pin-file", d.token.PINFile); code != exitUsage || !strings.Contains(errs, "name the one") {
		t.Errorf("a PIN for two tokens: %d %s", code, errs)
	}
	if code, out, _ := d.run("token", "list"); code != exitOK || !strings.Contains(out, "second") {
		t.Errorf("both: %d %s", code, out)
	}
	if code, _, errs := d.run("token", "list", "pkcs11:token=third"); code != exitFailed || !strings.Contains(errs, "[no_token]") {
		t.Errorf("a third: %d %s", code, errs)
	}
}
