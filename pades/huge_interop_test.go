//go:build interop

package pades_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/validate"
)

// sparse writes a file whose zeros take no room on disk.
type sparse struct{ *os.File }

func (s sparse) Write(p []byte) (int, error) {
	if len(bytes.Trim(p, "\x00")) > 0 {
		return s.File.Write(p)
	}
	_, err := s.Seek(int64(len(p)), io.SeekCurrent)
	return len(p), err
}

// hugeFile is a PDF of one page beside a stream of n zeros.
func hugeFile(t *testing.T, path string, n int64) *os.File {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var offsets []int64
	at := int64(0)
	put := func(text string) {
		if _, err := f.WriteAt([]byte(text), at); err != nil {
			t.Fatal(err)
		}
		at += int64(len(text))
	}
	object := func(text string) {
		offsets = append(offsets, at)
		put(text)
	}
	put("%PDF-1.7\n")
	object("1 0 obj\n<</Type/Catalog/Pages 2 0 R/Data 4 0 R>>\nendobj\n")
	object("2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n")
	object("3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\n")
	object(fmt.Sprintf("4 0 obj\n<</Length %d>>\nstream\n", n))
	at += n
	put("\nendstream\nendobj\n")
	table := at
	put("xref\n0 5\n0000000000 65535 f \n")
	for _, off := range offsets {
		put(fmt.Sprintf("%010d 00000 n \n", off))
	}
	put(fmt.Sprintf("trailer\n<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n", table))
	return f
}

func sizeOf(t *testing.T, f *os.File) int64 {
	t.Helper()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// create makes a sparse output; its size is that of what was written.
func create(t *testing.T, path string, write func(io.Writer) error) *os.File {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := write(sparse{f}); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestHugeFile signs, extends and verifies a file of more than four gigabytes,
// and has qpdf open it. None of that may need memory for it.
func TestHugeFile(t *testing.T) {
	dir := t.TempDir()
	in := hugeFile(t, filepath.Join(dir, "in.pdf"), 4<<30)
	b, c := long(t, withOCSP)
	opt := b.options()
	opt.Level = pades.LevelT
	resetPeak(t)
	signed := create(t, filepath.Join(dir, "signed.pdf"), func(w io.Writer) error {
		_, err := pades.Sign(t.Context(), in, sizeOf(t, in), b.leaf.Signer, b.tsa, opt, w)
		return err
	})
	extended := create(t, filepath.Join(dir, "extended.pdf"), func(w io.Writer) error {
		_, err := pades.Extend(t.Context(), signed, sizeOf(t, signed), b.tsa, pades.Extension{Level: pades.LevelLTA, Collector: c}, w)
		return err
	})
	report, err := validate.File(t.Context(), extended, sizeOf(t, extended), validate.Options{Anchors: c.Anchors, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Signatures) != 1 || report.Signatures[0].Level != "B-LTA" || report.Signatures[0].Indication != validate.TotalPassed {
		t.Errorf("%+v", report.Signatures)
	}
	if peak := peakMemory(t); peak > 64<<20 {
		t.Errorf("peak memory of %d MB", peak>>20)
	} else {
		t.Logf("peak memory of %d MB", peak>>20)
	}
	if out, err := exec.Command("qpdf", "--show-npages", extended.Name()).CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "1" {
		t.Errorf("qpdf: %v: %s", err, out)
	}
}

// resetPeak makes the kernel forget the highest memory so far.
func resetPeak(t *testing.T) {
	t.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
}

// peakMemory is the highest resident memory, in bytes.
func peakMemory(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
