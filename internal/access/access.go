// Package access says who may do what: audiences, principals, roles and permissions, in one table.
// It decides from facts it is given and reads no store.
package access

import (
	"context"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Audience is a class of callers. An operation is open to one or several.
type Audience uint8

// The audiences of ARCHITECTURE section 4.
const (
	Public Audience = 1 << iota
	RecipientAudience
	CustomerAudience
	Staff
	API
	Service // another process of the operator's, at the role signer
)

// Permission names what an operation asks of its caller.
type Permission string

// Principal is the authenticated caller. The organization in it is the only source of a tenant id.
type Principal struct {
	Audience    Audience
	Org         id.Org
	User        id.ID  // staff
	Session     id.ID  // staff session or ceremony session
	APIKey      id.ID  // API account
	Envelope    id.ID  // recipient
	Recipient   id.ID  // recipient
	Ceremony    id.ID  // recipient
	Service     string // name by which a signer knows a service
	Role        Role
	Permissions map[Permission]bool
	Address     string // network address, as seen or as stated by the edge
	UserAgent   string
	Via         string // name of the edge that stated address and user agent; empty when direct
}

// May says whether the principal holds a permission.
func (p *Principal) May(want Permission) bool { return want == "" || p.Permissions[want] }

// Actor is how events name who did something.
func (p *Principal) Actor() Actor {
	switch {
	case p.User != "":
		return Actor{Kind: "user", ID: p.User}
	case p.APIKey != "":
		return Actor{Kind: "api_key", ID: p.APIKey}
	case p.Recipient != "":
		return Actor{Kind: "recipient", ID: p.Recipient}
	case p.Service != "":
		return Actor{Kind: "service", ID: id.ID(p.Service)}
	}
	return Actor{Kind: "public"}
}

// Actor is the one who did something: a user, an API key, a recipient, or the system.
type Actor struct {
	Kind string `json:"kind"`
	ID   id.ID  `json:"id,omitempty"`
}

// System is the actor of jobs.
var System = Actor{Kind: "system"}

type key struct{}

// With puts the principal in a context.
func With(ctx context.Context, p *Principal) context.Context { return context.WithValue(ctx, key{}, p) }

// From returns the principal, or an Unauthorized problem.
func From(ctx context.Context) (*Principal, error) {
	if p, ok := ctx.Value(key{}).(*Principal); ok && p != nil {
		return p, nil
	}
	return nil, problem.New(problem.Unauthorized, "not_signed_in", "Sign in first, or send an API key.")
}

// Role is a named set of permissions.
type Role string

// The roles of ARCHITECTURE section 1.
const (
	Sender   Role = "sender"
	Operator Role = "operator"
	Admin    Role = "admin"
	Auditor  Role = "auditor"
)
