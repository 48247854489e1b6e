package disk_test

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/blobtest"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/problem"
)

func open(t *testing.T) *disk.Store {
	t.Helper()
	s, err := disk.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuite(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t) })
}

func TestFullDisk(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	s, err := disk.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Put(t.Context(), iotest.ErrReader(&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}))
	if p := problem.From(err); p.Kind != problem.Full || p.Code != "disk_full" {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(root, "incoming"))
	if err != nil || len(left) != 0 {
		t.Fatalf("%d files left, %v", len(left), err)
	}
}

func TestTidy(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	s, err := disk.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(root, "incoming", "left")
	if err := os.WriteFile(left, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := s.Tidy(now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err != nil {
		t.Fatal("a file that may still be written is gone")
	}
	if err := s.Tidy(now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Fatal("the file is still there")
	}
}

func TestModes(t *testing.T) {
	s := open(t)
	info, err := s.Put(t.Context(), io.LimitReader(zeros{}, 10))
	if err != nil {
		t.Fatal(err)
	}
	object, err := s.Open(t.Context(), info.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = object.Close() }()
	stat, err := object.(interface{ Stat() (os.FileInfo, error) }).Stat()
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", stat.Mode(), err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
