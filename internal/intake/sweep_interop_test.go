//go:build interop

package intake

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// corpus lists the PDFs of the test material.
func corpus(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("CONSIGIL_CORPORA")
	if root == "none" {
		t.Log("NOT RUN: CONSIGIL_CORPORA=none")
		return nil
	}
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	var files []string
	for _, sub := range []string{"pdf", "pyhanko"} {
		err := filepath.WalkDir(filepath.Join(root, sub), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".pdf") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestSweep sends every file of the test material through the children. What
// is taken must come out as a file that qpdf has nothing against, and be drawn.
func TestSweep(t *testing.T) {
	p := newTestPool(t, Options{CacheDir: cacheDir(t)})
	counts := map[string]int{}
	slowest := time.Duration(0)
	for _, path := range corpus(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		began := time.Now()
		found, err := p.Inspect(context.Background(), bytes.NewReader(data), &out)
		slowest = max(slowest, time.Since(began))
		if err != nil {
			counts["refused "+problem.From(err).Code]++
			if problem.KindOf(err) == problem.Internal {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		name := "taken"
		if found.Signed {
			name = "taken signed"
			out.Reset()
			out.Write(data)
		} else {
			checkCanonical(t, p, path, data, out.Bytes(), counts)
		}
		counts[name]++
		draw(t, p, path, out.Bytes(), counts)
	}
	var keys []string
	for k, n := range counts {
		keys = append(keys, fmt.Sprintf("%s: %d", k, n))
	}
	slices.Sort(keys)
	t.Logf("slowest inspection %v\n%s", slowest, strings.Join(keys, "\n"))
}

// checkCanonical asks that qpdf has nothing against the canonical form that it
// did not have against the upload, and counts pages that look different.
func checkCanonical(t *testing.T, p *Pool, path string, before, after []byte, counts map[string]int) {
	if complaint := qpdf(t, after); complaint != "" {
		counts["qpdf complains, as of the upload"]++
		if qpdf(t, before) == "" {
			t.Errorf("%s: qpdf: %s", path, complaint)
		}
	}
	was, err := p.PageImage(context.Background(), bytes.NewReader(before), 1, 50, "png")
	if err != nil {
		return
	}
	is, err := p.PageImage(context.Background(), bytes.NewReader(after), 1, 50, "png")
	switch {
	case err != nil:
		t.Errorf("%s: cannot be drawn any more: %v", path, err)
	case !bytes.Equal(was, is):
		counts["looks different"]++
		t.Logf("%s: looks different", path)
	default:
		counts["looks the same"]++
	}
}

func draw(t *testing.T, p *Pool, path string, data []byte, counts map[string]int) {
	src := bytes.NewReader(data)
	if _, err := p.PageImage(context.Background(), src, 1, 72, "jpeg"); err != nil {
		counts["image "+problem.From(err).Code]++
		if problem.KindOf(err) == problem.Internal {
			t.Errorf("%s: image: %v", path, err)
		}
	} else {
		counts["image"]++
	}
	if _, err := p.Text(context.Background(), src, 1); err != nil {
		counts["text "+problem.From(err).Code]++
		if problem.KindOf(err) == problem.Internal {
			t.Errorf("%s: text: %v", path, err)
		}
	} else {
		counts["text"]++
	}
}

func qpdf(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "canonical.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("qpdf", "--check", file).CombinedOutput()
	if err == nil {
		return ""
	}
	return lastLine(string(out))
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
