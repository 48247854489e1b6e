// Package account keeps those who act for an organization: organizations, users, sign-in links, staff sessions
// and API keys, and the counters that protect passwords. It knows neither HTTP nor SQL.
package account

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
)

// Organization is a tenant.
type Organization struct {
	ID        id.Org
	Name      string
	Locale    string // BCP 47
	TimeZone  string // IANA name
	CreatedAt time.Time
	Version   int64 // grows with every change of the row
}

// User acts for one organization. Name and Email are encrypted at rest.
type User struct {
	ID         id.ID
	Org        id.Org
	Name       string
	Email      string // lower case; one user of the installation has it
	Role       access.Role
	Password   string // argon2id in PHC form; empty: signs in by link only
	Locale     string
	DisabledAt time.Time // zero: active
	CreatedAt  time.Time
	Version    int64
}

// SignInLink signs one user in once. Only the token's hash is stored.
type SignInLink struct {
	ID        id.ID
	Org       id.Org
	User      id.ID
	Hash      []byte // SHA-256 of the token
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time
}

// Session is one signed-in browser. Only the secret's hash is stored. Address and UserAgent are encrypted at rest.
type Session struct {
	ID         id.ID
	Org        id.Org
	User       id.ID
	Hash       []byte // SHA-256 of the cookie's secret
	CreatedAt  time.Time
	LastSeenAt time.Time // kept to the minute
	ExpiresAt  time.Time // absolute
	EndedAt    time.Time // zero: open
	Address    string
	UserAgent  string
}

// APIKey is an API account. Only the key's hash is stored.
type APIKey struct {
	ID          id.ID
	Org         id.Org
	Name        string
	Hint        string // last four characters, for recognition
	Hash        []byte // SHA-256 of the key
	Permissions []access.Permission
	CreatedBy   access.Actor
	CreatedAt   time.Time
	LastUsedAt  time.Time // kept to the minute
	ExpiresAt   time.Time // zero: never
	RevokedAt   time.Time // zero: usable
}

// Counter counts attempts at one guessable secret from one side (an account, a network).
type Counter struct {
	Key      string // opaque, at most 120 characters, no personal data
	Attempts int    // since the last success
	Last     time.Time
	Until    time.Time // no attempt before this
}

// Store runs units of work in one organization, like envelope.Store, and answers the few questions that come
// before an organization is known. All of these read or write the committed state at once.
type Store interface {
	View(ctx context.Context, org id.Org, fn func(Tx) error) error
	Update(ctx context.Context, org id.Org, fn func(Tx) error) error

	// Organizations lists all, oldest first.
	Organizations(ctx context.Context) ([]*Organization, error)
	// CreateOrganization inserts a tenant together with its wrapped key.
	CreateOrganization(ctx context.Context, o *Organization) error
	// UserByEmail finds a user by exact lower-case address (through a keyed hash); NotFound when there is none.
	UserByEmail(ctx context.Context, email string) (*User, error)
	// SessionByHash and APIKeyByHash find a credential, ended or revoked ones too; NotFound when there is none.
	SessionByHash(ctx context.Context, hash []byte) (*Session, error)
	APIKeyByHash(ctx context.Context, hash []byte) (*APIKey, error)
	// UseSignInLink marks the link as used at now and returns it as it was before. Two callers at once: one gets
	// UsedAt zero. NotFound when there is none. It changes nothing where the link is used or expired already.
	UseSignInLink(ctx context.Context, hash []byte, now time.Time) (*SignInLink, error)
	// Count runs fn on the counter of this key (zero Counter with Key set when there is none) in a transaction that
	// holds its row, and stores what fn left unless it fails. fn may run more than once.
	Count(ctx context.Context, key string, fn func(*Counter) error) error
	// ForgetCounters deletes counters whose Last is before a time, and used or expired links and sessions of then.
	ForgetCounters(ctx context.Context, before time.Time) error
}

// Tx is what the account domain asks of a transaction. Another organization's id is a NotFound problem; a lost race
// is a Conflict problem with code "version"; an e-mail address in use is a Conflict with code "email_in_use".
type Tx interface {
	Organization(ctx context.Context) (*Organization, error)
	UpdateOrganization(ctx context.Context, o *Organization) error // where version matches; increments Version

	Users(ctx context.Context, after id.ID, limit int) ([]*User, error) // by id
	User(ctx context.Context, user id.ID) (*User, error)
	InsertUser(ctx context.Context, u *User) error
	UpdateUser(ctx context.Context, u *User) error // where version matches; increments Version

	InsertSignInLink(ctx context.Context, l *SignInLink) error

	InsertSession(ctx context.Context, s *Session) error
	Session(ctx context.Context, session id.ID) (*Session, error)
	Sessions(ctx context.Context, user id.ID) ([]*Session, error) // open ones of a user, newest first
	PutSession(ctx context.Context, s *Session) error

	InsertAPIKey(ctx context.Context, k *APIKey) error
	APIKey(ctx context.Context, key id.ID) (*APIKey, error)
	APIKeys(ctx context.Context, after id.ID, limit int) ([]*APIKey, error) // by id, revoked ones too
	PutAPIKey(ctx context.Context, k *APIKey) error
}
