package op

import (
	"context"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
)

// MeView is the signed-in user with what they may do and what a console needs to know first.
type MeView struct {
	User             UserView     `json:"user"`
	Organization     string       `json:"organization"`
	OrganizationName string       `json:"organization_name"`
	Locale           string       `json:"locale" doc:"The user's language; the organization's where they chose none"`
	TimeZone         string       `json:"time_zone" doc:"The organization's, as the IANA database names it"`
	Version          string       `json:"version" doc:"Of the product"`
	Channels         ChannelsView `json:"channels"`
	Permissions      []string     `json:"permissions" nullable:"false"`
}

// ChannelsView says by which ways messages leave.
type ChannelsView struct {
	Email bool `json:"email" doc:"A mail server is configured; without one messages are kept to be read here"`
}

// Installation is what rows tell of the process that runs them. Its functions are asked when a call comes.
type Installation struct {
	Version   string
	PublicURL func() string
	Mail      func() bool // a mail server is configured
}

type meOutput struct {
	ETag string `header:"ETag"`
	Body MeView
}

type updateMeInput struct {
	IfMatch string `header:"If-Match"`
	Body    struct {
		Name   *string `json:"name,omitempty" maxLength:"200"`
		Locale *string `json:"locale,omitempty" maxLength:"35" doc:"BCP 47"`
	}
}

func meRows(s *account.Service, in Installation) []Op {
	return []Op{
		Typed(Row{
			ID: "getMe", Method: http.MethodGet, Path: "/api/v1/users/me", Summary: "Read who you are and what you may do",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn,
		}, func(ctx context.Context, _ *Empty) (*meOutput, error) { return readMe(ctx, s, in) }),
		Typed(Row{
			ID: "updateMe", Method: http.MethodPatch, Path: "/api/v1/users/me", Summary: "Change your name or language",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn, Audit: AuditAlways,
		}, func(ctx context.Context, change *updateMeInput) (*meOutput, error) {
			return updateMe(ctx, s, in, change)
		}),
	}
}

func readMe(ctx context.Context, s *account.Service, in Installation) (*meOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.User(ctx, p.Org, p.User)
	if err != nil {
		return nil, err
	}
	return viewMe(ctx, s, in, u)
}

func updateMe(ctx context.Context, s *account.Service, in Installation, change *updateMeInput) (*meOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	version, _, err := IfMatch(change.IfMatch)
	if err != nil {
		return nil, err
	}
	u, err := s.UpdateUser(ctx, p.Org, p.User, version, account.UserChange{Name: change.Body.Name, Locale: change.Body.Locale})
	if err != nil {
		return nil, err
	}
	return viewMe(ctx, s, in, u)
}

func viewMe(ctx context.Context, s *account.Service, in Installation, u *account.User) (*meOutput, error) {
	o, err := s.Organization(ctx, u.Org)
	if err != nil {
		return nil, err
	}
	v := MeView{
		User: viewUser(u), Organization: string(o.ID), OrganizationName: o.Name, Locale: u.Locale, TimeZone: o.TimeZone,
		Version: in.Version, Channels: ChannelsView{Email: in.Mail()}, Permissions: names(access.Of(u.Role)),
	}
	if v.Locale == "" {
		v.Locale = o.Locale
	}
	return &meOutput{ETag: ETag(u.Version), Body: v}, nil
}
