// Package notify carries messages to people: it renders a stored message in the recipient's language and hands
// it to a channel. It decides neither who gets a message nor when; rows and jobs come with the transaction that
// made them necessary. A link's token exists only in the copy that leaves; nothing here keeps it.
package notify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

// JobKind is the job that sends one message.
const JobKind = "message.send"

// Payload is the payload of message.send.
type Payload struct {
	Message id.ID `json:"message"`
}

// Links mints the token of a link at the moment a message leaves. The token is returned once and stored hashed.
type Links interface {
	MintLink(ctx context.Context, org id.Org, recipient id.ID) (token string, err error)
}

// Rendered is a message as it leaves, or, with links masked, as the product shows it.
type Rendered struct {
	ID        string // Message-ID without angle brackets: the same for every repeat
	FromName  string
	ToName    string
	To        string
	Subject   string
	Text      string
	HTML      string
	Locale    string
	CreatedAt time.Time
}

// Channel takes a rendered message to the outside.
type Channel interface {
	Name() string // "email"
	// Schema is the JSON schema of its configuration.
	Schema() json.RawMessage
	// Ready says whether it is configured; where not, messages are kept readable in the product.
	Ready() bool
	// Send delivers. A *Permanent error is not tried again.
	Send(ctx context.Context, m *Rendered) error
}

// Permanent is a refusal that a repeat would meet again.
type Permanent struct{ Reason string }

// Error implements error.
func (p *Permanent) Error() string { return "refused: " + p.Reason }

// Delayed is a failure that a repeat may not meet. Reason is for the sender and the log and holds no address.
type Delayed struct {
	Reason string
	Cause  error
}

// Error implements error. It leaves the cause out: mail servers repeat addresses in what they say.
func (d *Delayed) Error() string { return "delayed: " + d.Reason }

// Unwrap returns the cause.
func (d *Delayed) Unwrap() error { return d.Cause }

// Organizations names organizations.
type Organizations interface {
	OrganizationName(ctx context.Context, org id.Org) (string, error)
}

// Brand is how an organization looks in its mails; what is empty is as the design has it.
type Brand struct {
	Name   string // in the place of the organization's
	Color  string // of the button, #rrggbb; white is read on it
	Footer string // a line of its own under the message
}

// Brands tells how organizations look.
type Brands interface {
	MailBrand(ctx context.Context, org id.Org) (Brand, error)
}

// Users gives the members of staff who send envelopes. *account.Service satisfies it.
type Users interface {
	User(ctx context.Context, org id.Org, user id.ID) (*account.User, error)
}

// Deps are what the service stands on.
type Deps struct {
	Store         envelope.Store
	Links         Links
	Organizations Organizations
	Brands        Brands
	Users         Users
	Channels      []Channel
	Clock         clock.Clock
	PublicURL     func() string
}

// Service sends messages.
type Service struct {
	d        Deps
	channels map[string]Channel
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{d: d, channels: map[string]Channel{}}
	for _, c := range d.Channels {
		s.channels[c.Name()] = c
	}
	return s
}

// Jobs returns the handlers of this package's jobs.
func (s *Service) Jobs() map[string]schedule.Handler {
	return map[string]schedule.Handler{JobKind: s.send}
}

// Ready says whether messages leave by a channel; where not, they are kept readable in the product.
func (s *Service) Ready(channel string) bool {
	c := s.channels[channel]
	return c != nil && c.Ready()
}
