package secret

import "errors"

// Set is a key and its predecessors: the newest one seals, any one opens what it sealed.
type Set struct {
	keys []Key // oldest first
}

// NewSet makes a set; the last key is the current one.
func NewSet(keys ...Key) (*Set, error) {
	if len(keys) == 0 {
		return nil, errors.New("secret: a key set holds at least one key")
	}
	return &Set{keys: append([]Key(nil), keys...)}, nil
}

// Current is the key that seals.
func (s *Set) Current() Key { return s.keys[len(s.keys)-1] }

// Seal encrypts under the current key.
func (s *Set) Seal(ref Ref, plaintext []byte) ([]byte, error) {
	return s.Current().Seal(ref, plaintext)
}

// Open decrypts under whichever key the ciphertext names.
func (s *Set) Open(ref Ref, sealed []byte) ([]byte, error) {
	id, err := KeyIDOf(sealed)
	if err != nil {
		return nil, err
	}
	for _, k := range s.keys {
		if k.id == id {
			return k.Open(ref, sealed)
		}
	}
	return nil, ErrUnknownKey
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
