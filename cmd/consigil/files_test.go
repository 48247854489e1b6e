package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestWriteFileReplacesOnlyFiles keeps links, and refuses what is there and is no file.
func TestWriteFileReplacesOnlyFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	target, link, folder := filepath.Join(dir, "target"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	for _, err := range []error{os.WriteFile(target, []byte("old"), 0o600), os.Symlink(target, link), os.Mkdir(folder, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := writeFile(link, write); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "new" {
		t.Errorf("the file behind the link holds %q, %v", data, err)
	}
	if err := writeFile(folder, write); err == nil {
		t.Error("a folder was replaced")
	}
}
