package secret

import (
	"errors"
	"slices"
	"sync"
)

// Set is a key and its predecessors: the newest one seals, any one opens what it sealed. A set that was read from a
// file follows it: another process may rotate the keys while this one serves.
type Set struct {
	path string // of the file; empty where there is none

	mu   sync.Mutex
	keys []Key // oldest first; replaced, never changed
}

// NewSet makes a set; the last key is the current one.
func NewSet(keys ...Key) (*Set, error) {
	if len(keys) == 0 {
		return nil, errors.New("secret: a key set holds at least one key")
	}
	return &Set{keys: append([]Key(nil), keys...)}, nil
}

func (s *Set) list() []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys
}

// Current is the key that seals.
func (s *Set) Current() Key {
	keys := s.list()
	return keys[len(keys)-1]
}

// Seal encrypts under the current key.
func (s *Set) Seal(ref Ref, plaintext []byte) ([]byte, error) {
	s.follow()
	return s.Current().Seal(ref, plaintext)
}

// Open decrypts under whichever key the ciphertext names.
func (s *Set) Open(ref Ref, sealed []byte) ([]byte, error) {
	id, err := KeyIDOf(sealed)
	if err != nil {
		return nil, err
	}
	k, ok := s.find(id)
	if !ok {
		s.follow()
		k, ok = s.find(id)
	}
	if !ok {
		return nil, ErrUnknownKey
	}
	return k.Open(ref, sealed)
}

func (s *Set) find(id KeyID) (Key, bool) {
	keys := s.list()
	i := slices.IndexFunc(keys, func(k Key) bool { return k.id == id })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// follow takes over what the file says now. Keys that were taken out of it stay known as long as this process lives,
// and a file that cannot be read changes nothing.
func (s *Set) follow() {
	if s.path == "" {
		return
	}
	now, err := ReadFile(s.path)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := slices.DeleteFunc(slices.Clone(s.keys), func(k Key) bool { return slices.Contains(now.keys, k) })
	s.keys = append(gone, now.keys...)
}

// Stale says whether a ciphertext was sealed by a predecessor and should be sealed again.
func (s *Set) Stale(sealed []byte) bool {
	id, err := KeyIDOf(sealed)
	return err == nil && id != s.Current().id
}

// Rewrap opens a ciphertext and seals it under the current key. It returns the same bytes where they are current.
func (s *Set) Rewrap(ref Ref, sealed []byte) ([]byte, error) {
	plaintext, err := s.Open(ref, sealed)
	if err != nil || !s.Stale(sealed) {
		return sealed, err
	}
	return s.Seal(ref, plaintext)
}
