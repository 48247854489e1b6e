//go:build interop

package main

import (
	"bytes"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/test/testpki"
)

// TestOpenSSLReadsOurTimestamps: the file that timestamp writes is what openssl
// expects under that name.
func TestOpenSSLReadsOurTimestamps(t *testing.T) {
	dir := t.TempDir()
	ca := testpki.New(t, clock.System{}.Now(), false)
	leaf := ca.Leaf("Alice", "p-256")
	if err := prepare(dir, ca, leaf, leaf); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(answer(t, ca.TSA(clock.System{}.Now)))
	defer server.Close()
	data, reply := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "in.tsr")
	var out bytes.Buffer
	term := &terminal{out: &out, err: &out, clock: clock.System{}}
	if code := term.run(t.Context(), []string{"timestamp", data, "--out", reply, "--tsa", server.URL}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	judge := exec.Command("openssl", "ts", "-verify", "-in", reply, "-data", data, "-CAfile", filepath.Join(dir, "root.pem"))
	if verdict, err := judge.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, verdict)
	}
}
