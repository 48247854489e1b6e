package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/blobtest"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/secret"
)

// keys is a secret.KeyStore in memory.
type keys struct {
	mu   sync.Mutex
	rows map[id.Org][][]byte
}

func (k *keys) OrgKeys(_ context.Context, org id.Org) ([][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.rows[org], nil
}

func (k *keys) AddFirstOrgKey(_ context.Context, org id.Org, wrapped []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.rows[org]) == 0 {
		k.rows[org] = [][]byte{wrapped}
	}
	return nil
}

func vault(t *testing.T) (*blob.Vault, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "blobs")
	store, err := disk.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	kek, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	set, err := secret.NewSet(kek)
	if err != nil {
		t.Fatal(err)
	}
	return blob.NewVault(store, secret.NewRing(set, &keys{rows: map[id.Org][][]byte{}})), root
}

const org = id.Org("11111111-1111-4111-8111-111111111111")

func put(t *testing.T, v *blob.Vault, data []byte) envelope.Blob {
	t.Helper()
	b, err := v.Put(t.Context(), org, iotest.HalfReader(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t *testing.T, v *blob.Vault, o id.Org, b envelope.Blob) ([]byte, error) {
	t.Helper()
	f, err := v.Open(t.Context(), o, b)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
}

func TestVault(t *testing.T) {
	v, _ := vault(t)
	for _, size := range []int{0, 1, secret.ChunkSize - 1, secret.ChunkSize, secret.ChunkSize + 1, 3*secret.ChunkSize + 7} {
		data := blobtest.Bytes(size)
		b := put(t, v, data)
		sum := sha256.Sum256(data)
		if b.Size != int64(size) || !bytes.Equal(b.SHA256, sum[:]) {
			t.Fatalf("put gave %+v", b)
		}
		got, err := read(t, v, org, b)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("size %d: %d bytes, %v", size, len(got), err)
		}
	}
}

func TestVaultNeverShares(t *testing.T) {
	v, _ := vault(t)
	a, b := put(t, v, blobtest.Bytes(100)), put(t, v, blobtest.Bytes(100))
	if a.Name == b.Name {
		t.Fatal("the same plaintext gave the same blob")
	}
	b.Key = a.Key
	if _, err := read(t, v, org, b); err == nil {
		t.Fatal("a blob opened with another's key")
	}
}

func TestVaultForeignOrganization(t *testing.T) {
	v, _ := vault(t)
	const other = id.Org("22222222-2222-4222-8222-222222222222")
	b := put(t, v, []byte("ours"))
	if _, err := v.Put(t.Context(), other, bytes.NewReader([]byte("theirs"))); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, v, other, b); err == nil {
		t.Fatal("another organization read it")
	}
	if err := v.Delete(t.Context(), other, b); err == nil {
		t.Fatal("another organization deleted it")
	}
	if got, err := read(t, v, org, b); err != nil || string(got) != "ours" {
		t.Fatal(string(got), err)
	}
}

// TestVaultTampering changes, cuts and lengthens the stored bytes: nothing wrong ever leaves the vault.
func TestVaultTampering(t *testing.T) {
	v, root := vault(t)
	data := blobtest.Bytes(2*secret.ChunkSize + 100)
	b := put(t, v, data)
	path := filepath.Join(root, b.Name[:2], b.Name)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chunk := secret.ChunkSize + 16
	swapped := append(append(append(append([]byte(nil), sound[:4]...), sound[4+chunk:4+2*chunk]...), sound[4:4+chunk]...), sound[4+2*chunk:]...)
	cases := map[string][]byte{
		"empty": {}, "cut in the last chunk": sound[:len(sound)-1], "cut at a chunk": sound[:4+2*chunk], "longer": append(bytes.Clone(sound), 0),
		"swapped chunks": swapped,
	}
	for _, at := range []int{0, 3, 4, 1000, chunk + 3, chunk + 4, len(sound) - 17, len(sound) - 1} {
		flipped := bytes.Clone(sound)
		flipped[at] ^= 1
		cases["flipped byte "+string(rune('a'+at%26))+" at "+time.Duration(at).String()] = flipped
	}
	for name, bad := range cases {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read(t, v, org, b)
		if err == nil {
			t.Errorf("%s: read without error", name)
		}
		if !bytes.HasPrefix(data, got) {
			t.Errorf("%s: wrong bytes left the vault", name)
		}
	}
}

func TestVaultRowTampering(t *testing.T) {
	v, _ := vault(t)
	b := put(t, v, blobtest.Bytes(2*secret.ChunkSize))
	for _, size := range []int64{-1, 0, secret.ChunkSize, 2*secret.ChunkSize - 1, 2*secret.ChunkSize + 1} {
		bad := b
		bad.Size = size
		if _, err := read(t, v, org, bad); err == nil {
			t.Errorf("size %d was believed", size)
		}
	}
}

func TestVaultDelete(t *testing.T) {
	v, _ := vault(t)
	b := put(t, v, []byte("x"))
	if err := errors.Join(v.Delete(t.Context(), org, b), v.Delete(t.Context(), org, b)); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, v, org, b); problem.KindOf(err) != problem.NotFound {
		t.Fatal(err)
	}
}

func TestSweep(t *testing.T) {
	v, _ := vault(t)
	live, dead := put(t, v, []byte("live")), put(t, v, []byte("dead"))
	refs := func(_ context.Context, names []string) (map[string]bool, error) {
		return map[string]bool{live.Name: true}, nil
	}
	now := time.Now()
	if n, err := blob.Sweep(t.Context(), v.Store(), refs, now, blob.Grace); n != 0 || err != nil {
		t.Fatalf("%d swept within the grace, %v", n, err)
	}
	if n, err := blob.Sweep(t.Context(), v.Store(), refs, now.Add(25*time.Hour), blob.Grace); n != 1 || err != nil {
		t.Fatalf("%d swept, %v", n, err)
	}
	if _, err := read(t, v, org, live); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, v, org, dead); problem.KindOf(err) != problem.NotFound {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	_, err := blob.Sweep(t.Context(), v.Store(), func(context.Context, []string) (map[string]bool, error) { return nil, broken }, now.Add(25*time.Hour), blob.Grace)
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
}

func BenchmarkVaultRead(b *testing.B) {
	root := b.TempDir()
	store, err := disk.Open(filepath.Join(root, "blobs"))
	if err != nil {
		b.Fatal(err)
	}
	kek, err := secret.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	set, err := secret.NewSet(kek)
	if err != nil {
		b.Fatal(err)
	}
	v := blob.NewVault(store, secret.NewRing(set, &keys{rows: map[id.Org][][]byte{}}))
	stored, err := v.Put(b.Context(), org, bytes.NewReader(blobtest.Bytes(8<<20)))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(stored.Size)
	for b.Loop() {
		f, err := v.Open(b.Context(), org, stored)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, io.NewSectionReader(f, 0, f.Size())); err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
	}
}
