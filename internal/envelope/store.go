package envelope

import (
	"context"
	"io"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

// Store runs units of work in one organization. Update commits all or nothing; its function may run more than
// once and so has no outside effect. View reads one snapshot.
type Store interface {
	View(ctx context.Context, org id.Org, fn func(Tx) error) error
	Update(ctx context.Context, org id.Org, fn func(Tx) error) error
}

// Filter selects envelopes for a list, newest first.
type Filter struct {
	States []State
	Sender id.ID  // user or API key; empty: all of the organization
	Text   string // part of the title, case folded, or a recipient's whole e-mail address
	Group  string // needs_me, waiting, done, problem; empty: any
	Me     string // e-mail address of the caller: needs_me has the envelopes that wait for it too
	After  id.ID  // cursor: the last id of the page before
	Limit  int    // 1-200
}

// Renewals selects sealed documents whose proof runs out.
type Renewals struct {
	Before time.Time // by then, or at a time that nobody knows yet
	Now    time.Time // those that are put off beyond this are left out
	Level  string    // achieved; empty: any
	Limit  int
}

// Signers counts the recipients of an envelope who sign, and those of them who have.
type Signers struct{ Done, Total int }

// Listed is an envelope in a list.
type Listed struct {
	*Envelope
	Signers
}

// Delivery is what became of a message.
type Delivery struct {
	Message  id.ID
	Channel  string
	Template string
	State    string // queued, sent, kept, failed
	Error    string
	At       time.Time // when it left, or was queued
}

// Tx is what the envelope domain asks of a transaction. Every row it returns or takes belongs to the
// transaction's organization; another organization's id is a NotFound problem. Put inserts or replaces by id.
// A lost race is a Conflict problem with code "version".
type Tx interface {
	Envelope(ctx context.Context, envelope id.ID) (*Envelope, error)
	LockEnvelope(ctx context.Context, envelope id.ID) (*Envelope, error) // also serialises writers of this envelope
	Envelopes(ctx context.Context, f Filter) ([]*Envelope, error)
	Signers(ctx context.Context, envelopes []id.ID) (map[id.ID]Signers, error)
	CountEnvelopes(ctx context.Context, f Filter) (int, error) // of all pages
	CountByState(ctx context.Context, sender id.ID) (map[State]int, error)
	InsertEnvelope(ctx context.Context, e *Envelope) error
	UpdateEnvelope(ctx context.Context, e *Envelope) error                          // where version matches; increments Version
	DeleteDraft(ctx context.Context, envelope id.ID) error                          // envelope and all its rows
	DueEnvelopes(ctx context.Context, before time.Time, limit int) ([]id.ID, error) // open, past ExpiresAt

	Documents(ctx context.Context, envelope id.ID) ([]*Document, error) // by position
	Document(ctx context.Context, document id.ID) (*Document, error)
	PutDocument(ctx context.Context, d *Document) error
	DeleteDocument(ctx context.Context, document id.ID) error
	// CompleteSeal is the one conditional update: it fails with Conflict unless state is sealing with this attempt.
	CompleteSeal(ctx context.Context, document id.ID, attempt int, level string) error
	// DueRenewals lists sealed documents whose proof runs out; those that nobody has looked at come first.
	DueRenewals(ctx context.Context, f Renewals) ([]*Document, error)
	// CompleteRenewal is the one conditional update: it fails with Conflict unless the document is sealed, with this
	// attempt and this head.
	CompleteRenewal(ctx context.Context, document id.ID, attempt, head int) error
	Revisions(ctx context.Context, document id.ID) ([]*Revision, error) // by number
	InsertRevision(ctx context.Context, r *Revision) error              // Conflict when the number exists

	Recipients(ctx context.Context, envelope id.ID) ([]*Recipient, error) // by order, then id
	Recipient(ctx context.Context, recipient id.ID) (*Recipient, error)
	PutRecipient(ctx context.Context, r *Recipient) error
	DeleteRecipient(ctx context.Context, recipient id.ID) error

	Fields(ctx context.Context, envelope id.ID) ([]*Field, error) // by document, page, top to bottom
	PutField(ctx context.Context, f *Field) error
	DeleteField(ctx context.Context, field id.ID) error

	Values(ctx context.Context, envelope id.ID) ([]*Value, error)
	PutValue(ctx context.Context, envelope id.ID, v *Value) error

	PutLink(ctx context.Context, l *Link) error
	Links(ctx context.Context, recipient id.ID) ([]*Link, error)
	LinkByHash(ctx context.Context, hash []byte) (*Link, error) // NotFound when no link of this organization has it
	RevokeLinks(ctx context.Context, recipient id.ID, at time.Time) error
	PutSitting(ctx context.Context, s *Sitting) error
	Sitting(ctx context.Context, sitting id.ID) (*Sitting, error)
	Sittings(ctx context.Context, recipient id.ID) ([]*Sitting, error)
	InsertAct(ctx context.Context, a *Act) error            // Conflict when the recipient has one
	Act(ctx context.Context, recipient id.ID) (*Act, error) // NotFound when there is none

	InsertEvent(ctx context.Context, e *Event) error // Conflict when the sequence number exists
	Events(ctx context.Context, envelope id.ID, afterSeq int64, limit int) ([]*Event, error)

	InsertMessage(ctx context.Context, m *Message) error
	PutMessage(ctx context.Context, m *Message) error
	Deliveries(ctx context.Context, envelope id.ID) (map[id.ID]Delivery, error) // of each recipient's newest message
	Message(ctx context.Context, message id.ID) (*Message, error)
	Messages(ctx context.Context, envelope id.ID, after id.ID, limit int) ([]*Message, error) // empty envelope: all of the organization
	FindMessages(ctx context.Context, f MessageFilter) ([]*Message, error)                    // newest first

	Enqueue(ctx context.Context, job schedule.Job) error   // wakes the runner after commit
	FinishJob(ctx context.Context, job schedule.Job) error // Conflict when the lease was lost: roll everything back
}

// Vault keeps bytes, encrypted, each object under its own key. A Blob that Put returned is durable.
type Vault interface {
	Put(ctx context.Context, org id.Org, r io.Reader) (Blob, error)
	Open(ctx context.Context, org id.Org, b Blob) (File, error)
	Delete(ctx context.Context, org id.Org, b Blob) error
}

// File is the plaintext of a blob by range.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// MessageFilter selects messages of an organization; what is empty selects nothing away.
type MessageFilter struct {
	Envelope id.ID
	State    string
	After    id.ID // cursor: the last id of the page before
	Limit    int
}
