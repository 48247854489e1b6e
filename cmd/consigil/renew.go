package main

import (
	"context"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/app"
)

type renewCommand struct {
	app.Config `embed:""`
	List       bool `help:"Show what is due and queue nothing."`
	JSON       bool `help:"Print JSON."`
}

// Help teaches by example.
func (renewCommand) Help() string {
	return "Examples:\n\n  consigil admin renew --data /var/lib/consigil\n  consigil admin renew --list\n\n" +
		"The server does this by itself, 180 days ahead (--renew-before). The command queues what is due, and what was put off, " +
		"at once; the running server or a worker does the work."
}

// Run queues or lists.
func (c *renewCommand) Run(ctx context.Context, t *terminal) error {
	admin := &app.Admin{Config: c.Config, Clock: t.clock}
	if c.List {
		return c.list(ctx, t, admin)
	}
	n, err := admin.Renew(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]int{"queued": n})
	}
	_, err = fmt.Fprintf(t.out, "%d renewals queued.\n", n)
	return err
}

func (c *renewCommand) list(ctx context.Context, t *terminal, admin *app.Admin) error {
	due, err := admin.DueRenewals(ctx)
	if err != nil {
		return err
	}
	for _, d := range due {
		if c.JSON {
			if err := t.json(d); err != nil {
				return err
			}
			continue
		}
		until := "not looked at yet"
		if d.ProofUntil != nil {
			until = "until " + d.ProofUntil.Format(time.DateOnly)
		}
		if _, err := fmt.Fprintf(t.out, "%s  %s  %s  %s %s\n", d.Document, d.Level, until, d.Reason, d.Envelope); err != nil {
			return err
		}
	}
	return nil
}
