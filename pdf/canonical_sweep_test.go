package pdf

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweepCanonical rewrites every file of the corpus that opens: the result
// must open strictly, have the same pages, have nothing left to remove, and
// come out the same when rewritten again.
func TestSweepCanonical(t *testing.T) {
	refused := map[string]int{}
	found := map[string]int{}
	var written int
	for _, path := range corpusFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			continue
		}
		start := time.Now()
		var out bytes.Buffer
		report, err := Canonicalize(f, &out, CanonicalOptions{})
		if d := time.Since(start); d > time.Second {
			t.Logf("%s took %v", filepath.Base(path), d)
		}
		var no *RefusalError
		switch {
		case errors.As(err, &no):
			refused[no.Code]++
			continue
		case err != nil:
			refused["error"]++
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		written++
		for _, x := range report.Findings {
			found[x.Code]++
		}
		checkCanonical(t, filepath.Base(path), out.Bytes(), report)
	}
	t.Logf("canonical: %d written, refused %v", written, refused)
	t.Logf("files with findings: %v", found)
}

func checkCanonical(t *testing.T, name string, data []byte, report *Report) {
	t.Helper()
	g, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
	if err != nil {
		t.Errorf("%s: canonical form does not open: %v", name, err)
		return
	}
	if n, err := g.PageCount(); n != report.Pages || err != nil {
		t.Errorf("%s: %d pages became %d (%v)", name, report.Pages, n, err)
	}
	if len(g.Revisions()) != 1 {
		t.Errorf("%s: %d revisions", name, len(g.Revisions()))
	}
	var again bytes.Buffer
	second, err := Canonicalize(g, &again, CanonicalOptions{})
	if err != nil {
		t.Errorf("%s: again: %v", name, err)
		return
	}
	if len(second.Findings) > 0 {
		t.Errorf("%s: findings left: %v", name, second.Findings)
	}
	if again.Len() != len(data) {
		t.Errorf("%s: %d bytes became %d", name, len(data), again.Len())
	}
}
