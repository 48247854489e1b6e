// Package ceremony is one recipient's sitting: open the link, consent, review, fill, sign or refuse. It holds
// the rules of a sitting; how an act becomes bytes is a method's business, what follows it the envelope's.
package ceremony

import (
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
)

// Pages draws pages and reads their text, in a child process with memory and time caps.
type Pages interface {
	PageText(ctx context.Context, f envelope.File, page int) (json.RawMessage, error) // runs with positions in points
	PageImage(ctx context.Context, f envelope.File, page, dpi int) (png []byte, err error)
}

// Deps is what the service needs.
type Deps struct {
	Store     envelope.Store
	Vault     envelope.Vault
	Methods   *method.Registry
	Pages     Pages
	Clock     clock.Clock
	PublicURL func() string
}

// Service holds the rules of sittings.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d: d} }

// Origin is where a call came from, as seen or as stated by the edge.
type Origin struct{ Address, UserAgent, Via string }

// Session is what an exchange yields: the ceremony's id and the cookie's secret.
type Session struct {
	Ceremony  id.ID
	Secret    string
	ExpiresAt time.Time
}

// Glance is what a link shows before it is exchanged: GET /s/<token> changes nothing.
type Glance struct {
	Sender string // organization or sender as the envelope names it
	Title  string
	Locale string
	State  string // open, exchanged, finished
}

// Consent is a recipient's agreement to sign electronically.
type Consent struct{ Version, Locale, Hash string }

// ValueInput is what a recipient entered in one field.
type ValueInput struct {
	Field id.ID
	Value json.RawMessage
}

// Submission is one act: its idempotency key and the digests of what was reviewed, by document.
type Submission struct {
	Key      string
	Reviewed map[id.ID]string // lower-case hex SHA-256
}

// State is everything a recipient may see of the envelope now.
type State struct {
	Envelope  *envelope.Envelope
	Recipient *envelope.Recipient
}

// Preview is what the act would make.
type Preview struct{ Documents []PreviewDocument }

// PreviewDocument is one document with the recipient's values drawn.
type PreviewDocument struct {
	Document id.ID
	Reviewed string // digest of the revision that it builds upon
	Digest   string // digest of the revision that it would make
}

// Receipt says that the act is done.
type Receipt struct {
	Act    id.ID
	DoneAt time.Time
}

// Handover is a one-time way to another device.
type Handover struct {
	Code      string
	ExpiresAt time.Time
}

func todo() error {
	return problem.New(problem.Internal, "internal", "Something went wrong on our side.")
}

// Glance reads a link without changing anything.
func (s *Service) Glance(ctx context.Context, token string) (*Glance, error) { return nil, todo() }

// Exchange turns a link's token into a session, once.
func (s *Service) Exchange(ctx context.Context, token string, from Origin) (*Session, error) {
	return nil, todo()
}

// RequestLink sends a new link to the address that an exchanged or expired link belongs to.
func (s *Service) RequestLink(ctx context.Context, token string) error { return todo() }

// Authenticate turns a ceremony id (from the path) and a cookie's secret into the recipient's principal.
func (s *Service) Authenticate(ctx context.Context, ceremony id.ID, secret string) (*access.Principal, error) {
	return nil, todo()
}
func (s *Service) State(ctx context.Context, by *access.Principal) (*State, error) {
	return nil, todo()
}
func (s *Service) Consent(ctx context.Context, by *access.Principal, in Consent) (*State, error) {
	return nil, todo()
}
func (s *Service) OpenDocument(ctx context.Context, by *access.Principal, document id.ID, digest string) (envelope.File, *envelope.Revision, error) {
	return nil, nil, todo()
}
func (s *Service) PageText(ctx context.Context, by *access.Principal, document id.ID, page int) (json.RawMessage, error) {
	return nil, todo()
}
func (s *Service) PageImage(ctx context.Context, by *access.Principal, document id.ID, page, dpi int) ([]byte, error) {
	return nil, todo()
}
func (s *Service) Save(ctx context.Context, by *access.Principal, values []ValueInput) (*State, error) {
	return nil, todo()
}
func (s *Service) Preview(ctx context.Context, by *access.Principal) (*Preview, error) {
	return nil, todo()
}
func (s *Service) PreviewImage(ctx context.Context, by *access.Principal, document id.ID, page, dpi int) ([]byte, error) {
	return nil, todo()
}
func (s *Service) Sign(ctx context.Context, by *access.Principal, in Submission) (*Receipt, error) {
	return nil, todo()
}
func (s *Service) Decline(ctx context.Context, by *access.Principal, reason string) error {
	return todo()
}
func (s *Service) Handover(ctx context.Context, by *access.Principal) (*Handover, error) {
	return nil, todo()
}
func (s *Service) Takeover(ctx context.Context, code string, from Origin) (*Session, error) {
	return nil, todo()
}
