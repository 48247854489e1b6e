package field

import (
	"encoding/json"

	"github.com/consigil/consigil/pdf/draw"
)

// Email is the recipient's e-mail address as the sender gave it.
type Email struct{}

// Name implements Type.
func (Email) Name() string { return "email" }

// ServerOnly implements Fixed.
func (Email) ServerOnly() bool { return true }

// Schema implements Type.
func (Email) Schema() json.RawMessage { return lineSchema() }

// CheckConfig implements Type.
func (Email) CheckConfig(cfg json.RawMessage) error { return checkLine(cfg) }

// Validate implements Type.
func (Email) Validate(fs *draw.FontSet, _, v json.RawMessage) (json.RawMessage, error) {
	return validateLine(fs, v, 254) // RFC 5321 section 4.5.3.1
}

// Empty implements Type.
func (Email) Empty(v json.RawMessage) bool { return text(v) == "" }

// Default implements Type.
func (Email) Default(_ json.RawMessage, c Context) (json.RawMessage, bool) {
	return encode(c.Email), c.Email != ""
}

// Kind implements Type.
func (Email) Kind() Kind { return KindText }

// Text implements Type.
func (Email) Text(_, v json.RawMessage, _ Context) string { return text(v) }

// Draw implements Type.
func (Email) Draw(fs *draw.FontSet, cfg, v json.RawMessage, _ Context, w, h float64) (*draw.Form, error) {
	return drawLine(fs, cfg, text(v), w, h)
}

// Describe implements Type.
func (Email) Describe(_, v json.RawMessage) string { return "e-mail address, " + characters(text(v)) }
