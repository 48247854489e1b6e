package op

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// FieldValues is the form of a value by field type. The API takes and gives values as any JSON, for a type may be added;
// this describes those that are built in.
type FieldValues struct {
	Signature  MarkValue `json:"signature"`
	Initials   MarkValue `json:"initials"`
	FullName   string    `json:"fullname" maxLength:"200"`
	DateSigned string    `json:"datesigned" doc:"Filled in by the server"`
	Text       string    `json:"text" maxLength:"4000"`
	Checkbox   bool      `json:"checkbox"`
	Email      string    `json:"email" maxLength:"254"`
	Dropdown   string    `json:"dropdown" doc:"One of the field's options, or empty"`
}

// MarkValue is a signature, or initials.
type MarkValue struct {
	Kind    string         `json:"kind" enum:"typed,drawn,image"`
	Text    string         `json:"text,omitempty" maxLength:"200" doc:"typed: the server draws it"`
	Strokes [][][2]float64 `json:"strokes,omitempty" nullable:"false" doc:"drawn: lists of points x, y, y downwards, in any unit"`
	Image   []byte         `json:"image,omitempty" doc:"image: PNG or JPEG"`
}

// FieldConfigs is the form of a field's config by its type; every member may be left out.
type FieldConfigs struct {
	Signature  MarkConfig     `json:"signature"`
	Initials   MarkConfig     `json:"initials"`
	FullName   LineConfig     `json:"fullname"`
	DateSigned DateConfig     `json:"datesigned"`
	Text       TextConfig     `json:"text"`
	Checkbox   CheckboxConfig `json:"checkbox"`
	Email      LineConfig     `json:"email"`
	Dropdown   DropdownConfig `json:"dropdown"`
}

// MarkConfig is the config of signatures and initials.
type MarkConfig struct {
	Kinds []string `json:"kinds,omitempty" enum:"typed,drawn,image" doc:"Ways to sign; absent: all"`
	Note  bool     `json:"note,omitempty" doc:"Print name and date below"`
}

// LineConfig is the config of a line of text.
type LineConfig struct {
	Size  float64 `json:"size,omitempty" minimum:"4" maximum:"72" doc:"Type size, points"`
	Align string  `json:"align,omitempty" enum:"left,center,right"`
}

// DateConfig is the config of a date of signing.
type DateConfig struct {
	LineConfig
	Format string `json:"format,omitempty" enum:"date,datetime,dotted,slashed,long"`
}

// TextConfig is the config of a text.
type TextConfig struct {
	LineConfig
	Label     string `json:"label,omitempty" maxLength:"200"`
	Multiline bool   `json:"multiline,omitempty"`
	MaxLength int    `json:"max_length,omitempty" minimum:"1" maximum:"4000"`
	Pattern   string `json:"pattern,omitempty" maxLength:"200" doc:"RE2"`
}

// CheckboxConfig is the config of a check box.
type CheckboxConfig struct {
	Label   string `json:"label,omitempty" maxLength:"200"`
	Checked bool   `json:"checked,omitempty" doc:"At first"`
}

// DropdownConfig is the config of a choice.
type DropdownConfig struct {
	LineConfig
	Label   string   `json:"label,omitempty" maxLength:"200"`
	Options []string `json:"options" minItems:"1" maxItems:"200"`
}

// describeShapes enters into the document what values and configs look like.
func describeShapes(api huma.API) {
	schemas := api.OpenAPI().Components.Schemas
	if api.OpenAPI().Extensions == nil {
		api.OpenAPI().Extensions = map[string]any{}
	}
	for name, t := range map[string]reflect.Type{"x-field-values": reflect.TypeFor[FieldValues](), "x-field-configs": reflect.TypeFor[FieldConfigs]()} {
		api.OpenAPI().Extensions[name] = schemas.Schema(t, true, "")
	}
}
