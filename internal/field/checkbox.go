package field

import (
	"encoding/json"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Checkbox is a yes or a no; a required one must be a yes.
type Checkbox struct{}

type checkboxConfig struct {
	Label   string `json:"label,omitempty"`
	Checked bool   `json:"checked,omitempty"` // where the recipient begins
}

// Name implements Type.
func (Checkbox) Name() string { return "checkbox" }

// Schema implements Type.
func (Checkbox) Schema() json.RawMessage {
	return json.RawMessage(`{"type":"object","additionalProperties":false,"properties":{` +
		`"label":{"type":"string","maxLength":200,"title":"Label"},` +
		`"checked":{"type":"boolean","default":false,"title":"Checked at first"}}}`)
}

// CheckConfig implements Type.
func (Checkbox) CheckConfig(cfg json.RawMessage) error {
	var c checkboxConfig
	if err := decodeConfig(cfg, &c); err != nil {
		return err
	}
	if len([]rune(c.Label)) > maxLabel {
		return problem.InField("/label", "text_too_long", "A label may have 200 characters.")
	}
	return nil
}

// Validate implements Type.
func (Checkbox) Validate(_ *draw.FontSet, _, v json.RawMessage) (json.RawMessage, error) {
	var on bool
	if strict(v, &on) != nil || string(v) == "null" {
		return nil, problem.InField("", "value_type", "The value must be true or false.")
	}
	return encode(on), nil
}

// Empty implements Type.
func (Checkbox) Empty(v json.RawMessage) bool { return !checked(v) }

// Default implements Type: an untouched box keeps its beginning.
func (Checkbox) Default(cfg json.RawMessage, _ Context) (json.RawMessage, bool) {
	var c checkboxConfig
	if decodeConfig(cfg, &c) != nil {
		return nil, false
	}
	return encode(c.Checked), true
}

// Kind implements Type.
func (Checkbox) Kind() Kind { return KindCheckbox }

// Text implements Type.
func (Checkbox) Text(_, v json.RawMessage, _ Context) string {
	if checked(v) {
		return "On"
	}
	return "Off"
}

// Draw implements Type.
func (Checkbox) Draw(_ *draw.FontSet, _, v json.RawMessage, _ Context, w, h float64) (*draw.Form, error) {
	return draw.Checkbox(checked(v), w, h)
}

// Describe implements Type.
func (Checkbox) Describe(_, v json.RawMessage) string {
	if checked(v) {
		return "check box, checked"
	}
	return "check box, not checked"
}

func checked(v json.RawMessage) bool {
	var on bool
	return json.Unmarshal(v, &on) == nil && on
}
