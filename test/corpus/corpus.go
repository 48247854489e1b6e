// Package corpus finds the test material that lies beside the repository. It
// is data for sweeps, never part of the product.
package corpus

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// PDFs lists the PDF files of the corpus; CONSIGIL_CORPORA names its folder.
// With "none" there are no files and the test says that it was not run.
func PDFs(t testing.TB) []string { return under(t, "pdf") }

// PyHanko lists the PDF files of pyHanko's own tests.
func PyHanko(t testing.TB) []string { return under(t, filepath.Join("pyhanko", "pdf")) }

func under(t testing.TB, folder string) []string {
	t.Helper()
	dir := os.Getenv("CONSIGIL_CORPORA")
	if dir == "none" {
		t.Log("NOT RUN: the corpora are switched off")
		return nil
	}
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "corpora")
	}
	var files []string
	err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".pdf") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("corpora are missing; set CONSIGIL_CORPORA to their folder, or to none: %v", err)
	}
	return files
}

// root is the folder of go.mod, above the test's own.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}
