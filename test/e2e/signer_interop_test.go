//go:build interop

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is the real program; it is stopped with the test.
func process(t *testing.T, binary, ready string, client *http.Client, args ...string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(binary, append([]string{"serve", "--cache-dir", cacheDir}, args...)...)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, log.String())
		}
	})
	eventually(t, ready, func() bool {
		res, err := client.Get(ready + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close() // it was only asked for
		return res.StatusCode == http.StatusOK
	})
}

// TestSignerProcesses runs signer and core as the guide says, with client certificates and with tokens, and shows what
// was sealed to EU DSS and pyHanko.
func TestSignerProcesses(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "consigil")
	if out, err := exec.Command("go", "build", "-o", binary, "github.com/consigil/consigil/cmd/consigil").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, token := range []bool{false, true} {
		name := map[bool]string{false: "certificates", true: "tokens"}[token]
		t.Run(name, func(t *testing.T) { judged(t, binary, token) })
	}
}

func judged(t *testing.T, binary string, token bool) {
	dir := t.TempDir()
	keys := filepath.Join(dir, "link")
	if out, err := exec.Command(binary, "admin", "signer-setup", keys, "--host", "127.0.0.1").CombinedOutput(); err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	l := &link{dir: keys, data: filepath.Join(dir, "signer"), token: token, listen: freeAddress(t)}
	l.url = "https://" + l.listen
	signer := []string{
		"--role", "signer", "--data", l.data, "--listen", l.listen, "--public-url", l.url, "--tls-cert", l.file("signer.pem"), "--tls-key", l.file("signer.key"),
	}
	core := []string{"--signer", l.url, "--signer-ca", l.file("ca.pem")}
	if token {
		signer = append(signer, "--esign-token-key", "core="+l.file("core-token.pub"))
		core = append(core, "--signer-token-key", l.file("core-token.key"))
	} else {
		signer = append(signer, "--esign-client-ca", l.file("ca.pem"), "--esign-client", "core")
		core = append(core, "--signer-cert", l.file("core.pem"), "--signer-key", l.file("core.key"))
	}
	process(t, binary, l.url, l.client(t, ""), signer...)
	addr, data := freeAddress(t), filepath.Join(dir, "core")
	process(t, binary, "http://"+addr, http.DefaultClient, append(core, "--data", data, "--listen", addr)...)
	in := &installation{staffURL: "http://" + addr, guestURL: "http://" + addr, log: &bytes.Buffer{}}
	in.readKey(t, data)
	api := in.api(t)
	level := map[bool]string{false: "B-T", true: "B-LTA"}[token]
	e := api.sentAt(contract(t), level)
	for _, r := range e.Recipients {
		in.guest(t).sign(api.reveal(e.ID, r.ID))
	}
	if done := api.waitFor(e.ID, "delivered"); done.Documents[0].Level != level {
		t.Errorf("sealed at %s in place of %s", done.Documents[0].Level, level)
	}
	files := map[string][]byte{
		"sealed.pdf":      api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind=sealed", nil, nil).body,
		"certificate.pdf": api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/certificate", nil, nil).body,
	}
	root := filepath.Join(dir, "root.pem")
	save(t, root, in.guest(t).must(http.MethodGet, "/pki/trust.pem", nil, nil).body)
	for name, data := range files {
		path := filepath.Join(dir, name)
		save(t, path, data)
		words := []string{`"indication":"TOTAL_PASSED"`}
		if name == "sealed.pdf" {
			words = append(words, `"format":"`+profile(level)+`"`)
		}
		asks(t, "dss.sh", root, path, words...)
		if valid := `"valid":true`; level == "B-T" {
			asks(t, "pyhanko.sh", root, path, valid)
			continue
		}
		// pyHanko takes what B-LTA appends behind a seal that locks every field for a modification.
		asks(t, "pyhanko.sh", root, path, `"ades":"OK"`, `"intact":true`, `"trusted":true`)
	}
}

// profile is a level in DSS's words.
func profile(level string) string {
	return map[string]string{"B-B": "PAdES-BASELINE-B", "B-T": "PAdES-BASELINE-T", "B-LT": "PAdES-BASELINE-LT", "B-LTA": "PAdES-BASELINE-LTA"}[level]
}

func save(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// asks wants words in a judge's line.
func asks(t *testing.T, judge, root, path string, words ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join("..", "judges", judge), "--trust", root)
	cmd.Stdin = strings.NewReader(path + "\n")
	cmd.WaitDelay = 2 * time.Minute
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", judge, err)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, bytes.TrimSpace(out)); err != nil {
		t.Fatalf("%s: %v in %s", judge, err, out)
	}
	for _, word := range words {
		if !strings.Contains(line.String(), word) {
			t.Errorf("%s of %s: no %s in %s", judge, filepath.Base(path), word, line.String())
		}
	}
}
