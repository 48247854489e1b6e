package secret_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
)

func key(t testing.TB) secret.Key {
	t.Helper()
	k, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var ref = secret.Ref{Purpose: "column", Org: "o", Table: "t", Row: "r", Column: "c"}

func TestSealIsBoundToItsPlace(t *testing.T) {
	k := key(t)
	sealed, err := k.Seal(ref, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open(ref, sealed); err != nil || string(got) != "secret" {
		t.Fatal(string(got), err)
	}
	for name, other := range map[string]secret.Ref{
		"purpose": {Purpose: "x", Org: "o", Table: "t", Row: "r", Column: "c"},
		"org":     {Purpose: "column", Org: "x", Table: "t", Row: "r", Column: "c"},
		"table":   {Purpose: "column", Org: "o", Table: "x", Row: "r", Column: "c"},
		"row":     {Purpose: "column", Org: "o", Table: "t", Row: "x", Column: "c"},
		"column":  {Purpose: "column", Org: "o", Table: "t", Row: "r", Column: "x"},
		"shifted": {Purpose: "column", Org: "o", Table: "tr", Row: "", Column: "c"},
	} {
		if _, err := k.Open(other, sealed); !errors.Is(err, secret.ErrOpen) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x80
		if _, err := k.Open(ref, bad); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
	for n := range sealed {
		if _, err := k.Open(ref, sealed[:n]); err == nil {
			t.Errorf("%d bytes opened", n)
		}
	}
}

func TestRotation(t *testing.T) {
	a, b := key(t), key(t)
	old, err := secret.NewSet(a)
	if err != nil {
		t.Fatal(err)
	}
	both, err := secret.NewSet(a, b)
	if err != nil {
		t.Fatal(err)
	}
	only, err := secret.NewSet(b)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := old.Seal(ref, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if !both.Stale(sealed) || old.Stale(sealed) {
		t.Fatal("staleness is wrong")
	}
	if _, err := only.Open(ref, sealed); !errors.Is(err, secret.ErrUnknownKey) {
		t.Fatal(err)
	}
	fresh, err := both.Rewrap(ref, sealed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := only.Open(ref, fresh); err != nil || string(got) != "x" {
		t.Fatal(string(got), err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek")
	if _, err := secret.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	first, err := secret.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := secret.OpenFile(path)
	if err != nil || again.Current().ID() != first.Current().ID() {
		t.Fatal("the second start made another key", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	rotated, err := secret.RotateFile(path)
	if err != nil || rotated.Current().ID() == first.Current().ID() {
		t.Fatal("rotation kept the key", err)
	}
	sealed, err := first.Seal(ref, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	reread, err := secret.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reread.Open(ref, sealed); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(path + ".new*"); err != nil || len(left) != 0 {
		t.Fatal(left, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		var loose *secret.LooseModeError
		if _, err := secret.OpenFile(path); !errors.As(err, &loose) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestBadKeyFiles(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "comment": "# only\n", "short": "consigil-kek-v1 AAAA\n", "junk": "hello\n",
		"not base64": "consigil-kek-v1 !!!\n",
	} {
		path := filepath.Join(t.TempDir(), "kek")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.OpenFile(path); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// memory is a KeyStore whose adding can be raced.
type memory struct{ rows map[id.Org][][]byte }

func (m *memory) OrgKeys(_ context.Context, org id.Org) ([][]byte, error) { return m.rows[org], nil }

func (m *memory) AddFirstOrgKey(_ context.Context, org id.Org, wrapped []byte) error {
	if len(m.rows[org]) == 0 {
		m.rows[org] = [][]byte{wrapped}
	}
	return nil
}

func TestRing(t *testing.T) {
	ctx := t.Context()
	kek, err := secret.NewSet(key(t))
	if err != nil {
		t.Fatal(err)
	}
	store := &memory{map[id.Org][][]byte{}}
	ring := secret.NewRing(kek, store)
	if _, err := ring.Org(ctx, "a"); !errors.Is(err, secret.ErrNoKey) {
		t.Fatal(err)
	}
	sealed, err := ring.Wrap(ctx, "a", "seal-key", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	other := secret.NewRing(kek, store) // after a restart
	if got, err := other.Unwrap(ctx, "a", "seal-key", sealed); err != nil || string(got) != "x" {
		t.Fatal(string(got), err)
	}
	if _, err := other.Unwrap(ctx, "a", "other", sealed); !errors.Is(err, secret.ErrOpen) {
		t.Fatal(err)
	}
	if _, err := ring.Wrap(ctx, "b", "seal-key", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Unwrap(ctx, "b", "seal-key", sealed); !errors.Is(err, secret.ErrUnknownKey) {
		t.Fatal(err)
	}
	store.rows["b"] = store.rows["a"] // a key moved to another organization
	ring.Forget("b")
	if _, err := ring.Org(ctx, "b"); err == nil {
		t.Fatal("a moved key opened")
	}
	delete(store.rows, "a") // erased
	ring.Forget("a")
	if _, err := ring.Unwrap(ctx, "a", "seal-key", sealed); !errors.Is(err, secret.ErrNoKey) {
		t.Fatal(err)
	}
}

func encrypt(t testing.TB, k secret.Key, plain []byte) []byte {
	t.Helper()
	e, err := secret.NewEncrypter(k, ref, bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(e)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStream(t *testing.T) {
	k := key(t)
	for _, n := range []int{0, 1, secret.ChunkSize - 1, secret.ChunkSize, secret.ChunkSize + 1, 2 * secret.ChunkSize} {
		plain := bytes.Repeat([]byte{byte(n)}, n)
		sealed := encrypt(t, k, plain)
		if int64(len(sealed)) != secret.StreamSize(int64(n)) {
			t.Errorf("%d bytes gave %d, not %d", n, len(sealed), secret.StreamSize(int64(n)))
		}
		r, err := secret.NewReader(k, ref, bytes.NewReader(sealed), int64(n))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
	}
}

func TestStreamPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	e, err := secret.NewEncrypter(key(t), ref, io.MultiReader(bytes.NewReader(make([]byte, 100_000)), failing{broken}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(e); !errors.Is(err, broken) {
		t.Fatal(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzOpen(f *testing.F) {
	k := key(f)
	sealed, err := k.Seal(ref, []byte("plain"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := k.Open(ref, data); err == nil && !bytes.Equal(data, sealed) {
			t.Fatal("forged")
		}
	})
}

func FuzzReader(f *testing.F) {
	k := key(f)
	plain := bytes.Repeat([]byte("x"), secret.ChunkSize+10)
	sealed := encrypt(f, k, plain)
	f.Add(sealed, int64(len(plain)), int64(0), 10)
	f.Add(sealed[:100], int64(5), int64(1), 3)
	f.Add([]byte{}, int64(-1), int64(-5), 0)
	f.Fuzz(func(t *testing.T, data []byte, size, off int64, n int) {
		r, err := secret.NewReader(k, ref, bytes.NewReader(data), size)
		if err != nil {
			return
		}
		buf := make([]byte, min(max(n, 0), 1<<20))
		got, _ := r.ReadAt(buf, off)
		if got > 0 && !bytes.Equal(buf[:got], plain[off:off+int64(got)]) {
			t.Fatal("wrong plaintext")
		}
	})
}

func FuzzKeyFile(f *testing.F) {
	f.Add([]byte("consigil-kek-v1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"))
	f.Add([]byte("# x\n\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "kek")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _ = secret.ReadFile(path)
	})
}

// TestSetFollowsItsFile is what lets a server serve on while another process rotates the keys.
func TestSetFollowsItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek")
	serving, err := secret.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old, err := serving.Seal(ref, []byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := secret.RotateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := rotated.Rewrap(ref, old)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := serving.Open(ref, fresh); err != nil || string(got) != "before" {
		t.Fatalf("%q, %v", got, err)
	}
	if serving.Current().ID() != rotated.Current().ID() || !serving.Stale(old) {
		t.Error("the serving process goes on sealing with the old key")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := serving.Seal(ref, []byte("x")); err != nil {
		t.Errorf("a file that is away for a moment: %v", err)
	}
}
