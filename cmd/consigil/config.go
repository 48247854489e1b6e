package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/consigil/consigil/internal/app"
)

type configCommand struct {
	Check configCheckCommand `cmd:"" help:"Say what is wrong with the configuration, without starting anything."`
}

type configCheckCommand struct {
	app.Config `embed:""`
	File       kong.ConfigFlag `help:"JSON file with any of these flags." name:"config" env:"CONSIGIL_CONFIG" placeholder:"FILE"`
	JSON       bool            `help:"Print JSON."`
}

// Help teaches by example.
func (configCheckCommand) Help() string {
	return "Examples:\n\n  consigil config check --config /etc/consigil.json\n  CONSIGIL_ROLE=edge consigil config check --json"
}

// Run checks flags, environment and file, as serve would read them, and prints the result.
func (c *configCheckCommand) Run(_ context.Context, t *terminal) error {
	if err := knownKeys(string(c.File)); err != nil {
		return usage("%w", err)
	}
	if err := c.Config.Check(); err != nil {
		return usage("%w", err)
	}
	if c.JSON {
		return t.json(c.Config)
	}
	_, err := fmt.Fprintln(t.out, "The configuration is in order.")
	return err
}

// knownKeys refuses a file with a key that no flag has: a misspelt one would be ignored in silence.
func knownKeys(path string) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	known := flagNames(reflect.TypeFor[app.Config]())
	for key := range file {
		if !slices.Contains(known, key) {
			return fmt.Errorf("%s: %q is no setting; known are %v", path, key, known)
		}
	}
	return nil
}

// flagNames lists the flags of a struct as kong names them.
func flagNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("name")
		if name == "" {
			name = dashed(f.Name)
		}
		names = append(names, name)
	}
	return names
}

// dashed is BusKeyFile as bus-key-file, and SMTPHost as smtp-host.
func dashed(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		lowerNext := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || lowerNext) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
