package envelope

import (
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// Full is an envelope with everything that belongs to it.
type Full struct {
	Envelope   *Envelope
	Documents  []*Document
	Recipients []*Recipient
	Fields     []*Field
}

// EnvelopeInput is what a sender sets on an envelope. Nil members stay as they are.
type EnvelopeInput struct {
	Title     *string
	Message   *string
	Locale    *string
	Level     *string
	Ordered   *bool
	ExpiresAt *time.Time
}

// RecipientInput is what a sender sets on a recipient. Nil members stay as they are.
type RecipientInput struct {
	Role, Method, Locale, Name, Email, Phone *string
	Order                                    *int
}

// FieldInput is what a sender sets on a field. Nil members stay as they are.
type FieldInput struct {
	Document, Recipient *id.ID
	Type, Existing      *string
	Page                *int
	X, Y, W, H          *float64
	Required            *bool
	Config              json.RawMessage
}

// DocumentInput says what to add: an upload, and the name under which it is shown.
type DocumentInput struct {
	Upload id.ID
	Name   string // empty: the upload's own
}

// Counts are the numbers on a sender's first page.
type Counts struct {
	Draft, NeedsMe, Waiting, Done, Problem int
	ByState                                map[State]int
}

// Expected is the version a caller saw; zero means that any will do.
type Expected int64

func todo() error {
	return problem.New(problem.Internal, "internal", "Something went wrong on our side.")
}

func (s *Service) Create(ctx context.Context, by *access.Principal, in EnvelopeInput) (*Full, error) {
	return nil, todo()
}
func (s *Service) Record(ctx context.Context, by *access.Principal, in EnvelopeInput, docs []DocumentInput) (*Full, error) {
	return nil, todo()
}
func (s *Service) Get(ctx context.Context, by *access.Principal, envelope id.ID) (*Full, error) {
	return nil, todo()
}
func (s *Service) List(ctx context.Context, by *access.Principal, f Filter) ([]*Envelope, error) {
	return nil, todo()
}
func (s *Service) Counts(ctx context.Context, by *access.Principal) (*Counts, error) {
	return nil, todo()
}
func (s *Service) Update(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in EnvelopeInput) (*Full, error) {
	return nil, todo()
}
func (s *Service) Delete(ctx context.Context, by *access.Principal, envelope id.ID, v Expected) error {
	return todo()
}
func (s *Service) AddDocument(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in DocumentInput) (*Full, *Document, error) {
	return nil, nil, todo()
}
func (s *Service) Check(ctx context.Context, by *access.Principal, envelope id.ID) ([]problem.Field, error) {
	return nil, todo()
}
func (s *Service) Send(ctx context.Context, by *access.Principal, envelope id.ID, v Expected) (*Full, error) {
	return nil, todo()
}
func (s *Service) Void(ctx context.Context, by *access.Principal, envelope id.ID, reason string) (*Full, error) {
	return nil, todo()
}
func (s *Service) Resend(ctx context.Context, by *access.Principal, envelope, recipient id.ID) (*Message, error) {
	return nil, todo()
}

// RevealLink mints a link and shows it to the sender: a permission of its own, an event, printed in the evidence.
func (s *Service) RevealLink(ctx context.Context, by *access.Principal, envelope, recipient id.ID) (url string, expires time.Time, err error) {
	return "", time.Time{}, todo()
}

// MintLink makes the link of a message at the moment it is sent out and revokes the recipient's earlier ones.
func (s *Service) MintLink(ctx context.Context, org id.Org, message id.ID) (url string, err error) {
	return "", todo()
}

// Open gives a revision's bytes to staff or an API account. Kind original, converted, prepared or sealed;
// empty: the newest.
func (s *Service) Open(ctx context.Context, by *access.Principal, document id.ID, kind RevisionKind) (File, *Revision, error) {
	return nil, nil, todo()
}

func (s *Service) prepare(ctx context.Context, job schedule.Job) error   { return todo() }
func (s *Service) expireDue(ctx context.Context, job schedule.Job) error { return todo() }
