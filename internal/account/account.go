package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/internal/problem"
)

// Figures of this package.
const (
	LinkLife        = 15 * time.Minute // of a sign-in link
	SessionLife     = 12 * time.Hour   // absolute
	SessionIdle     = 2 * time.Hour
	keyPrefix       = "ck_"
	minPassword     = 12
	maxPassword     = 256 // characters; argon2id reads them all
	maxName         = 200
	seenEvery       = time.Minute
	passwordsAtOnce = 2 // argon2id computations, 64 MiB each
)

// Service holds the rules for accounts.
type Service struct {
	store Store
	clock clock.Clock
	work  chan struct{} // a slot for each password computation
}

// New returns the service.
func New(store Store, c clock.Clock) *Service {
	return &Service{store: store, clock: c, work: make(chan struct{}, passwordsAtOnce)}
}

// newToken returns 256 random bits as text and the hash that is stored in their place.
func newToken(prefix string) (token string, hash []byte) {
	var b [32]byte
	rand.Read(b[:])
	token = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// plausible says whether a token has a form that newToken makes, so that nonsense costs no read.
func plausible(token, prefix string) bool {
	rest, ok := strings.CutPrefix(token, prefix)
	if !ok || len(rest) != 43 {
		return false
	}
	_, err := base64.RawURLEncoding.DecodeString(rest)
	return err == nil
}

// normalEmail lower-cases an address and refuses what is none.
func normalEmail(email, pointer string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email, "@") {
		return "", problem.InField(pointer, "not_an_email", "This is not an e-mail address.")
	}
	return email, nil
}

func checkName(name, pointer string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return problem.InField(pointer, "required", "A name is needed.")
	case utf8.RuneCountInString(name) > maxName:
		return problem.InField(pointer, "too_long", "A name has at most 200 characters.")
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return problem.InField(pointer, "control_character", "A name holds no control characters.")
	}
	return nil
}

func checkLocale(tag string) error {
	if !locale.Known(tag) {
		return problem.InField("/locale", "locale", locale.Hint())
	}
	return nil
}

// Organization returns the caller's organization.
func (s *Service) Organization(ctx context.Context, org id.Org) (o *Organization, err error) {
	err = s.store.View(ctx, org, func(tx Tx) error {
		o, err = tx.Organization(ctx)
		return err
	})
	return o, err
}

// OrganizationChange holds what may be changed; nil leaves a member as it is.
type OrganizationChange struct {
	Name, Locale, TimeZone *string
}

// UpdateOrganization changes the caller's organization. version is the one that was read; 0 takes any.
func (s *Service) UpdateOrganization(ctx context.Context, org id.Org, version int64, c OrganizationChange) (o *Organization, err error) {
	err = s.store.Update(ctx, org, func(tx Tx) error {
		if o, err = tx.Organization(ctx); err != nil {
			return err
		}
		if version != 0 && version != o.Version {
			return errVersion
		}
		if err := c.apply(o); err != nil {
			return err
		}
		return tx.UpdateOrganization(ctx, o)
	})
	return o, err
}

func (c OrganizationChange) apply(o *Organization) error {
	if c.Name != nil {
		if err := checkName(*c.Name, "/name"); err != nil {
			return err
		}
		o.Name = *c.Name
	}
	if c.Locale != nil {
		if err := checkLocale(*c.Locale); err != nil {
			return err
		}
		o.Locale = *c.Locale
	}
	if c.TimeZone != nil {
		if _, err := time.LoadLocation(*c.TimeZone); err != nil {
			return problem.InField("/time_zone", "unknown_time_zone", "Use an IANA name, such as Europe/Budapest.")
		}
		o.TimeZone = *c.TimeZone
	}
	return nil
}

var errVersion = problem.New(problem.Precondition, "etag_mismatch", "Someone changed this in the meantime. Read it again.")

// First is what the first start shows once.
type First struct {
	Organization *Organization
	Admin        *User
	APIKey       string // the initial key, all permissions
}

// Bootstrap creates the first organization with its admin and initial API key. It returns nil when there is a
// complete one already, and finishes one that a crash left half made.
func (s *Service) Bootstrap(ctx context.Context, name, adminEmail string) (*First, error) {
	org, err := s.firstOrganization(ctx, name)
	if err != nil {
		return nil, err
	}
	first := &First{Organization: org}
	err = s.store.Update(ctx, org.ID, func(tx Tx) error {
		users, err := tx.Users(ctx, "", 1)
		if err != nil || len(users) > 0 {
			first.Admin = nil
			return err
		}
		first.Admin = s.newUser(org.ID, "Administrator", adminEmail, access.Admin)
		if err := tx.InsertUser(ctx, first.Admin); err != nil {
			return err
		}
		var key *APIKey
		first.APIKey, key = s.newKey(org.ID, "Initial key", access.All(), access.System)
		return tx.InsertAPIKey(ctx, key)
	})
	if err != nil || first.Admin == nil {
		return nil, err
	}
	return first, nil
}

func (s *Service) firstOrganization(ctx context.Context, name string) (*Organization, error) {
	all, err := s.store.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		return all[0], nil
	}
	return s.CreateOrganization(ctx, name)
}

// CreateOrganization adds a tenant. Only the operator of the installation does this.
func (s *Service) CreateOrganization(ctx context.Context, name string) (*Organization, error) {
	if err := checkName(name, "/name"); err != nil {
		return nil, err
	}
	o := &Organization{ID: id.Org(id.New()), Name: name, Locale: "en", TimeZone: "UTC", CreatedAt: s.clock.Now(), Version: 1}
	return o, s.store.CreateOrganization(ctx, o)
}

// Organizations lists all tenants; for the operator of the installation and for periodic jobs.
func (s *Service) Organizations(ctx context.Context) ([]*Organization, error) {
	return s.store.Organizations(ctx)
}

// Tidy forgets counters, links and sessions that have been dead for a month.
func (s *Service) Tidy(ctx context.Context) error {
	return s.store.ForgetCounters(ctx, s.clock.Now().Add(-30*24*time.Hour))
}
