package main

import (
	"context"
	"io"
	"log/slog"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/consigil/consigil/internal/app"
)

// serveCommand runs the platform.
type serveCommand struct {
	app.Config `embed:""`
	File       kong.ConfigFlag `help:"JSON file with any of these flags." name:"config" env:"CONSIGIL_CONFIG" placeholder:"FILE"`
}

// Help teaches by example.
func (serveCommand) Help() string {
	return `Examples:

  consigil serve                                       everything in one process, data under ./data
  consigil serve --data /var/lib/consigil --listen :8321 --public-url https://sign.example.org
  consigil serve --database postgres://consigil@db/consigil
  consigil serve --role core,worker --bus-listen unix:/run/consigil/bus --bus-key-file bus.key
  consigil serve --role signer --listen 127.0.0.1:8322 --esign-token-key core=core-token.pub       (see admin signer-setup)
  consigil serve --role edge --bus-connect unix:/run/consigil/bus --bus-key-file bus.key --listen :443 --public-url https://sign.example.org

The first start makes an organization and prints a one-time sign-in link and the path of the first API key.
An interrupt stops the server within ten seconds; it is safe to stop it at any moment.`
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	if err := knownKeys(string(c.File)); err != nil {
		return usage("%w", err)
	}
	if err := c.Config.Check(); err != nil {
		return usage("%w", err)
	}
	percent := busyGCPercent
	if slices.Equal(c.Role, []string{app.RoleTSA}) {
		percent = tinyGCPercent
	}
	thriftily(ctx, percent)
	m := &app.Main{Config: c.Config, Version: version, Clock: t.clock, Log: logger(t.err, c.LogLevel), Out: t.out, Warm: true}
	return m.Run(ctx)
}

func logger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}
