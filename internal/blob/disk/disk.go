// Package disk keeps blobs as files under one folder: incoming/ for those being written, and two levels named
// by the first digits for those that are whole. It needs a file system with atomic rename and honest fsync.
package disk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/blob"
)

// Store is the disk engine.
type Store struct {
	root    string
	mu      sync.Mutex
	folders map[string]bool // known to exist durably
}

var _ blob.Store = (*Store)(nil)

const incoming = "incoming"

// Open makes the folder where needed.
func Open(root string) (*Store, error) {
	s := &Store{root: root, folders: map[string]bool{}}
	if err := os.MkdirAll(filepath.Join(root, incoming), 0o700); err != nil {
		return nil, fmt.Errorf("disk: make folder: %w", err)
	}
	for _, dir := range []string{filepath.Dir(root), root} {
		if err := syncDir(dir); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Tidy removes what crashes left half written before a moment that lies well before any write under way.
func (s *Store) Tidy(before time.Time) error {
	left, err := os.ReadDir(filepath.Join(s.root, incoming))
	if err != nil {
		return fmt.Errorf("disk: read incoming: %w", err)
	}
	for _, entry := range left {
		info, err := entry.Info()
		if err == nil && info.ModTime().Before(before) {
			err = os.Remove(filepath.Join(s.root, incoming, entry.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("disk: tidy: %w", err)
		}
	}
	return nil
}

// Put writes, syncs, renames and syncs the folder, in this order.
func (s *Store) Put(ctx context.Context, r io.Reader) (blob.Info, error) {
	temp := filepath.Join(s.root, incoming, rand.Text())
	name, err := writeFile(ctx, temp, r)
	if err == nil {
		err = s.place(temp, name)
	}
	if err != nil {
		_ = os.Remove(temp) // what cannot be removed now, Tidy removes later
		return blob.Info{}, plain(err)
	}
	return s.Stat(ctx, name)
}

// writeFile writes r durably and returns the digest of what it wrote.
func writeFile(ctx context.Context, path string, r io.Reader) (string, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("disk: create: %w", err)
	}
	digest := sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(f, digest), &stoppable{ctx, r}, make([]byte, 128<<10))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", fmt.Errorf("disk: write: %w", err)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

func (s *Store) place(temp, name string) error {
	path := s.path(name)
	dir := filepath.Dir(path)
	if err := s.folder(dir); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("disk: rename: %w", err)
	}
	return syncDir(dir)
}

// folder makes a folder durable once per process.
func (s *Store) folder(dir string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folders[dir] {
		return nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("disk: make folder: %w", err)
	}
	if err := syncDir(s.root); err != nil {
		return err
	}
	s.folders[dir] = true
	return nil
}

func (s *Store) path(name string) string { return filepath.Join(s.root, name[:2], name) }

// Open opens a blob for reading.
func (s *Store) Open(_ context.Context, name string) (blob.Object, error) {
	if !blob.ValidName(name) {
		return nil, blob.ErrAbsent
	}
	f, err := os.Open(s.path(name))
	if err != nil {
		return nil, absent(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("disk: stat: %w", err), f.Close())
	}
	return object{f, info.Size()}, nil
}

// Stat describes a blob.
func (s *Store) Stat(_ context.Context, name string) (blob.Info, error) {
	if !blob.ValidName(name) {
		return blob.Info{}, blob.ErrAbsent
	}
	info, err := os.Stat(s.path(name))
	if err != nil {
		return blob.Info{}, absent(err)
	}
	return blob.Info{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Delete removes a blob.
func (s *Store) Delete(_ context.Context, name string) error {
	if !blob.ValidName(name) {
		return nil
	}
	if err := os.Remove(s.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("disk: delete: %w", err)
	}
	return nil
}

// List walks the folders one at a time.
func (s *Store) List(ctx context.Context, fn func(blob.Info) error) error {
	folders, err := os.ReadDir(s.root)
	if err != nil {
		return fmt.Errorf("disk: list: %w", err)
	}
	for _, folder := range folders {
		if !folder.IsDir() || len(folder.Name()) != 2 {
			continue
		}
		if err := s.listFolder(ctx, folder.Name(), fn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) listFolder(ctx context.Context, folder string, fn func(blob.Info) error) error {
	entries, err := os.ReadDir(filepath.Join(s.root, folder))
	if err != nil {
		return fmt.Errorf("disk: list: %w", err)
	}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		info, err := entry.Info()
		if !blob.ValidName(entry.Name()) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("disk: list: %w", err)
		}
		if err := fn(blob.Info{Name: entry.Name(), Size: info.Size(), Modified: info.ModTime()}); err != nil {
			return err
		}
	}
	return nil
}

type object struct {
	*os.File
	size int64
}

// Size is the blob's size in bytes.
func (o object) Size() int64 { return o.size }

// stoppable ends a long write when nobody waits for it any more.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return blob.ErrAbsent
	}
	return fmt.Errorf("disk: open: %w", err)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("disk: open folder: %w", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("disk: sync folder: %w", err)
	}
	return nil
}
