package custody

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/secret"
)

// Files is the signer's data directory: a file for each key and for each prepared session. Keys and sessions are
// encrypted under the signer's own key-encryption key; every file is put in place whole.
type Files struct {
	dir string
	set *secret.Set
}

const (
	keysDir     = "keys"
	sessionsDir = "sessions"
	tempDir     = "tmp"
	usedSuffix  = ".used"
)

// OpenFiles makes the directory's folders and drops what a killed process left in the temporary one.
func OpenFiles(dir string, set *secret.Set) (*Files, error) {
	f := &Files{dir: dir, set: set}
	if err := os.RemoveAll(f.path(tempDir)); err != nil {
		return nil, fmt.Errorf("custody: clear temporary folder: %w", err)
	}
	for _, name := range []string{keysDir, sessionsDir, tempDir} {
		if err := os.MkdirAll(f.path(name), 0o700); err != nil {
			return nil, fmt.Errorf("custody: make folder: %w", err)
		}
	}
	return f, nil
}

func (f *Files) path(parts ...string) string {
	return filepath.Join(append([]string{f.dir}, parts...)...)
}

// Wrap implements seal.Keyring: the keys of this signer are wrapped by its key-encryption key itself.
func (f *Files) Wrap(_ context.Context, key id.Org, purpose string, plain []byte) ([]byte, error) {
	return f.set.Seal(keyRef(key, purpose), plain)
}

func keyRef(key id.Org, purpose string) secret.Ref {
	return secret.Ref{Purpose: purpose, Org: key, Table: "signer"}
}

// Unwrap implements seal.Keyring.
func (f *Files) Unwrap(_ context.Context, key id.Org, purpose string, wrapped []byte) ([]byte, error) {
	return f.set.Open(keyRef(key, purpose), wrapped)
}

// keys reads every key.
func (f *Files) keys() ([]*Key, error) {
	entries, err := os.ReadDir(f.path(keysDir))
	if err != nil {
		return nil, fmt.Errorf("custody: list keys: %w", err)
	}
	var out []*Key
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !id.Valid(name) {
			continue
		}
		k, err := f.key(id.ID(name))
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func (f *Files) key(key id.ID) (*Key, error) {
	name := string(key) + ".json"
	data, err := os.ReadFile(f.path(keysDir, name))
	if err != nil {
		return nil, fmt.Errorf("custody: read key: %w", err)
	}
	k := &Key{}
	if err := json.Unmarshal(data, k); err != nil || k.ID != key {
		return nil, fmt.Errorf("custody: key file %s is damaged", name)
	}
	return k, nil
}

func (f *Files) putKey(k *Key) error {
	data, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("custody: encode key: %w", err)
	}
	return f.put(f.path(keysDir, string(k.ID)+".json"), data)
}

// put writes a file durably under a temporary name and gives it its own.
func (f *Files) put(path string, data []byte) error {
	temp := f.path(tempDir, rand.Text())
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return full(fmt.Errorf("custody: make file: %w", err))
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return full(errors.Join(fmt.Errorf("custody: write file: %w", err), os.Remove(temp)))
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("custody: open folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("custody: sync folder: %w", err)
	}
	return nil
}

// Spool is a document on its way through: a file without a name, gone when it is closed or the process ends.
type Spool struct {
	*os.File
	size int64
}

// Size is how many bytes were taken.
func (s *Spool) Size() int64 { return s.size }

// Write implements io.Writer.
func (s *Spool) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	s.size += int64(n)
	return n, full(err)
}

// ReadFrom implements io.ReaderFrom in the same words as Write: *os.File's own would not count.
func (s *Spool) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{s}, r)
}

// Spool makes an empty one.
func (s *Service) Spool() (*Spool, error) {
	file, err := os.OpenFile(s.d.Files.path(tempDir, rand.Text()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, full(fmt.Errorf("custody: spool: %w", err))
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("custody: spool: %w", err), file.Close())
	}
	return &Spool{File: file}, nil
}

func sessionRef(session id.ID) secret.Ref {
	return secret.Ref{Purpose: "session", Table: sessionsDir, Row: string(session)}
}

// putSession stores a new session. The file's time is when the session expires.
func (f *Files) putSession(s *Session) error {
	count, err := os.ReadDir(f.path(sessionsDir))
	if err != nil {
		return fmt.Errorf("custody: list sessions: %w", err)
	}
	if len(count) >= maxSessions {
		return problem.New(problem.Unavailable, "too_many_sessions", "Too many signatures are prepared and not finished. Try again later.").After(time.Minute)
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("custody: encode session: %w", err)
	}
	sealed, err := f.set.Seal(sessionRef(s.ID), plain)
	if err != nil {
		return fmt.Errorf("custody: encrypt session: %w", err)
	}
	path := f.path(sessionsDir, string(s.ID))
	if err := f.put(path, sealed); err != nil {
		return err
	}
	return os.Chtimes(path, s.ExpiresAt, s.ExpiresAt)
}

// session reads one that was not used; ErrNotExist where there is none.
func (f *Files) session(session id.ID) (*Session, error) {
	sealed, err := os.ReadFile(f.path(sessionsDir, string(session)))
	if err != nil {
		return nil, err
	}
	plain, err := f.set.Open(sessionRef(session), sealed)
	if err != nil {
		return nil, fmt.Errorf("custody: decrypt session: %w", err)
	}
	s := &Session{}
	if err := json.Unmarshal(plain, s); err != nil {
		return nil, fmt.Errorf("custody: read session: %w", err)
	}
	return s, nil
}

// used says whether a session was taken, by this process or one before it.
func (f *Files) used(session id.ID) bool {
	_, err := os.Stat(f.path(sessionsDir, string(session)+usedSuffix))
	return err == nil
}

// take makes a session used, durably, before anything is done with it. Of two that try, one gets ErrNotExist.
func (f *Files) take(session id.ID) error {
	path := f.path(sessionsDir, string(session))
	if err := os.Rename(path, path+usedSuffix); err != nil {
		return err
	}
	return syncDir(f.path(sessionsDir))
}

// giveBack undoes take where no signature was made.
func (f *Files) giveBack(session id.ID) error {
	path := f.path(sessionsDir, string(session))
	if err := os.Rename(path+usedSuffix, path); err != nil {
		return fmt.Errorf("custody: give session back: %w", err)
	}
	return syncDir(f.path(sessionsDir))
}

// empty leaves of a used session its name alone.
func (f *Files) empty(session id.ID, expires time.Time) error {
	path := f.path(sessionsDir, string(session)+usedSuffix)
	return errors.Join(os.Truncate(path, 0), os.Chtimes(path, expires, expires))
}

// memory is how long a session that expired or was used is still known as such.
const memory = 24 * time.Hour

// tidy forgets sessions that ended long ago.
func (f *Files) tidy(now time.Time) error {
	entries, err := os.ReadDir(f.path(sessionsDir))
	if err != nil {
		return fmt.Errorf("custody: list sessions: %w", err)
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.ModTime().Add(memory).After(now) {
			continue
		}
		if err := os.Remove(f.path(sessionsDir, e.Name())); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
