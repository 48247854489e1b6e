package field

import (
	"encoding/json"
	"regexp"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Text is free text that the recipient types.
type Text struct{}

type textConfig struct {
	Label     string `json:"label,omitempty"`
	Multiline bool   `json:"multiline,omitempty"`
	MaxLength int    `json:"max_length,omitempty"` // characters; 0: 4000
	Pattern   string `json:"pattern,omitempty"`    // RE2, must match the whole value
	look
}

// Caps on text.
const (
	maxText    = 4000
	maxLabel   = 200
	maxPattern = 200
)

// Name implements Type.
func (Text) Name() string { return "text" }

// Schema implements Type.
func (Text) Schema() json.RawMessage {
	return json.RawMessage(`{"type":"object","additionalProperties":false,"properties":{` +
		`"label":{"type":"string","maxLength":200,"title":"Label"},` +
		`"multiline":{"type":"boolean","default":false,"title":"Several lines"},` +
		`"max_length":{"type":"integer","minimum":1,"maximum":4000,"title":"Most characters"},` +
		`"pattern":{"type":"string","maxLength":200,"title":"Pattern (RE2)"},` + lookSchema + `}}`)
}

// CheckConfig implements Type.
func (Text) CheckConfig(cfg json.RawMessage) error {
	c, err := readTextConfig(cfg)
	if err != nil {
		return err
	}
	if len([]rune(c.Label)) > maxLabel {
		return problem.InField("/label", "text_too_long", "A label may have 200 characters.")
	}
	if c.MaxLength < 0 || c.MaxLength > maxText {
		return problem.InField("/max_length", "out_of_range", "A text may have 1 to 4000 characters.")
	}
	if len(c.Pattern) > maxPattern {
		return problem.InField("/pattern", "text_too_long", "A pattern may have 200 bytes.")
	}
	if _, err := c.pattern(); err != nil {
		return problem.InField("/pattern", "pattern_invalid", "The pattern is not a regular expression as RE2 writes it.")
	}
	return c.check()
}

// Validate implements Type.
func (Text) Validate(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error) {
	c, err := readTextConfig(cfg)
	if err != nil {
		return nil, err
	}
	s, err := decodeString(v)
	if err != nil {
		return nil, err
	}
	if !c.Multiline {
		return c.judge(fs, oneLine(s))
	}
	return c.judge(fs, s)
}

// judge checks a text in normal form.
func (c textConfig) judge(fs *draw.FontSet, s string) (json.RawMessage, error) {
	if len([]rune(s)) > c.longest() {
		return nil, problem.InField("", "text_too_long", "The text is longer than this field allows.")
	}
	if err := checkGlyphs(fs, "", s); err != nil {
		return nil, err
	}
	re, err := c.pattern()
	if err != nil {
		return nil, err
	}
	if s != "" && re != nil && !re.MatchString(s) {
		return nil, problem.InField("", "pattern_mismatch", "The text does not have the form that this field asks for.")
	}
	return encode(s), nil
}

func readTextConfig(cfg json.RawMessage) (textConfig, error) {
	var c textConfig
	return c, decodeConfig(cfg, &c)
}

func (c textConfig) longest() int {
	if c.MaxLength == 0 {
		return maxText
	}
	return c.MaxLength
}

func (c textConfig) pattern() (*regexp.Regexp, error) {
	if c.Pattern == "" {
		return nil, nil
	}
	return regexp.Compile(`^(?:` + c.Pattern + `)$`)
}

// Empty implements Type.
func (Text) Empty(v json.RawMessage) bool { return text(v) == "" }

// Default implements Type.
func (Text) Default(json.RawMessage, Context) (json.RawMessage, bool) { return nil, false }

// Kind implements Type.
func (Text) Kind() Kind { return KindText }

// Text implements Type.
func (Text) Text(_, v json.RawMessage, _ Context) string { return text(v) }

// Draw implements Type.
func (Text) Draw(fs *draw.FontSet, cfg, v json.RawMessage, _ Context, w, h float64) (*draw.Form, error) {
	c, err := readTextConfig(cfg)
	if err != nil {
		return nil, err
	}
	style := c.style()
	style.Multiline = c.Multiline
	form, err := draw.TextAppearance(fs, text(v), w, h, style)
	return form, drawProblem("", err)
}

// Describe implements Type.
func (Text) Describe(_, v json.RawMessage) string { return "text, " + characters(text(v)) }
