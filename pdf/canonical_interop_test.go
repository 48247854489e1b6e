//go:build interop

package pdf

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

// TestCanonicalKeepsPictureAndText rewrites every file and compares pictures
// and text of the first pages, as mutool and pdftotext see them, and asks qpdf
// whether it likes the copy no less. Files from which something visible was
// dropped on purpose are left out of the comparison.
func TestCanonicalKeepsPictureAndText(t *testing.T) {
	var same, picture, text, kept, worse, unread int
	out := filepath.Join(t.TempDir(), "out.pdf")
	for _, path := range corpusFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			continue
		}
		var b bytes.Buffer
		report, err := Canonicalize(f, &b, CanonicalOptions{})
		if err != nil {
			continue
		}
		if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		_, before := run(t, "qpdf", "--check", path)
		msg, after := run(t, "qpdf", "--check", out)
		if rank(after) > rank(before) {
			worse++
			t.Logf("WORSE %s (%d to %d) %v\n%s", name, before, after, report.Findings, tail(msg))
		} else {
			kept++
		}
		if report.Has(codeFlattened) || report.Has(codeHiddenLayer) || report.Has(codeMedia) || report.Has(codeEmbedded) || report.Has(codeFileRepaired) {
			continue
		}
		p1, ok := pictures(t, path)
		p2, _ := pictures(t, out)
		switch {
		case !ok:
			unread++
		case p1 != p2:
			picture++
			t.Logf("PICTURE %s %v", name, report.Findings)
		case textOf(t, path) != textOf(t, out):
			text++
			t.Logf("TEXT %s %v", name, report.Findings)
		default:
			same++
		}
	}
	t.Logf("qpdf --check no worse %d, worse %d; picture and text the same %d, picture differs %d, text differs %d, original not drawn %d", kept, worse, same, picture, text, unread)
}

func pictures(t *testing.T, path string) ([32]byte, bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "p-%d.pnm")
	_, code := run(t, "mutool", "draw", "-q", "-r", "30", "-o", file, path, "1-2")
	h := sha256.New()
	shown := false
	for _, n := range []string{"1", "2"} {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(file), "p-"+n+".pnm"))
		if err == nil {
			shown = true
			h.Write(data)
		}
	}
	return [32]byte(h.Sum(nil)), shown && code == 0
}

func textOf(t *testing.T, path string) string {
	out, _ := run(t, "pdftotext", "-q", "-l", "2", path, "-")
	return out
}
