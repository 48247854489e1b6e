package field

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/consigil/consigil/pdf/draw"
)

// Initials is the field by which a recipient marks a page or clause. It is
// filled like a signature, but is not the act of signing.
type Initials struct{}

// Name implements Type.
func (Initials) Name() string { return "initials" }

// Schema implements Type.
func (Initials) Schema() json.RawMessage { return json.RawMessage(markSchema) }

// CheckConfig implements Type.
func (Initials) CheckConfig(cfg json.RawMessage) error {
	_, err := readMarkConfig(cfg)
	return err
}

// Validate implements Type.
func (Initials) Validate(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error) {
	return validateMark(fs, cfg, v)
}

// Empty implements Type.
func (Initials) Empty(v json.RawMessage) bool { return Signature{}.Empty(v) }

// Default implements Type: initials are given, not filled in.
func (Initials) Default(json.RawMessage, Context) (json.RawMessage, bool) { return nil, false }

// Kind implements Type.
func (Initials) Kind() Kind { return KindText }

// Text implements Type: what was typed, else the first letters of the name.
func (Initials) Text(_, v json.RawMessage, c Context) string {
	if m := readMark(v); m.Text != "" {
		return m.Text
	}
	return firstLetters(c.Name)
}

// Draw implements Type.
func (Initials) Draw(fs *draw.FontSet, cfg, v json.RawMessage, c Context, w, h float64) (*draw.Form, error) {
	return drawMark(fs, cfg, v, c, w, h)
}

// Describe implements Type.
func (Initials) Describe(_, v json.RawMessage) string { return "initials, " + describeMark(v) }

// firstLetters gives the first character of each word.
func firstLetters(name string) string {
	var out strings.Builder
	for _, word := range strings.Fields(name) {
		r, _ := utf8.DecodeRuneInString(word)
		out.WriteRune(r)
	}
	return out.String()
}
