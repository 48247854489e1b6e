package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/custody"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
)

// Admin is what the operator of an installation does on its machine, beside a running server or without one.
type Admin struct {
	Config Config
	Clock  clock.Clock
}

// with opens the store beside a running server, does something, and closes it.
func (a *Admin) with(ctx context.Context, do func(*store.DB) error) error {
	if err := a.Config.Check(); err != nil {
		return err
	}
	db, err := openStore(ctx, &a.Config, a.Clock, true)
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

// SignInLink makes a one-time link for a user, or for the first admin where email is empty.
func (a *Admin) SignInLink(ctx context.Context, email string) (url string, expires time.Time, err error) {
	err = a.with(ctx, func(db *store.DB) error {
		token, until, err := account.New(db.Accounts(), a.Clock).SignInLinkFor(ctx, email)
		url, expires = a.publicURL()+"/sign-in#"+token, until
		return err
	})
	return url, expires, err
}

// publicURL is the configured address, or the one under which the last server on this data was reached.
func (a *Admin) publicURL() string {
	if a.Config.PublicURL != "" {
		return a.Config.PublicURL
	}
	if noted, err := os.ReadFile(filepath.Join(a.Config.Data, addressFile)); err == nil {
		return strings.TrimSpace(string(noted))
	}
	return "http://" + a.Config.Listen
}

// APIKey makes an API key with every permission in the first organization.
func (a *Admin) APIKey(ctx context.Context, name string) (key string, err error) {
	err = a.with(ctx, func(db *store.DB) error {
		key, err = account.New(db.Accounts(), a.Clock).IssueAPIKey(ctx, name)
		return err
	})
	return key, err
}

// Rotated is what a rotation of the key-encryption key did.
type Rotated struct {
	Rewrapped int  // keys that are under the new one now
	Resumed   bool // an earlier rotation had not come to its end; it was finished, and no further key was made
}

// RotateKeys adds a new key-encryption key and wraps every stored key with it, while servers go on serving: they
// read the file again when they meet a key that it wrapped. A rotation that was killed is taken up where it was left.
func (a *Admin) RotateKeys(ctx context.Context) (Rotated, error) {
	var r Rotated
	left, err := a.StaleKeys(ctx)
	if err != nil {
		return r, err
	}
	r.Resumed = left > 0
	if !r.Resumed {
		if _, err := secret.RotateFile(a.Config.KEKFile); err != nil {
			return r, err
		}
	}
	r.Rewrapped, err = a.eachKey(ctx, (*custody.Files).Rewrap, (*store.DB).Rewrap)
	return r, err
}

// StaleKeys is how many stored keys a former key-encryption key still wraps. While it is 0, the older lines of the
// key file are needed by backups alone.
func (a *Admin) StaleKeys(ctx context.Context) (n int, err error) {
	return a.eachKey(ctx, (*custody.Files).Stale, (*store.DB).StaleKeys)
}

// eachKey does something with the keys that are stored: in a signer's files, or in the database.
func (a *Admin) eachKey(ctx context.Context, files func(*custody.Files) (int, error), db func(*store.DB, context.Context) (int, error)) (n int, err error) {
	if err := a.Config.Check(); err != nil {
		return 0, err
	}
	if a.Config.Database != "" || !custody.Stands(a.Config.Data) {
		err = a.with(ctx, func(d *store.DB) error {
			n, err = db(d, ctx)
			return err
		})
		return n, err
	}
	kek, err := secret.OpenFile(a.Config.KEKFile)
	if err != nil {
		return 0, err
	}
	beside, err := custody.Beside(a.Config.Data, kek)
	if err != nil {
		return 0, err
	}
	return files(beside)
}

// Migrate brings the schema up to date and returns its version. No server may run on a SQLite directory.
func (a *Admin) Migrate(ctx context.Context) (version int64, err error) {
	if err := a.Config.Check(); err != nil {
		return 0, err
	}
	db, err := openStore(ctx, &a.Config, a.Clock, false)
	if err != nil {
		return 0, err
	}
	version, err = db.Migrate(ctx)
	return version, errors.Join(err, db.Close())
}
