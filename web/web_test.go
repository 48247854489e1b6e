//go:build !noui

package web

import (
	"bytes"
	"io/fs"
	"testing"
)

// TestPlaceholderIsThere keeps `go build` without npm working: the folder that is embedded must never be empty.
func TestPlaceholderIsThere(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	page, err := fs.ReadFile(files, "placeholder.html")
	if err != nil || !bytes.Contains(page, []byte("make run")) {
		t.Errorf("the placeholder does not say how to build the pages: %v", err)
	}
}
