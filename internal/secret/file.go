package secret

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LooseModeError says that others on the machine could read the key file.
type LooseModeError struct {
	Path string
	Mode fs.FileMode
}

// Error implements error.
func (e *LooseModeError) Error() string {
	return fmt.Sprintf("secret: %s has mode %04o; others must not read it: chmod 0600", e.Path, e.Mode.Perm())
}

const fileMark = "consigil-kek-v1 "

const fileHead = "# Key-encryption keys of this installation, newest last. Whoever reads this file can read everything;\n" +
	"# whoever loses it has lost everything. Keep a copy away from the backups of the data.\n"

// maxKeyFile bounds what is read: several hundred rotations.
const maxKeyFile = 64 << 10

// OpenFile reads the key-encryption keys, and makes the file with one fresh key, mode 0600, where there is none.
func OpenFile(path string) (*Set, error) {
	set, err := ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return set, err
	}
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	set, err = NewSet(key)
	if err != nil {
		return nil, err
	}
	if err := writeFile(path, set, false); err != nil {
		return nil, err
	}
	return ReadFile(path) // another process may have been first
}

// ReadFile reads the key-encryption keys. It refuses a file that others may read.
func ReadFile(path string) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("secret: open key file: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("secret: stat key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("secret: %s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, &LooseModeError{Path: path, Mode: info.Mode()}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("secret: read key file: %w", err)
	}
	return parse(path, data)
}

func parse(path string, data []byte) (*Set, error) {
	var keys []Key
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, ok := strings.CutPrefix(line, fileMark)
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if !ok || err != nil {
			return nil, fmt.Errorf("secret: %s holds a line that is not a key", path)
		}
		key, err := KeyOf(raw)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("secret: %s holds no key", path)
	}
	set, err := NewSet(keys...)
	if err != nil {
		return nil, err
	}
	set.path = path
	return set, nil
}

// RotateFile adds a fresh key, which becomes the current one. Everything that the old keys wrapped still opens;
// re-wrap it and then take the old lines out by hand.
func RotateFile(path string) (*Set, error) {
	set, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	set.keys = append(set.keys, key)
	return set, writeFile(path, set, true)
}

// writeFile puts the file in place whole and durably. Without replace an existing file stays as it is.
func writeFile(path string, set *Set, replace bool) error {
	var text bytes.Buffer
	text.WriteString(fileHead)
	for _, k := range set.keys {
		text.WriteString(fileMark + base64.RawURLEncoding.EncodeToString(k.material[:]) + "\n")
	}
	temp := path + ".new-" + rand.Text()
	if err := writeDurably(temp, text.Bytes()); err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	place := os.Link // fails where the name exists
	if replace {
		place = os.Rename
	}
	if err := place(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("secret: place key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func writeDurably(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("secret: make key file: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("secret: write key file: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("secret: open folder: %w", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("secret: sync folder: %w", err)
	}
	return nil
}
