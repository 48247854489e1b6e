package pdf

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// corpora gives the folder with test material, or "" where it was switched
// off.
func corpora(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CONSIGIL_CORPORA")
	if dir == "none" {
		t.Log("corpora switched off: not run")
		return ""
	}
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpora")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("corpora missing; set CONSIGIL_CORPORA to the folder or to none: %v", err)
	}
	return dir
}

// corpusFiles lists every PDF of the corpus.
func corpusFiles(t testing.TB) []string {
	t.Helper()
	dir := corpora(t)
	if dir == "" {
		return nil
	}
	var out []string
	err := filepath.WalkDir(filepath.Join(dir, "pdf"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".pdf") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSweep opens every file of the corpus, walks its pages and writes an
// update: no file may crash the reader or keep it busy.
func TestSweep(t *testing.T) {
	var opened, repaired, password, failed, updated, updateFailed int
	for _, path := range corpusFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		switch {
		case errors.Is(err, ErrPassword):
			password++
		case err != nil:
			failed++
			t.Logf("%s: %v", filepath.Base(path), err)
		default:
			opened++
			if err := sweepOne(t, f, data); err != nil {
				updateFailed++
				t.Logf("%s: %v", filepath.Base(path), err)
			} else {
				updated++
			}
			if f.Repaired() {
				repaired++
			}
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s took %v", path, d)
		} else if d > time.Second {
			t.Logf("%s took %v", path, d)
		}
	}
	t.Logf("opened %d (repaired %d), password %d, refused %d; updated %d, not %d", opened, repaired, password, failed, updated, updateFailed)
}

func sweepOne(t *testing.T, f *File, data []byte) error {
	t.Helper()
	n, err := f.PageCount()
	if err != nil {
		return err
	}
	f.Revisions()
	u := NewUpdate(f)
	cat, err := u.Catalog()
	if err != nil {
		return err
	}
	ref := u.Alloc()
	u.Put(ref, Dict{"Text": String("added (later)")})
	cat["Consigil"] = ref
	u.Put(f.CatalogRef(), cat)
	var out bytes.Buffer
	if _, err := u.WriteTo(&out); err != nil {
		return err
	}
	whole := append(append([]byte{}, data...), out.Bytes()...)
	g, err := Open(bytes.NewReader(whole), int64(len(whole)), Options{})
	if err != nil {
		return err
	}
	m, err := g.PageCount()
	if err != nil {
		return err
	}
	if m != n {
		t.Errorf("pages %d became %d", n, m)
	}
	if g.Repaired() {
		return errors.New("updated file needs repair")
	}
	gc, err := g.Catalog()
	if err != nil {
		return err
	}
	d, err := g.Dict(gc["Consigil"])
	if err != nil || d["Text"] != String("added (later)") {
		t.Errorf("added object reads as %v, %v", d, err)
	}
	return nil
}
