//go:build interop

package ceremony_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/problem"
)

// TestSweep sends every file of the test material the whole way and lets qpdf judge what comes of it. Refusals
// must be problems with a code; their counts are printed.
func TestSweep(t *testing.T) {
	dir := corpora(t)
	if dir == "" {
		t.Log("NOT RUN: no test material")
		return
	}
	w := newWorld(t)
	counts := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".pdf") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		counts[w.sweepOne(t, path, data)]++
		return nil
	})
	must(t, err)
	var lines []string
	total := 0
	for outcome, n := range counts {
		total += n
		lines = append(lines, outcome)
	}
	sort.Strings(lines)
	t.Logf("%d files", total)
	for _, l := range lines {
		t.Logf("%5d %s", counts[l], l)
	}
}

func (w *world) sweepOne(t *testing.T, path string, data []byte) string {
	got, err := w.wholeWay(data)
	var p *problem.Error
	switch {
	case errors.As(err, &p) && p.Kind != problem.Internal:
		return "refused: " + p.Code
	case err != nil && strings.HasPrefix(err.Error(), "not sent: "):
		return err.Error()
	case err != nil:
		t.Errorf("%s: %v", path, err)
		return "failed"
	}
	out := filepath.Join(t.TempDir(), "out.pdf")
	must(t, os.WriteFile(out, got, 0o600))
	in := filepath.Join(t.TempDir(), "in.pdf")
	must(t, os.WriteFile(in, data, 0o600))
	after, before := qpdf(out), qpdf(in)
	if after > before {
		report, _ := exec.Command("qpdf", "--check", out).CombinedOutput()
		t.Logf("%s: qpdf %d, was %d: %s", path, after, before, report)
		return "signed, but qpdf complains"
	}
	return "signed"
}

// qpdf is the exit code of qpdf --check: 0 fine, 3 warnings, 2 errors (here 4, so that more is worse).
func qpdf(path string) int {
	var exit *exec.ExitError
	if err := exec.Command("qpdf", "--check", path).Run(); errors.As(err, &exit) {
		if exit.ExitCode() == 2 {
			return 4
		}
		return exit.ExitCode()
	}
	return 0
}
