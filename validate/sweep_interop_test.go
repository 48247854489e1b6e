//go:build interop

package validate_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/corpus"
)

// TestSweepQPDF signs every real PDF and lets qpdf check it before and after:
// signing must make nothing worse.
func TestSweepQPDF(t *testing.T) {
	s := newScene(t)
	dir := t.TempDir()
	var signed, clean, worse int
	for _, path := range corpus.PDFs(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		opt := pades.Options{Certificate: s.leaf.Cert, Time: noon}
		if _, err := pades.Sign(t.Context(), bytes.NewReader(data), int64(len(data)), s.leaf.Signer, nil, opt, &out); err != nil {
			continue
		}
		signed++
		after := filepath.Join(dir, "signed.pdf")
		if err := os.WriteFile(after, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		old, fresh := qpdfCheck(t, path), qpdfCheck(t, after)
		if old == 0 {
			clean++
		}
		if rank(fresh) > rank(old) {
			worse++
			t.Errorf("%s: qpdf --check %d before, %d after", filepath.Base(path), old, fresh)
		}
	}
	t.Logf("%d signed, %d of them clean before; %d worse after", signed, clean, worse)
}

// rank orders qpdf's exit codes: 0 clean, 3 warnings, 2 errors; anything else is a
// crash of qpdf itself.
func rank(code int) int {
	switch code {
	case 0:
		return 0
	case 3:
		return 1
	case 2:
		return 2
	}
	return 3
}

func qpdfCheck(t *testing.T, path string) int {
	t.Helper()
	cmd := exec.Command("qpdf", "--check", path)
	_ = cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal("qpdf did not run")
	}
	return cmd.ProcessState.ExitCode()
}
