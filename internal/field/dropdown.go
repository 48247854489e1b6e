package field

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Dropdown is one choice out of a list that the sender sets.
type Dropdown struct{}

type dropdownConfig struct {
	Label   string   `json:"label,omitempty"`
	Options []string `json:"options"`
	look
}

// Caps on lists of choices.
const (
	maxOptions = 200
	maxOption  = 200 // characters
)

// Name implements Type.
func (Dropdown) Name() string { return "dropdown" }

// Schema implements Type.
func (Dropdown) Schema() json.RawMessage {
	return json.RawMessage(`{"type":"object","additionalProperties":false,"required":["options"],"properties":{` +
		`"label":{"type":"string","maxLength":200,"title":"Label"},` +
		`"options":{"type":"array","title":"Choices","minItems":1,"maxItems":200,"uniqueItems":true,` +
		`"items":{"type":"string","minLength":1,"maxLength":200}},` + lookSchema + `}}`)
}

// CheckConfig implements Type.
func (Dropdown) CheckConfig(cfg json.RawMessage) error {
	c, err := readDropdown(cfg)
	if err != nil {
		return err
	}
	if len([]rune(c.Label)) > maxLabel {
		return problem.InField("/label", "text_too_long", "A label may have 200 characters.")
	}
	if n := len(c.Options); n < 1 || n > maxOptions {
		return problem.InField("/options", "out_of_range", "A list has 1 to 200 choices.")
	}
	for i, o := range c.Options {
		at := fmt.Sprintf("/options/%d", i)
		if n := len([]rune(o)); n < 1 || n > maxOption {
			return problem.InField(at, "out_of_range", "A choice has 1 to 200 characters.")
		}
		if slices.Contains(c.Options[:i], o) {
			return problem.InField(at, "duplicate", "This choice stands in the list twice.")
		}
	}
	return c.check()
}

func readDropdown(cfg json.RawMessage) (dropdownConfig, error) {
	var c dropdownConfig
	return c, decodeConfig(cfg, &c)
}

// Validate implements Type: one of the choices, or nothing.
func (Dropdown) Validate(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error) {
	c, err := readDropdown(cfg)
	if err != nil {
		return nil, err
	}
	var s string
	if strict(v, &s) != nil || string(v) == "null" {
		return nil, problem.InField("", "value_type", "The value must be a string.")
	}
	if s != "" && !slices.Contains(c.Options, s) {
		return nil, problem.InField("", "not_a_choice", "The value is not one of this field's choices.")
	}
	return encode(s), checkGlyphs(fs, "", s)
}

// Empty implements Type.
func (Dropdown) Empty(v json.RawMessage) bool { return text(v) == "" }

// Default implements Type: the recipient chooses.
func (Dropdown) Default(json.RawMessage, Context) (json.RawMessage, bool) { return nil, false }

// Kind implements Type.
func (Dropdown) Kind() Kind { return KindText }

// Text implements Type.
func (Dropdown) Text(_, v json.RawMessage, _ Context) string { return text(v) }

// Draw implements Type.
func (Dropdown) Draw(fs *draw.FontSet, cfg, v json.RawMessage, _ Context, w, h float64) (*draw.Form, error) {
	c, err := readDropdown(cfg)
	if err != nil {
		return nil, err
	}
	form, err := draw.TextAppearance(fs, text(v), w, h, c.style())
	return form, drawProblem("", err)
}

// Choices implements Chooser.
func (Dropdown) Choices(cfg json.RawMessage) []json.RawMessage {
	c, err := readDropdown(cfg)
	if err != nil {
		return nil
	}
	out := make([]json.RawMessage, 0, len(c.Options))
	for _, o := range c.Options {
		out = append(out, encode(o))
	}
	return out
}

// Describe implements Type.
func (Dropdown) Describe(cfg, v json.RawMessage) string {
	c, err := readDropdown(cfg)
	if err != nil {
		return "choice"
	}
	return fmt.Sprintf("choice %d of %d", slices.Index(c.Options, text(v))+1, len(c.Options))
}
