package field

import (
	"encoding/json"

	"github.com/consigil/consigil/pdf/draw"
)

// FullName is the recipient's name as the sender gave it.
type FullName struct{}

// Name implements Type.
func (FullName) Name() string { return "fullname" }

// ServerOnly implements Fixed.
func (FullName) ServerOnly() bool { return true }

// Schema implements Type.
func (FullName) Schema() json.RawMessage { return lineSchema() }

// CheckConfig implements Type.
func (FullName) CheckConfig(cfg json.RawMessage) error { return checkLine(cfg) }

// Validate implements Type.
func (FullName) Validate(fs *draw.FontSet, _, v json.RawMessage) (json.RawMessage, error) {
	return validateLine(fs, v, 200)
}

// Empty implements Type.
func (FullName) Empty(v json.RawMessage) bool { return text(v) == "" }

// Default implements Type.
func (FullName) Default(_ json.RawMessage, c Context) (json.RawMessage, bool) {
	return encode(c.Name), c.Name != ""
}

// Kind implements Type.
func (FullName) Kind() Kind { return KindText }

// Text implements Type.
func (FullName) Text(_, v json.RawMessage, _ Context) string { return text(v) }

// Draw implements Type.
func (FullName) Draw(fs *draw.FontSet, cfg, v json.RawMessage, _ Context, w, h float64) (*draw.Form, error) {
	return drawLine(fs, cfg, text(v), w, h)
}

// Describe implements Type.
func (FullName) Describe(_, v json.RawMessage) string { return "full name, " + characters(text(v)) }
