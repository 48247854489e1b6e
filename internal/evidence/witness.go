package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FileWitness keeps the last checkpoint in one file. It relies on write, fsync, rename and fsync of the folder.
type FileWitness struct {
	Path string
}

// Load implements Witness.
func (f FileWitness) Load(context.Context) ([]byte, error) {
	note, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: read witness: %w", err)
	}
	return note, nil
}

// Save implements Witness.
func (f FileWitness) Save(_ context.Context, note []byte) error {
	temp := f.Path + ".new"
	if err := writeSynced(temp, note); err != nil {
		return fmt.Errorf("evidence: write witness: %w", err)
	}
	if err := os.Rename(temp, f.Path); err != nil {
		return fmt.Errorf("evidence: write witness: %w", err)
	}
	return syncFolder(filepath.Dir(f.Path))
}

func writeSynced(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("evidence: sync witness: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("evidence: sync witness: %w", err)
	}
	return nil
}
