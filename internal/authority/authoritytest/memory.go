// Package authoritytest has a store in memory for tests of the authority and
// its users, and the suite that every store of the authority must pass. It is
// not for production: nothing in it survives the process.
package authoritytest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/problem"
)

// Memory is an authority.Store.
type Memory struct {
	mu     sync.Mutex
	keys   map[authority.Role]authority.Key
	issued map[[2]string]authority.Issued
	lists  map[string]authority.List
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{keys: map[authority.Role]authority.Key{}, issued: map[[2]string]authority.Issued{}, lists: map[string]authority.List{}}
}

// AuthorityKeys returns the keys.
func (m *Memory) AuthorityKeys(context.Context) ([]authority.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []authority.Key
	for _, k := range m.keys {
		out = append(out, k)
	}
	return out, nil
}

// InsertAuthorityKey stores the key of a role.
func (m *Memory) InsertAuthorityKey(_ context.Context, k authority.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.keys[k.Role]; ok {
		return problem.New(problem.Conflict, "authority_key", "The role has a key.")
	}
	m.keys[k.Role] = k
	return nil
}

// UpdateAuthorityKey replaces the certificate of a key.
func (m *Memory) UpdateAuthorityKey(_ context.Context, k authority.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.keys[k.Role]
	if !ok || old.ID != k.ID {
		return problem.New(problem.NotFound, "authority_key", "There is no such key.")
	}
	old.Chain, old.PublicURL = k.Chain, k.PublicURL
	m.keys[k.Role] = old
	return nil
}

// InsertIssued records a certificate.
func (m *Memory) InsertIssued(_ context.Context, c authority.Issued) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := [2]string{c.Issuer, c.Serial}
	if _, ok := m.issued[at]; ok {
		return problem.New(problem.Conflict, "serial", "The serial number was given before.")
	}
	m.issued[at] = c
	return nil
}

// Issued finds a certificate.
func (m *Memory) Issued(_ context.Context, issuer, serial string) (*authority.Issued, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.issued[[2]string{issuer, serial}]
	if !ok {
		return nil, problem.New(problem.NotFound, "certificate", "There is no such certificate.")
	}
	return &c, nil
}

// Revoke marks a certificate.
func (m *Memory) Revoke(_ context.Context, issuer, serial string, at time.Time, reason int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.issued[[2]string{issuer, serial}]
	if !ok {
		return problem.New(problem.NotFound, "certificate", "There is no such certificate.")
	}
	if c.RevokedAt.IsZero() {
		c.RevokedAt, c.Reason = at, reason
		m.issued[[2]string{issuer, serial}] = c
	}
	return nil
}

// Revoked returns what is revoked, by time.
func (m *Memory) Revoked(_ context.Context, issuer string) ([]authority.Issued, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []authority.Issued
	for _, c := range m.issued {
		if c.Issuer == issuer && !c.RevokedAt.IsZero() {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b authority.Issued) int { return a.RevokedAt.Compare(b.RevokedAt) })
	return out, nil
}

// List returns the newest list.
func (m *Memory) List(_ context.Context, issuer string) (*authority.List, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.lists[issuer]
	if !ok {
		return nil, problem.New(problem.NotFound, "crl", "There is no list yet.")
	}
	return &l, nil
}

// PutList stores the successor of the newest list.
func (m *Memory) PutList(_ context.Context, l authority.List) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.Number != m.lists[l.Issuer].Number+1 {
		return problem.New(problem.Conflict, "crl_number", "The number is not the next one.")
	}
	m.lists[l.Issuer] = l
	return nil
}

// Keyring is an authority.Keyring that only pretends.
type Keyring struct{}

// Wrap puts a mark before the plain octets.
func (Keyring) Wrap(_ context.Context, plain []byte) ([]byte, error) {
	return append([]byte("wrapped:"), plain...), nil
}

// Unwrap takes the mark away.
func (Keyring) Unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	plain, ok := bytes.CutPrefix(wrapped, []byte("wrapped:"))
	if !ok {
		return nil, problem.New(problem.Internal, "keyring", "Not wrapped by this keyring.")
	}
	return bytes.Clone(plain), nil
}
