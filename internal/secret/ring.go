package secret

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/consigil/consigil/internal/id"
)

// ErrNoKey says that an organization has no key: it never wrote anything, or was erased.
var ErrNoKey = errors.New("secret: the organization has no key")

// KeyStore keeps the wrapped keys of organizations. Both methods run outside any transaction of the caller.
type KeyStore interface {
	// OrgKeys returns an organization's wrapped keys, oldest first; none is no error.
	OrgKeys(ctx context.Context, org id.Org) ([][]byte, error)
	// AddFirstOrgKey stores a wrapped key unless the organization has one already.
	AddFirstOrgKey(ctx context.Context, org id.Org, wrapped []byte) error
}

// Ring opens the keys of organizations and remembers them. The empty organization is the installation itself.
type Ring struct {
	kek   *Set
	store KeyStore
	mu    sync.Mutex
	sets  map[id.Org]*Set
}

// NewRing makes a ring over the key-encryption keys and the store of wrapped keys.
func NewRing(kek *Set, store KeyStore) *Ring {
	return &Ring{kek: kek, store: store, sets: map[id.Org]*Set{}}
}

// OrgKeyRef is what an organization's key is bound to.
func OrgKeyRef(org id.Org) Ref { return Ref{Purpose: "key", Org: org, Table: "org_keys"} }

// Org returns an organization's keys, or ErrNoKey.
func (r *Ring) Org(ctx context.Context, org id.Org) (*Set, error) {
	r.mu.Lock()
	set := r.sets[org]
	r.mu.Unlock()
	if set != nil {
		return set, nil
	}
	return r.load(ctx, org)
}

// Ensure returns an organization's keys and makes the first one where there is none.
func (r *Ring) Ensure(ctx context.Context, org id.Org) (*Set, error) {
	set, err := r.Org(ctx, org)
	if !errors.Is(err, ErrNoKey) {
		return set, err
	}
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	wrapped, err := r.kek.Seal(OrgKeyRef(org), key.Bytes())
	if err != nil {
		return nil, err
	}
	if err := r.store.AddFirstOrgKey(ctx, org, wrapped); err != nil {
		return nil, fmt.Errorf("secret: store organization key: %w", err)
	}
	return r.load(ctx, org) // another process may have been first
}

// Forget drops what is remembered of an organization, after rotation or erasure.
func (r *Ring) Forget(org id.Org) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sets, org)
}

func (r *Ring) load(ctx context.Context, org id.Org) (*Set, error) {
	wrapped, err := r.store.OrgKeys(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("secret: load organization key: %w", err)
	}
	if len(wrapped) == 0 {
		return nil, ErrNoKey
	}
	keys := make([]Key, 0, len(wrapped))
	for _, w := range wrapped {
		raw, err := r.kek.Open(OrgKeyRef(org), w)
		if err != nil {
			return nil, fmt.Errorf("secret: unwrap organization key: %w", err)
		}
		key, err := KeyOf(raw)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	set, err := NewSet(keys...)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sets[org] = set
	return set, nil
}

// Keyring seals the installation's own secrets: the keys of its authorities.
type Keyring struct {
	ring    *Ring
	purpose string
}

// Installation returns a keyring for one purpose, such as "authority".
func (r *Ring) Installation(purpose string) Keyring { return Keyring{ring: r, purpose: purpose} }

// Wrap encrypts a secret of the installation.
func (k Keyring) Wrap(ctx context.Context, plaintext []byte) ([]byte, error) {
	set, err := k.ring.Ensure(ctx, "")
	if err != nil {
		return nil, err
	}
	return set.Seal(Ref{Purpose: k.purpose}, plaintext)
}

// Unwrap decrypts what Wrap made for the same purpose.
func (k Keyring) Unwrap(ctx context.Context, sealed []byte) ([]byte, error) {
	set, err := k.ring.Org(ctx, "")
	if err != nil {
		return nil, err
	}
	return set.Open(Ref{Purpose: k.purpose}, sealed)
}

// Wrap encrypts a secret of an organization for one purpose, such as "seal-key".
func (r *Ring) Wrap(ctx context.Context, org id.Org, purpose string, plaintext []byte) ([]byte, error) {
	set, err := r.Ensure(ctx, org)
	if err != nil {
		return nil, err
	}
	return set.Seal(Ref{Purpose: purpose, Org: org}, plaintext)
}

// Unwrap decrypts what Wrap made for the same organization and purpose.
func (r *Ring) Unwrap(ctx context.Context, org id.Org, purpose string, sealed []byte) ([]byte, error) {
	set, err := r.Org(ctx, org)
	if err != nil {
		return nil, err
	}
	return set.Open(Ref{Purpose: purpose, Org: org}, sealed)
}
