//go:build !unix

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrLocked says that another process serves this data directory, or ended without removing its lock file.
var ErrLocked = errors.New("store: another process uses this data directory, or left the file \"lock\" behind in it")

type dirLock struct{ path string }

func lockDir(path string) (*dirLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("store: lock: %w", err)
	}
	return &dirLock{path}, f.Close()
}

func (l *dirLock) release() error { return os.Remove(l.path) }
