//go:build interop

package pdf

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// run calls a judge and gives its output and exit code, -1 on timeout.
func run(t *testing.T, name string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return string(out), exit.ExitCode()
	case err != nil:
		t.Fatalf("%s: %v", name, err)
	}
	return string(out), 0
}

// TestPageCountAgrees compares the number of pages with qpdf's and pdfinfo's.
func TestPageCountAgrees(t *testing.T) {
	var same, one, none, silent int
	for _, path := range corpusFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			continue
		}
		n, err := f.PageCount()
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		q, p := qpdfPages(t, path), pdfinfoPages(t, path)
		switch {
		case q < 0 && p < 0:
			silent++
		case (q < 0 || q == n) && (p < 0 || p == n):
			same++
		case q == n || p == n:
			one++
			t.Logf("%s: ours %d, qpdf %d, pdfinfo %d", filepath.Base(path), n, q, p)
		default:
			none++
			t.Logf("DIFFERS %s: ours %d, qpdf %d, pdfinfo %d", filepath.Base(path), n, q, p)
		}
	}
	t.Logf("page counts: all agree %d, one judge agrees %d, both differ %d, no judge opens it %d", same, one, none, silent)
}

func qpdfPages(t *testing.T, path string) int {
	out, code := run(t, "qpdf", "--no-warn", "--show-npages", path)
	if code != 0 && code != 3 {
		return -1
	}
	lines := strings.Fields(out)
	if len(lines) == 0 {
		return -1
	}
	n, err := strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		return -1
	}
	return n
}

func pdfinfoPages(t *testing.T, path string) int {
	out, _ := run(t, "pdfinfo", path)
	for _, line := range strings.Split(out, "\n") {
		if rest, ok := strings.CutPrefix(line, "Pages:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(rest))
			if err == nil {
				return n
			}
		}
	}
	return -1
}

// TestUpdateKeepsCheck appends an increment to every file that opens and asks
// qpdf whether it likes the result no less than the original.
func TestUpdateKeepsCheck(t *testing.T) {
	var kept, better, worse int
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
		if err := os.WriteFile(out, append(data, increment(t, f)...), 0o600); err != nil {
			t.Fatal(err)
		}
		before, codeBefore := run(t, "qpdf", "--check", path)
		after, codeAfter := run(t, "qpdf", "--check", out)
		switch {
		case rank(codeAfter) > rank(codeBefore):
			worse++
			t.Errorf("WORSE %s (%d to %d, repaired %v)\n%s\n---\n%s", path, codeBefore, codeAfter, f.Repaired(), tail(before), tail(after))
		case rank(codeAfter) < rank(codeBefore):
			better++
		default:
			kept++
		}
	}
	t.Logf("qpdf --check after an update: as before %d, better %d, worse %d", kept, better, worse)
}

// rank orders qpdf's exit codes: fine, warnings, errors.
func rank(code int) int {
	switch code {
	case 0:
		return 0
	case 3:
		return 1
	}
	return 2
}

func tail(s string) string { return s[max(len(s)-600, 0):] }
