package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/problem"
)

// OrganizationView is an organization as the API shows one.
type OrganizationView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Locale    string    `json:"locale"`
	TimeZone  string    `json:"time_zone"`
	CreatedAt time.Time `json:"created_at"`
}

type organizationOutput struct {
	ETag string `header:"ETag"`
	Body OrganizationView
}

type organizationsOutput struct{ Body List[OrganizationView] }

type organizationInput struct {
	Organization string `path:"organization"`
}

type updateOrganizationInput struct {
	Organization string `path:"organization"`
	IfMatch      string `header:"If-Match"`
	Body         struct {
		Name     *string `json:"name,omitempty" maxLength:"200"`
		Locale   *string `json:"locale,omitempty" maxLength:"35"`
		TimeZone *string `json:"time_zone,omitempty" maxLength:"64"`
	}
}

// Organizations are the rows of organizations: a caller sees their own.
func Organizations(s *account.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "listOrganizations", Method: http.MethodGet, Path: "/api/v1/organizations", Summary: "List the organizations you belong to",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.OrganizationRead,
		}, func(ctx context.Context, _ *Empty) (*organizationsOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			o, err := s.Organization(ctx, p.Org)
			if err != nil {
				return nil, err
			}
			return &organizationsOutput{Body: List[OrganizationView]{Items: []OrganizationView{viewOrganization(o)}}}, nil
		}),
		Typed(Row{
			ID: "getOrganization", Method: http.MethodGet, Path: "/api/v1/organizations/{organization}", Summary: "Read your organization",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.OrganizationRead,
		}, func(ctx context.Context, in *organizationInput) (*organizationOutput, error) {
			p, err := ownOrganization(ctx, in.Organization)
			if err != nil {
				return nil, err
			}
			o, err := s.Organization(ctx, p.Org)
			return organizationAnswer(o, err)
		}),
		Typed(Row{
			ID: "updateOrganization", Method: http.MethodPatch, Path: "/api/v1/organizations/{organization}", Summary: "Change your organization",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.OrganizationWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *updateOrganizationInput) (*organizationOutput, error) {
			p, err := ownOrganization(ctx, in.Organization)
			if err != nil {
				return nil, err
			}
			version, _, err := IfMatch(in.IfMatch)
			if err != nil {
				return nil, err
			}
			change := account.OrganizationChange{Name: in.Body.Name, Locale: in.Body.Locale, TimeZone: in.Body.TimeZone}
			o, err := s.UpdateOrganization(ctx, p.Org, version, change)
			return organizationAnswer(o, err)
		}),
	}
}

// ownOrganization refuses another organization's id as if it did not exist.
func ownOrganization(ctx context.Context, asked string) (*access.Principal, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	if string(p.Org) != asked {
		return nil, problem.New(problem.NotFound, "organization_unknown", "There is no such organization.")
	}
	return p, nil
}

func viewOrganization(o *account.Organization) OrganizationView {
	return OrganizationView{ID: string(o.ID), Name: o.Name, Locale: o.Locale, TimeZone: o.TimeZone, CreatedAt: o.CreatedAt}
}

func organizationAnswer(o *account.Organization, err error) (*organizationOutput, error) {
	if err != nil {
		return nil, err
	}
	return &organizationOutput{ETag: ETag(o.Version), Body: viewOrganization(o)}, nil
}
