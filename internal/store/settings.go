package store

import (
	"context"
	"errors"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/settings"
)

// choices implements settings.Store.
type choices struct{ db *DB }

var _ settings.Store = choices{}

// Settings is the store of the organizations' settings.
func (db *DB) Settings() settings.Store { return choices{db} }

var settingsTable = newTable("settings", "org name", "sealed_data version updated_at")

// Get returns a document; one never stored has version 0.
func (c choices) Get(ctx context.Context, org id.Org, name string) (*settings.Document, error) {
	d := &settings.Document{Name: name}
	err := c.db.view(ctx, org, func(t *tx) error {
		var sealed []byte
		_, err := one(ctx, t, func(r *row) (*settings.Document, error) {
			return d, r.Scan(&sealed, &d.Version, at(&d.UpdatedAt))
		}, "SELECT sealed_data, version, updated_at FROM settings WHERE org = ? AND name = ?", org, name)
		if err != nil {
			return err
		}
		s := t.orgSealer("settings", name)
		d.Data = s.open("data", sealed)
		return s.err
	})
	if errors.Is(err, errAbsent) {
		return &settings.Document{Name: name}, nil
	}
	return d, err
}

// Put stores a document if nobody has changed it meanwhile.
func (c choices) Put(ctx context.Context, org id.Org, d *settings.Document) error {
	return c.db.update(ctx, org, func(t *tx) error {
		s := t.orgSealer("settings", d.Name)
		sealed := s.seal("data", d.Data)
		if s.err != nil {
			return s.err
		}
		if d.Version == 0 {
			return t.insert(ctx, settingsTable, errVersion, org, d.Name, sealed, 1, d.UpdatedAt)
		}
		n, err := t.exec(ctx, "UPDATE settings SET sealed_data = ?, version = version + 1, updated_at = ? WHERE org = ? AND name = ? AND version = ?",
			sealed, d.UpdatedAt, org, d.Name, d.Version)
		return must(n, err, errVersion)
	})
}
