// Package blobtest is the suite that every blob engine passes. It is for tests only.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/problem"
)

// Run runs the suite; open gives an empty store each time.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	cases := []struct {
		name string
		test func(*testing.T, blob.Store)
	}{
		{"PutAndRead", testPutAndRead},
		{"Ranges", testRanges},
		{"Absent", testAbsent},
		{"List", testList},
		{"FailedPutLeavesNothing", testFailedPut},
		{"Cancelled", testCancelled},
		{"SameBytesAtOnce", testSameBytes},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// Bytes are n bytes that repeat nowhere near.
func Bytes(n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	sum := sha256.Sum256([]byte("seed"))
	for len(out) < n {
		sum = sha256.Sum256(sum[:])
		out = append(out, sum[:]...)
	}
	return out[:n]
}

func put(t *testing.T, s blob.Store, data []byte) blob.Info {
	t.Helper()
	info, err := s.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func testPutAndRead(t *testing.T, s blob.Store) {
	for _, size := range []int{0, 1, 4096, 200_001} {
		data := Bytes(size)
		info := put(t, s, data)
		sum := sha256.Sum256(data)
		if info.Name != hex.EncodeToString(sum[:]) || info.Size != int64(size) || info.Modified.IsZero() {
			t.Fatalf("put gave %+v", info)
		}
		again, err := s.Stat(t.Context(), info.Name)
		if err != nil || again.Name != info.Name || again.Size != info.Size {
			t.Fatalf("stat gave %+v, %v", again, err)
		}
		object, err := s.Open(t.Context(), info.Name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(object, 0, object.Size()))
		if err != nil || !bytes.Equal(got, data) || object.Size() != int64(size) {
			t.Fatalf("read %d bytes of %d, %v", len(got), size, err)
		}
		if err := object.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testRanges(t *testing.T, s blob.Store) {
	data := Bytes(10_000)
	object, err := s.Open(t.Context(), put(t, s, data).Name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = object.Close() }()
	for _, r := range [][2]int{{0, 1}, {0, 10_000}, {9_999, 1}, {1234, 5678}} {
		got := make([]byte, r[1])
		if n, err := object.ReadAt(got, int64(r[0])); n != r[1] || (err != nil && !errors.Is(err, io.EOF)) || !bytes.Equal(got, data[r[0]:r[0]+r[1]]) {
			t.Errorf("range %v: %d bytes, %v", r, n, err)
		}
	}
	if n, err := object.ReadAt(make([]byte, 10), 9_995); n != 5 || !errors.Is(err, io.EOF) {
		t.Errorf("over the end: %d bytes, %v", n, err)
	}
}

func testAbsent(t *testing.T, s blob.Store) {
	for _, name := range []string{strings.Repeat("0", 64), "", "x", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("/", 64)} {
		_, openErr := s.Open(t.Context(), name)
		_, statErr := s.Stat(t.Context(), name)
		if problem.KindOf(openErr) != problem.NotFound || problem.KindOf(statErr) != problem.NotFound {
			t.Errorf("%q: %v, %v", name, openErr, statErr)
		}
		if err := s.Delete(t.Context(), name); err != nil {
			t.Errorf("delete %q: %v", name, err)
		}
	}
	info := put(t, s, Bytes(10))
	if err := errors.Join(s.Delete(t.Context(), info.Name), s.Delete(t.Context(), info.Name)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stat(t.Context(), info.Name); problem.KindOf(err) != problem.NotFound {
		t.Errorf("after delete: %v", err)
	}
}

func names(t *testing.T, s blob.Store) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	if err := s.List(t.Context(), func(i blob.Info) error { out[i.Name] = i.Size; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func testList(t *testing.T, s blob.Store) {
	want := map[string]int64{}
	for size := range 40 {
		want[put(t, s, Bytes(size)).Name] = int64(size)
	}
	got := names(t, s)
	if len(got) != len(want) {
		t.Fatalf("%d names, want %d", len(got), len(want))
	}
	for name, size := range want {
		if got[name] != size {
			t.Errorf("%s has %d bytes, want %d", name, got[name], size)
		}
	}
	stop := errors.New("stop")
	if err := s.List(t.Context(), func(blob.Info) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("list went on: %v", err)
	}
}

func testFailedPut(t *testing.T, s blob.Store) {
	broken := errors.New("broken")
	if _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(Bytes(100_000)), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if n := len(names(t, s)); n != 0 {
		t.Errorf("%d blobs after a failed put", n)
	}
}

func testCancelled(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, bytes.NewReader(Bytes(100_000))); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := len(names(t, s)); n != 0 {
		t.Errorf("%d blobs after a cancelled put", n)
	}
}

func testSameBytes(t *testing.T, s blob.Store) {
	data := Bytes(50_000)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := s.Put(t.Context(), bytes.NewReader(data)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(names(t, s)); n != 1 {
		t.Errorf("%d blobs of the same bytes", n)
	}
}
