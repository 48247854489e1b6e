// Package upload takes files in before anything looks into them: whole or in pieces, owned by the caller, charged
// to a byte limit when they are announced, encrypted at rest, forgotten after a day. It parses nothing.
package upload

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// Upload is one announced file. Name is encrypted at rest.
type Upload struct {
	ID        id.ID
	Org       id.Org
	Owner     access.Actor
	Name      string
	Size      int64           // announced, bytes
	Received  int64           // bytes in Parts
	Parts     []envelope.Blob // pieces so far; empty once Blob is set
	Blob      envelope.Blob   // the whole file; Name is empty until it is complete
	CreatedAt time.Time
	ExpiresAt time.Time
	TakenAt   time.Time // zero: not yet; then Blob is an envelope's
	Version   int64
}

// Complete says whether every byte has arrived.
func (u *Upload) Complete() bool { return u.Blob.Name != "" }

// Store runs units of work in one organization.
type Store interface {
	View(ctx context.Context, org id.Org, fn func(Tx) error) error
	Update(ctx context.Context, org id.Org, fn func(Tx) error) error
	// Expired lists uploads of all organizations that are past ExpiresAt; only Org and ID are filled.
	Expired(ctx context.Context, before time.Time, limit int) ([]*Upload, error)
}

// Tx is what uploads ask of a transaction. Another organization's id is a NotFound problem.
type Tx interface {
	InsertUpload(ctx context.Context, u *Upload) error
	Upload(ctx context.Context, upload id.ID) (*Upload, error)
	UpdateUpload(ctx context.Context, u *Upload) error // Conflict "version" unless Version matches; increments it
	DeleteUpload(ctx context.Context, upload id.ID) error
	// UploadBytes sums Size of the owner's uploads that are neither expired nor taken.
	UploadBytes(ctx context.Context, owner access.Actor, now time.Time) (int64, error)
}
