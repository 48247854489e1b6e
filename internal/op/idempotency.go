package op

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/id"
)

// Answer is what a creating call answered, kept so that a repeat with the same key gets the same. Header and Body
// are encrypted at rest. Unique by (Org, Caller, Key).
type Answer struct {
	Org       id.Org
	Caller    string // kind and id of the actor
	Key       string // the caller's, at most 255 bytes
	Operation string
	Request   []byte // SHA-256 of the request
	Lease     string // whoever runs the request holds this
	LeaseEnds time.Time
	Status    int // 0: still running
	Header    []byte
	Body      []byte
	Secret    bool // the body was withheld: it bore a secret
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Idempotency keeps answers.
type Idempotency interface {
	// Begin inserts a when no answer has its key, and returns nil. Otherwise it returns the one that stands, except
	// where that is still running with LeaseEnds before a.CreatedAt, or past ExpiresAt: it is replaced by a.
	Begin(ctx context.Context, a *Answer) (*Answer, error)
	// Finish stores status, header, body and Secret where the lease still stands.
	Finish(ctx context.Context, a *Answer) error
	// Abandon deletes the row where the lease still stands: the request changed nothing.
	Abandon(ctx context.Context, a *Answer) error
	// ForgetAnswers deletes expired ones.
	ForgetAnswers(ctx context.Context, before time.Time) error
}
