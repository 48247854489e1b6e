package op

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
)

// FieldView is a field with its place in points from the lower left corner of the unrotated crop box.
type FieldView struct {
	ID        id.ID           `json:"id"`
	Document  id.ID           `json:"document"`
	Recipient id.ID           `json:"recipient,omitempty" doc:"Absent: unassigned"`
	Type      string          `json:"type"`
	Page      int             `json:"page"`
	X         float64         `json:"x"`
	Y         float64         `json:"y"`
	Width     float64         `json:"width"`
	Height    float64         `json:"height"`
	Required  bool            `json:"required"`
	Config    json.RawMessage `json:"config" doc:"Its form is FieldConfigs by field type"`
	Existing  string          `json:"existing,omitempty" doc:"Full name of the upload's own field that this one takes over"`
}

// FieldBody is what a sender sets on a field.
type FieldBody struct {
	Document  *string         `json:"document,omitempty" maxLength:"64"`
	Recipient *string         `json:"recipient,omitempty" maxLength:"64" doc:"Empty: unassigned"`
	Type      *string         `json:"type,omitempty" maxLength:"40"`
	Page      *int            `json:"page,omitempty"`
	X         *float64        `json:"x,omitempty"`
	Y         *float64        `json:"y,omitempty"`
	Width     *float64        `json:"width,omitempty"`
	Height    *float64        `json:"height,omitempty"`
	Required  *bool           `json:"required,omitempty"`
	Config    json.RawMessage `json:"config,omitempty" doc:"Its form is FieldConfigs by field type"`
	Existing  *string         `json:"existing,omitempty" maxLength:"1000"`
}

// FieldPositionBody is a field of a draft made in one call: documents and recipients are named by position.
type FieldPositionBody struct {
	FieldBody
	DocumentPosition  *int `json:"document_position,omitempty" doc:"1, 2, ... in documents"`
	RecipientPosition *int `json:"recipient_position,omitempty" doc:"1, 2, ... in recipients"`
}

// FieldTypeView describes a type of field: forms for its configuration are drawn from the schema.
type FieldTypeView struct {
	Name       string          `json:"name"`
	Schema     json.RawMessage `json:"schema"`
	Signs      bool            `json:"signs" doc:"Filling it in is the act of signing"`
	ServerOnly bool            `json:"server_only" doc:"Filled in by the server"`
}

// FieldPath names a field of a draft.
type FieldPath struct {
	EnvelopeChange
	Field string `path:"field"`
}

type addFieldInput struct {
	EnvelopeChange
	Body FieldBody
}

type replaceFieldsInput struct {
	EnvelopeChange
	Body struct {
		Fields []FieldBody `json:"fields" maxItems:"2000" nullable:"false"`
	}
}

type updateFieldInput struct {
	FieldPath
	Body FieldBody
}

type fieldOutput struct {
	ETag string `header:"ETag"`
	Body FieldView
}

// FieldTypes lists the types of an installation.
type FieldTypes interface{ Types() []field.Type }

type fieldTypesOutput struct {
	Body struct {
		Items []FieldTypeView `json:"items" nullable:"false"`
	}
}

// Fields are the rows of fields.
func Fields(s *envelope.Service, types FieldTypes) []Op {
	const all, one = "/api/v1/envelopes/{envelope}/fields", "/api/v1/envelopes/{envelope}/fields/{field}"
	write := Row{Method: http.MethodPost, Audience: staffAndAPI, Group: GroupOffer, Permission: access.EnvelopesWrite, Tag: "fields"}
	add := write.as("addField", all, "Place a field")
	add.Idempotent, add.Status = true, http.StatusCreated
	replace, update, remove := write, write, write
	replace.Method, update.Method, remove.Method = http.MethodPut, http.MethodPatch, http.MethodDelete
	replace.MaxBody = 4 << 20
	kinds := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupOffer, Permission: access.EnvelopesRead, Tag: "fields"}
	return []Op{
		Typed(kinds.as("listFieldTypes", "/api/v1/field-types", "List the types of field"), func(context.Context, *Empty) (*fieldTypesOutput, error) {
			return listFieldTypes(types), nil
		}),
		Typed(add, func(ctx context.Context, in *addFieldInput) (*fieldOutput, error) { return addField(ctx, s, in) }),
		Typed(replace.as("replaceFields", all, "Put a whole list in the place of a draft's fields"), func(ctx context.Context, in *replaceFieldsInput) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return replaceFields(ctx, s, p, v, in)
			})
		}),
		Typed(update.as("updateField", one, "Change a field"), func(ctx context.Context, in *updateFieldInput) (*fieldOutput, error) {
			return updateField(ctx, s, in)
		}),
		Typed(remove.as("removeField", one, "Take a field away"), func(ctx context.Context, in *FieldPath) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return s.RemoveField(ctx, p, id.ID(in.Envelope), id.ID(in.Field), v)
			})
		}),
	}
}

func (b FieldBody) input() envelope.FieldInput {
	in := envelope.FieldInput{
		Type: b.Type, Existing: b.Existing, Page: b.Page, X: b.X, Y: b.Y, W: b.Width, H: b.Height, Required: b.Required,
		Config: b.Config,
	}
	if b.Document != nil {
		d := id.ID(*b.Document)
		in.Document = &d
	}
	if b.Recipient != nil {
		r := id.ID(*b.Recipient)
		in.Recipient = &r
	}
	return in
}

func (b FieldPositionBody) input() envelope.FieldInput {
	in := b.FieldBody.input()
	in.DocumentPosition, in.RecipientPosition = b.DocumentPosition, b.RecipientPosition
	return in
}

func addField(ctx context.Context, s *envelope.Service, in *addFieldInput) (*fieldOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return fieldOf(s.AddField(ctx, p, id.ID(in.Envelope), v, in.Body.input()))
}

func updateField(ctx context.Context, s *envelope.Service, in *updateFieldInput) (*fieldOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return fieldOf(s.UpdateField(ctx, p, id.ID(in.Envelope), id.ID(in.Field), v, in.Body.input()))
}

func replaceFields(ctx context.Context, s *envelope.Service, p *access.Principal, v envelope.Expected, in *replaceFieldsInput) (*envelope.Full, error) {
	list := make([]envelope.FieldInput, 0, len(in.Body.Fields))
	for _, f := range in.Body.Fields {
		list = append(list, f.input())
	}
	return s.ReplaceFields(ctx, p, id.ID(in.Envelope), v, list)
}

func fieldOf(f *envelope.Full, fd *envelope.Field, err error) (*fieldOutput, error) {
	if err != nil {
		return nil, err
	}
	return &fieldOutput{ETag: ETag(f.Envelope.Version), Body: viewField(fd)}, nil
}

func viewField(f *envelope.Field) FieldView {
	return FieldView{
		ID: f.ID, Document: f.Document, Recipient: f.Recipient, Type: f.Type, Page: f.Page, X: f.X, Y: f.Y, Width: f.W,
		Height: f.H, Required: f.Required, Config: rawObject(f.Config), Existing: f.Existing,
	}
}

func listFieldTypes(types FieldTypes) *fieldTypesOutput {
	out := &fieldTypesOutput{}
	out.Body.Items = []FieldTypeView{}
	for _, t := range types.Types() {
		out.Body.Items = append(out.Body.Items, FieldTypeView{
			Name: t.Name(), Schema: rawObject(t.Schema()), Signs: field.Signs(t), ServerOnly: field.ServerOnly(t),
		})
	}
	return out
}
