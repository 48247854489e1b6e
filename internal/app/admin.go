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

// RotateKeys adds a new key-encryption key and wraps every organization's key with it. The server is restarted after.
func (a *Admin) RotateKeys(ctx context.Context) (rewrapped int, err error) {
	if err := a.Config.Check(); err != nil {
		return 0, err
	}
	if _, err := secret.RotateFile(a.Config.KEKFile); err != nil {
		return 0, err
	}
	return a.Rewrap(ctx)
}

// Rewrap wraps every organization's key with the newest key-encryption key.
func (a *Admin) Rewrap(ctx context.Context) (n int, err error) {
	err = a.with(ctx, func(db *store.DB) error {
		n, err = db.Rewrap(ctx)
		return err
	})
	return n, err
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
