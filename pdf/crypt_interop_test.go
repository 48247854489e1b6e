//go:build interop

package pdf

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// encryptions are what qpdf can do, each as its arguments.
var encryptions = map[string][]string{
	"RC4-40":                 {"40"},
	"RC4-128":                {"128", "--use-aes=n"},
	"AES-128":                {"128", "--use-aes=y"},
	"AES-128 clear metadata": {"128", "--use-aes=y", "--cleartext-metadata"},
	"AES-256 R5":             {"256", "--force-R5"},
	"AES-256 R6":             {"256"},
	"AES-256 clear metadata": {"256", "--cleartext-metadata"},
}

// TestEncryption opens files that qpdf encrypted, with every handler and every
// kind of password, adds an increment, and has qpdf check and decrypt it.
func TestEncryption(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.pdf")
	if err := os.WriteFile(plain, built(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range encryptions {
		for _, user := range []string{"", "user pass"} {
			file := filepath.Join(dir, "enc.pdf")
			cmd := append([]string{"--allow-weak-crypto", plain, "--encrypt", user, "owner pass"}, args...)
			if out, code := run(t, "qpdf", append(cmd, "--", file)...); code != 0 && code != 3 {
				t.Fatalf("%s: qpdf: %s", name, out)
			}
			for _, password := range []string{user, "owner pass"} {
				t.Run(name+"/"+user+"/"+password, func(t *testing.T) { encrypted(t, file, user, password) })
			}
		}
	}
}

func encrypted(t *testing.T, file, user, password string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bytes.NewReader(data), int64(len(data)), Options{Password: "wrong"}); (user == "") != (err == nil) || err != nil && !errors.Is(err, ErrPassword) {
		t.Errorf("wrong password: %v", err)
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Password: password, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	checkSecrets(t, f)
	whole := append(data, increment(t, f)...)
	out := filepath.Join(t.TempDir(), "out.pdf")
	if err := os.WriteFile(out, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, code := run(t, "qpdf", "--password="+password, "--check", out); code != 0 {
		t.Errorf("qpdf --check: %s", msg)
	}
	msg, _ := run(t, "qpdf", "--password="+password, "--decrypt", "--qdf", "--object-streams=disable", out, "-")
	if !strings.Contains(msg, "(added)") || !strings.Contains(msg, "some data") {
		t.Error("what was added does not decrypt")
	}
	var canon bytes.Buffer
	if _, err := Canonicalize(f, &canon, CanonicalOptions{}); err != nil {
		t.Fatal(err)
	}
	g, err := Open(bytes.NewReader(canon.Bytes()), int64(canon.Len()), Options{Strict: true})
	if err != nil || g.Encrypted() {
		t.Fatalf("canonical form: %v", err)
	}
	info, err := g.Dict(g.Trailer()["Info"])
	if title, _ := info["Title"].(String); err != nil || title.Text() != "Tanúsítvány" {
		t.Errorf("title reads %q", info["Title"])
	}
}

// checkSecrets reads a string and a stream that were encrypted.
func checkSecrets(t *testing.T, f *File) {
	t.Helper()
	info, err := f.Dict(f.Trailer()["Info"])
	if title, _ := info["Title"].(String); err != nil || title.Text() != "Tanúsítvány" {
		t.Errorf("title reads %q, %v", info["Title"], err)
	}
	p, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Resolve(p.Dict["Contents"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Decode(o.(*Stream))
	if err != nil || !strings.Contains(string(got), "(Hello) Tj") {
		t.Errorf("content reads %q, %v", got, err)
	}
}
