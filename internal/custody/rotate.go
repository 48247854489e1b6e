package custody

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/secret"
)

// Stands reports a signer's data directory.
func Stands(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, keysDir))
	return err == nil && info.IsDir()
}

// Beside gives the files of a signer that may be serving meanwhile: nothing is cleared.
func Beside(dir string, set *secret.Set) (*Files, error) {
	f := &Files{dir: dir, set: set}
	if err := os.MkdirAll(f.path(tempDir), 0o700); err != nil {
		return nil, fmt.Errorf("custody: make folder: %w", err)
	}
	return f, nil
}

// stale reports a key that a former key-encryption key wraps. Keys on tokens are not wrapped.
func (f *Files) stale(k *Key) bool {
	return k.Custodian == seal.CustodySoftware && f.set.Stale(k.Reference)
}

// Stale is how many keys a former key-encryption key wraps. Prepared sessions do not count: they end within a quarter
// of an hour.
func (f *Files) Stale() (n int, err error) {
	list, err := f.keys()
	for _, k := range list {
		if f.stale(k) {
			n++
		}
	}
	return n, err
}

// Rewrap wraps every key by the current key-encryption key, and says how many were not. Each file is replaced whole;
// where it is killed, what is left is done next time. A signer that serves goes on with the keys that it has read.
func (f *Files) Rewrap() (n int, err error) {
	list, err := f.keys()
	if err != nil {
		return 0, err
	}
	for _, k := range list {
		if !f.stale(k) {
			continue
		}
		if k.Reference, err = f.set.Rewrap(keyRef(id.Org(k.ID), seal.KeyPurpose), k.Reference); err != nil {
			return n, fmt.Errorf("custody: key %s: %w", k.ID, err)
		}
		if err := f.putKey(k); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
