package main

import (
	"context"
	"fmt"

	"github.com/consigil/consigil/internal/app"
)

type migrateCommand struct {
	app.Config `embed:""`
	JSON       bool `help:"Print JSON."`
}

// Help teaches by example.
func (migrateCommand) Help() string {
	return "Examples:\n\n  consigil migrate --database postgres://consigil@db/consigil\n\nserve does this by itself; run it beforehand where the server may not change the schema."
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context, t *terminal) error {
	version, err := (&app.Admin{Config: c.Config, Clock: t.clock}).Migrate(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(map[string]int64{"version": version})
	}
	_, err = fmt.Fprintf(t.out, "The schema is at version %d.\n", version)
	return err
}
