package main

import (
	"context"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/app"
)

// adminCommand is what the operator does on the server's machine.
type adminCommand struct {
	SignInLink signInLinkCommand `cmd:"" name:"sign-in-link" help:"Print a one-time sign-in link (15 minutes)."`
	APIKey     apiKeyCommand     `cmd:"" name:"api-key" help:"Print a new API key with every permission."`
	Keys       keysCommand       `cmd:"" help:"Key-encryption keys."`
	Renew      renewCommand      `cmd:"" help:"Renew the proof of sealed documents that is about to run out."`

	SignerSetup signerSetupCommand `cmd:"" name:"signer-setup" help:"Make the certificates between a signer and core."`
}

type signInLinkCommand struct {
	app.Config `embed:""`
	Email      string `help:"E-mail address of the user. Default: the first admin." placeholder:"ADDRESS"`
	JSON       bool   `help:"Print JSON."`
}

// Help teaches by example.
func (signInLinkCommand) Help() string {
	return "Examples:\n\n  consigil admin sign-in-link --data /var/lib/consigil\n  consigil admin sign-in-link --email anna@example.org --public-url https://sign.example.org"
}

// Run prints the link.
func (c *signInLinkCommand) Run(ctx context.Context, t *terminal) error {
	link, expires, err := (&app.Admin{Config: c.Config, Clock: t.clock}).SignInLink(ctx, c.Email)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]any{"link": link, "expires_at": expires.Format(time.RFC3339)})
	}
	_, err = fmt.Fprintln(t.out, link)
	return err
}

type apiKeyCommand struct {
	app.Config `embed:""`
	Name       string `help:"What the key is for." default:"Made on the command line" placeholder:"TEXT"`
	JSON       bool   `help:"Print JSON."`
}

// Help teaches by example.
func (apiKeyCommand) Help() string {
	return "Examples:\n\n  consigil admin api-key --data /var/lib/consigil --name 'nightly import' > key\n\nThe key is printed this once and stored as a hash."
}

// Run prints the key.
func (c *apiKeyCommand) Run(ctx context.Context, t *terminal) error {
	key, err := (&app.Admin{Config: c.Config, Clock: t.clock}).APIKey(ctx, c.Name)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]string{"key": key})
	}
	_, err = fmt.Fprintln(t.out, key)
	return err
}

type keysCommand struct {
	Rotate rotateCommand     `cmd:"" help:"Add a key-encryption key and wrap every stored key with it, while serving."`
	Status keysStatusCommand `cmd:"" help:"Say whether a former key-encryption key is still in use."`
}

type rotateCommand struct {
	app.Config `embed:""`
	JSON       bool `help:"Print JSON."`
}

// Help teaches by example.
func (rotateCommand) Help() string {
	return "Examples:\n\n  consigil admin keys rotate --data /var/lib/consigil\n\nServers go on serving and need no restart. Where an earlier rotation was killed, this finishes it. Keep the file's older lines until no backup needs them."
}

// Run rotates.
func (c *rotateCommand) Run(ctx context.Context, t *terminal) error {
	r, err := (&app.Admin{Config: c.Config, Clock: t.clock}).RotateKeys(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]any{"rewrapped": r.Rewrapped, "resumed": r.Resumed})
	}
	text := "a new key-encryption key wraps %d keys.\n"
	if r.Resumed {
		text = "an earlier rotation was finished: %d keys wrapped anew.\n"
	}
	_, err = fmt.Fprintf(t.out, text, r.Rewrapped)
	return err
}

type keysStatusCommand struct {
	app.Config `embed:""`
	JSON       bool `help:"Print JSON."`
}

// Help teaches by example.
func (keysStatusCommand) Help() string {
	return "Examples:\n\n  consigil admin keys status --data /var/lib/consigil"
}

// Run counts.
func (c *keysStatusCommand) Run(ctx context.Context, t *terminal) error {
	n, err := (&app.Admin{Config: c.Config, Clock: t.clock}).StaleKeys(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]int{"stale": n})
	}
	_, err = fmt.Fprintf(t.out, "%d keys are still wrapped by a former key-encryption key.\n", n)
	return err
}
