package account

import (
	"context"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var errBadKey = problem.New(problem.Unauthorized, "api_key_unusable", "This API key is unknown, expired or revoked.")

func (s *Service) newKey(org id.Org, name string, perms []access.Permission, by access.Actor) (string, *APIKey) {
	token, hash := newToken(keyPrefix)
	return token, &APIKey{
		ID: id.New(), Org: org, Name: name, Hint: token[len(token)-4:], Hash: hash, Permissions: perms,
		CreatedBy: by, CreatedAt: s.clock.Now(),
	}
}

// NewAPIKey says which key to make.
type NewAPIKey struct {
	Name        string
	Permissions []access.Permission
	ExpiresAt   time.Time // zero: never
}

// CreateAPIKey makes a key and returns it in the clear, this once. Nobody gives away what they do not hold.
func (s *Service) CreateAPIKey(ctx context.Context, p *access.Principal, n NewAPIKey) (token string, k *APIKey, err error) {
	if err := checkName(n.Name, "/name"); err != nil {
		return "", nil, err
	}
	if len(n.Permissions) == 0 {
		return "", nil, problem.InField("/permissions", "required", "Name at least one permission.")
	}
	for i, perm := range n.Permissions {
		at := "/permissions/" + strconv.Itoa(i)
		if !access.KnownPermission(perm) {
			return "", nil, problem.InField(at, "unknown_permission", "There is no such permission.")
		}
		if !p.May(perm) {
			return "", nil, problem.InField(at, "not_yours", "You cannot give a permission that you do not hold.")
		}
	}
	if !n.ExpiresAt.IsZero() && !n.ExpiresAt.After(s.clock.Now()) {
		return "", nil, problem.InField("/expires_at", "in_the_past", "The key would have expired already.")
	}
	token, k = s.newKey(p.Org, n.Name, n.Permissions, p.Actor())
	k.ExpiresAt = n.ExpiresAt
	return token, k, s.store.Update(ctx, p.Org, func(tx Tx) error { return tx.InsertAPIKey(ctx, k) })
}

// IssueAPIKey makes a key with all permissions in the first organization; for the operator of the installation.
func (s *Service) IssueAPIKey(ctx context.Context, name string) (string, error) {
	orgs, err := s.store.Organizations(ctx)
	if err != nil {
		return "", err
	}
	if len(orgs) == 0 {
		return "", problem.New(problem.NotFound, "no_organization", "There is no organization yet. Start the server once.")
	}
	token, k := s.newKey(orgs[0].ID, name, access.All(), access.System)
	return token, s.store.Update(ctx, k.Org, func(tx Tx) error { return tx.InsertAPIKey(ctx, k) })
}

// APIPrincipal resolves an API key.
func (s *Service) APIPrincipal(ctx context.Context, token string) (*access.Principal, error) {
	if !plausible(token, keyPrefix) {
		return nil, errBadKey
	}
	k, err := s.store.APIKeyByHash(ctx, hashToken(token))
	if problem.KindOf(err) == problem.NotFound {
		return nil, errBadKey
	}
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if !k.RevokedAt.IsZero() || !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt) {
		return nil, errBadKey
	}
	if now.Sub(k.LastUsedAt) > seenEvery {
		if err := s.used(ctx, k, now); err != nil {
			return nil, err
		}
	}
	return &access.Principal{Audience: access.API, Org: k.Org, APIKey: k.ID, Permissions: access.Set(k.Permissions)}, nil
}

func (s *Service) used(ctx context.Context, k *APIKey, now time.Time) error {
	return s.store.Update(ctx, k.Org, func(tx Tx) error {
		fresh, err := tx.APIKey(ctx, k.ID)
		if err != nil {
			return err
		}
		fresh.LastUsedAt = now
		return tx.PutAPIKey(ctx, fresh)
	})
}

// APIKeys lists keys by id.
func (s *Service) APIKeys(ctx context.Context, org id.Org, after id.ID, limit int) (list []*APIKey, err error) {
	err = s.store.View(ctx, org, func(tx Tx) error {
		list, err = tx.APIKeys(ctx, after, limit)
		return err
	})
	return list, err
}

// RevokeAPIKey makes a key unusable for good.
func (s *Service) RevokeAPIKey(ctx context.Context, org id.Org, key id.ID) error {
	return s.store.Update(ctx, org, func(tx Tx) error {
		k, err := tx.APIKey(ctx, key)
		if err != nil || !k.RevokedAt.IsZero() {
			return err
		}
		k.RevokedAt = s.clock.Now()
		return tx.PutAPIKey(ctx, k)
	})
}
