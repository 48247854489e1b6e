package op

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/settings"
)

// SettingsView is one group of settings.
type SettingsView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Schema and Value are JSON documents.
	Schema json.RawMessage `json:"schema" doc:"JSON Schema from which a form can be drawn"`
	Value  json.RawMessage `json:"value"`
}

type settingsListOutput struct{ Body List[SettingsView] }

type settingsInput struct {
	Name string `path:"name" maxLength:"64"`
}

type settingsOutput struct {
	ETag string `header:"ETag"`
	Body json.RawMessage
}

type putSettingsInput struct {
	Name    string `path:"name" maxLength:"64"`
	IfMatch string `header:"If-Match"`
	Body    json.RawMessage
}

type brandingInput struct {
	IfMatch string `header:"If-Match"`
	Body    branding.Branding
}

type brandingOutput struct {
	ETag string `header:"ETag"`
	Body branding.Branding
}

type ceremonyInput struct {
	Ceremony string `path:"ceremony"`
}

// Settings are the rows of settings and branding.
func Settings(s *settings.Service) []Op {
	rows := []Op{
		Typed(Row{
			ID: "listSettings", Method: http.MethodGet, Path: "/api/v1/settings", Summary: "List settings with their schemas",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.SettingsRead,
		}, func(ctx context.Context, _ *Empty) (*settingsListOutput, error) { return listSettings(ctx, s) }),
		Typed(Row{
			ID: "getSettings", Method: http.MethodGet, Path: "/api/v1/settings/{name}", Summary: "Read one group of settings",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.SettingsRead,
		}, func(ctx context.Context, in *settingsInput) (*settingsOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			d, err := s.Get(ctx, p.Org, in.Name)
			return settingsAnswer(d, err)
		}),
		Typed(Row{
			ID: "putSettings", Method: http.MethodPut, Path: "/api/v1/settings/{name}", Summary: "Replace one group of settings",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.SettingsWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *putSettingsInput) (*settingsOutput, error) {
			return putSettings(ctx, s, in.Name, in.IfMatch, in.Body)
		}),
	}
	return append(rows, brandingRows(s)...)
}

func brandingRows(s *settings.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "getBranding", Method: http.MethodGet, Path: "/api/v1/branding", Summary: "Read how your organization looks",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.SettingsRead,
		}, func(ctx context.Context, _ *Empty) (*brandingOutput, error) { return readBranding(ctx, s) }),
		Typed(Row{
			ID: "putBranding", Method: http.MethodPut, Path: "/api/v1/branding", Summary: "Replace how your organization looks",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.SettingsWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *brandingInput) (*brandingOutput, error) {
			body, err := json.Marshal(in.Body)
			if err != nil {
				return nil, err
			}
			if _, err := putSettings(ctx, s, branding.Name, in.IfMatch, body); err != nil {
				return nil, err
			}
			return readBranding(ctx, s)
		}),
		Typed(Row{
			ID: "getCeremonyBranding", Method: http.MethodGet, Path: "/api/v1/ceremonies/{ceremony}/branding", Summary: "Read how the sender looks",
			Audience: access.RecipientAudience, Group: GroupCustomer,
		}, func(ctx context.Context, _ *ceremonyInput) (*brandingOutput, error) { return readBranding(ctx, s) }),
		Raw(Row{
			ID: "getCeremonyLogo", Method: http.MethodGet, Path: "/api/v1/ceremonies/{ceremony}/branding/logo", Summary: "Read the sender's logo",
			Audience: access.RecipientAudience, Group: GroupCustomer, Produces: "image/png",
		}, func(w http.ResponseWriter, r *http.Request) error { return serveLogo(w, r, s) }),
	}
}

func serveLogo(w http.ResponseWriter, r *http.Request, s *settings.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	b, err := branding.Of(r.Context(), s, p.Org)
	if err != nil {
		return err
	}
	data, mediaType, err := b.LogoFile()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
	return nil
}

func settingsAnswer(d *settings.Document, err error) (*settingsOutput, error) {
	if err != nil {
		return nil, err
	}
	return &settingsOutput{ETag: ETag(d.Version), Body: d.Data}, nil
}

func listSettings(ctx context.Context, s *settings.Service) (*settingsListOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	out := &settingsListOutput{Body: List[SettingsView]{Items: []SettingsView{}}}
	for _, sch := range s.Schemas() {
		d, err := s.Get(ctx, p.Org, sch.Name)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, SettingsView{Name: sch.Name, Title: sch.Title, Schema: sch.JSON, Value: d.Data})
	}
	return out, nil
}

func putSettings(ctx context.Context, s *settings.Service, name, ifMatch string, body json.RawMessage) (*settingsOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	version, match, err := IfMatch(ifMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Put(ctx, p.Org, name, body, version, match)
	return settingsAnswer(d, err)
}

func readBranding(ctx context.Context, s *settings.Service) (*brandingOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.Get(ctx, p.Org, branding.Name)
	if err != nil {
		return nil, err
	}
	out := &brandingOutput{ETag: ETag(d.Version)}
	return out, json.Unmarshal(d.Data, &out.Body)
}
