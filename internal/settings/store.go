// Package settings keeps an organization's choices: one JSON document a name, checked by the schema of the part
// that reads it. It holds no secret in the clear and knows no part by name.
package settings

import (
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/id"
)

// Document is one named group of settings. Data is encrypted at rest.
type Document struct {
	Name      string // "general", "branding", "smtp", ...
	Data      json.RawMessage
	Version   int64 // 0: never stored
	UpdatedAt time.Time
}

// Store keeps documents. Get of one never stored gives Version 0 and no data. Put takes the version that was read
// and answers a Conflict problem with code "version" when another one stands; the stored version is one higher.
type Store interface {
	Get(ctx context.Context, org id.Org, name string) (*Document, error)
	Put(ctx context.Context, org id.Org, d *Document) error
}
