package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/id"
)

// APIKeyView is an API key without its secret.
type APIKeyView struct {
	ID          id.ID      `json:"id"`
	Name        string     `json:"name"`
	Hint        string     `json:"hint" doc:"The key's last four characters"`
	Permissions []string   `json:"permissions" nullable:"false"`
	CreatedAt   time.Time  `json:"created_at"`
	LastUsedAt  *time.Time `json:"last_used_at,omitempty"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	RevokedAt   *time.Time `json:"revoked_at,omitempty"`
}

type apiKeysOutput struct{ Body List[APIKeyView] }

type createAPIKeyInput struct {
	Body struct {
		Name        string     `json:"name" maxLength:"200"`
		Permissions []string   `json:"permissions" minItems:"1" maxItems:"50" nullable:"false"`
		ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	}
}

// APIKeyCreated shows a new key, once.
type APIKeyCreated struct {
	Body struct {
		Key    string     `json:"key" doc:"Shown this once"`
		APIKey APIKeyView `json:"api_key"`
	}
}

type apiKeyInput struct {
	Key string `path:"api_key"`
}

// APIKeys are the rows of API keys.
func APIKeys(s *account.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "listAPIKeys", Method: http.MethodGet, Path: "/api/v1/api-keys", Summary: "List API keys",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.APIKeysRead,
		}, func(ctx context.Context, in *Page) (*apiKeysOutput, error) { return listAPIKeys(ctx, s, in) }),
		Typed(Row{
			ID: "createAPIKey", Method: http.MethodPost, Path: "/api/v1/api-keys", Summary: "Make an API key; it is shown once",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.APIKeysWrite, Audit: AuditAlways,
			Idempotent: true, Secret: true, Status: http.StatusCreated,
		}, func(ctx context.Context, in *createAPIKeyInput) (*APIKeyCreated, error) {
			return createAPIKey(ctx, s, in)
		}),
		Typed(Row{
			ID: "revokeAPIKey", Method: http.MethodDelete, Path: "/api/v1/api-keys/{api_key}", Summary: "Revoke an API key for good",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.APIKeysWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *apiKeyInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.RevokeAPIKey(ctx, p.Org, id.ID(in.Key))
		}),
	}
}

func viewAPIKey(k *account.APIKey) APIKeyView {
	v := APIKeyView{
		ID: k.ID, Name: k.Name, Hint: k.Hint, Permissions: []string{}, CreatedAt: k.CreatedAt,
		LastUsedAt: whenSet(k.LastUsedAt), ExpiresAt: whenSet(k.ExpiresAt), RevokedAt: whenSet(k.RevokedAt),
	}
	for _, p := range k.Permissions {
		v.Permissions = append(v.Permissions, string(p))
	}
	return v
}

// whenSet is nil for the zero time, which JSON then leaves out.
func whenSet(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func listAPIKeys(ctx context.Context, s *account.Service, in *Page) (*apiKeysOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.After()
	if err != nil {
		return nil, err
	}
	all, err := s.APIKeys(ctx, p.Org, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	var views []APIKeyView
	for _, k := range all {
		views = append(views, viewAPIKey(k))
	}
	return &apiKeysOutput{Body: NewList(views, in.Limit, func(k APIKeyView) id.ID { return k.ID })}, nil
}

func createAPIKey(ctx context.Context, s *account.Service, in *createAPIKeyInput) (*APIKeyCreated, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	n := account.NewAPIKey{Name: in.Body.Name}
	for _, perm := range in.Body.Permissions {
		n.Permissions = append(n.Permissions, access.Permission(perm))
	}
	if in.Body.ExpiresAt != nil {
		n.ExpiresAt = *in.Body.ExpiresAt
	}
	token, k, err := s.CreateAPIKey(ctx, p, n)
	if err != nil {
		return nil, err
	}
	out := &APIKeyCreated{}
	out.Body.Key, out.Body.APIKey = token, viewAPIKey(k)
	return out, nil
}
