package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
)

// Keys gives the keys of organizations; *secret.Ring does.
type Keys interface {
	Org(ctx context.Context, org id.Org) (*secret.Set, error)
	Ensure(ctx context.Context, org id.Org) (*secret.Set, error)
}

// Vault implements envelope.Vault: each object is encrypted under a key of its own, which the organization's
// key wraps. The wrapped key travels in the envelope.Blob, so deleting that row erases the object.
type Vault struct {
	store Store
	keys  Keys
}

var _ envelope.Vault = (*Vault)(nil)

// NewVault makes a vault on a store.
func NewVault(store Store, keys Keys) *Vault { return &Vault{store: store, keys: keys} }

// Store is the engine below, for sweeping and probing.
func (v *Vault) Store() Store { return v.store }

func contentRef(org id.Org) secret.Ref { return secret.Ref{Purpose: "blob", Org: org} }

// keyRef binds the wrapped key to the ciphertext that it opens.
func keyRef(org id.Org, name string) secret.Ref {
	return secret.Ref{Purpose: "key", Org: org, Table: "blob", Row: name}
}

// Put stores what r gives. The blob is durable when Put returns.
func (v *Vault) Put(ctx context.Context, org id.Org, r io.Reader) (envelope.Blob, error) {
	set, err := v.keys.Ensure(ctx, org)
	if err != nil {
		return envelope.Blob{}, fmt.Errorf("blob: keys: %w", err)
	}
	key, err := secret.NewKey()
	if err != nil {
		return envelope.Blob{}, err
	}
	plain := &meter{src: r, hash: sha256.New()}
	cipher, err := secret.NewEncrypter(key, contentRef(org), plain)
	if err != nil {
		return envelope.Blob{}, err
	}
	info, err := v.store.Put(ctx, cipher)
	if err != nil {
		return envelope.Blob{}, fmt.Errorf("blob: put: %w", err)
	}
	wrapped, err := set.Seal(keyRef(org, info.Name), key.Bytes())
	if err != nil {
		return envelope.Blob{}, err
	}
	return envelope.Blob{Name: info.Name, Key: wrapped, SHA256: plain.hash.Sum(nil), Size: plain.n}, nil
}

// Open gives the plaintext by range. Bytes that were altered in the store fail to read.
func (v *Vault) Open(ctx context.Context, org id.Org, b envelope.Blob) (envelope.File, error) {
	key, err := v.unwrap(ctx, org, b)
	if err != nil {
		return nil, err
	}
	object, err := v.store.Open(ctx, b.Name)
	if err != nil {
		return nil, fmt.Errorf("blob: open: %w", err)
	}
	if object.Size() != secret.StreamSize(b.Size) {
		return nil, errors.Join(fmt.Errorf("blob: open: %w", secret.ErrOpen), object.Close())
	}
	plain, err := secret.NewReader(key, contentRef(org), object, b.Size)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("blob: open: %w", err), object.Close())
	}
	return &file{Reader: plain, object: object}, nil
}

// Delete removes the bytes. Removing what is not there is no error.
func (v *Vault) Delete(ctx context.Context, org id.Org, b envelope.Blob) error {
	if _, err := v.unwrap(ctx, org, b); err != nil {
		return err // not this organization's object
	}
	if err := v.store.Delete(ctx, b.Name); err != nil {
		return fmt.Errorf("blob: delete: %w", err)
	}
	return nil
}

func (v *Vault) unwrap(ctx context.Context, org id.Org, b envelope.Blob) (secret.Key, error) {
	set, err := v.keys.Org(ctx, org)
	if err != nil {
		return secret.Key{}, fmt.Errorf("blob: keys: %w", err)
	}
	raw, err := set.Open(keyRef(org, b.Name), b.Key)
	if err != nil {
		return secret.Key{}, fmt.Errorf("blob: unwrap: %w", err)
	}
	return secret.KeyOf(raw)
}

// meter hashes and counts the plaintext on its way.
type meter struct {
	src  io.Reader
	hash hash.Hash
	n    int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	_, _ = m.hash.Write(p[:n]) // a hash never fails
	m.n += int64(n)
	return n, err
}

type file struct {
	*secret.Reader
	object Object
}

func (f *file) Close() error { return f.object.Close() }
