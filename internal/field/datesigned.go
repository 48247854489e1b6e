package field

import (
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// DateSigned is the moment of the act, in UTC, as the server saw it.
type DateSigned struct{}

type dateConfig struct {
	Format string `json:"format,omitempty"`
	look
}

// layout gives the Go layout of a format.
func (c dateConfig) layout() (string, bool) {
	switch c.Format {
	case "", "date":
		return "2006-01-02", true
	case "datetime":
		return "2006-01-02 15:04 UTC", true
	case "dotted":
		return "02.01.2006", true
	case "slashed":
		return "02/01/2006", true
	case "long":
		return "2 January 2006", true
	}
	return "", false
}

// Name implements Type.
func (DateSigned) Name() string { return "datesigned" }

// ServerOnly implements Fixed.
func (DateSigned) ServerOnly() bool { return true }

// Schema implements Type.
func (DateSigned) Schema() json.RawMessage {
	return json.RawMessage(`{"type":"object","additionalProperties":false,"properties":{` +
		`"format":{"type":"string","title":"Format","enum":["date","datetime","dotted","slashed","long"],"default":"date"},` +
		lookSchema + `}}`)
}

// CheckConfig implements Type.
func (DateSigned) CheckConfig(cfg json.RawMessage) error {
	var c dateConfig
	if err := decodeConfig(cfg, &c); err != nil {
		return err
	}
	if _, ok := c.layout(); !ok {
		return problem.InField("/format", "not_a_choice", "There is no such date format.")
	}
	return c.check()
}

// Validate implements Type: an instant in RFC 3339, kept in UTC to the second.
func (DateSigned) Validate(_ *draw.FontSet, _, v json.RawMessage) (json.RawMessage, error) {
	s, err := decodeString(v)
	if err != nil {
		return nil, err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, problem.InField("", "value_type", "The value must be an instant as RFC 3339 writes it.")
	}
	return encode(t.UTC().Format(time.RFC3339)), nil
}

// Empty implements Type.
func (DateSigned) Empty(v json.RawMessage) bool { return text(v) == "" }

// Default implements Type.
func (DateSigned) Default(_ json.RawMessage, c Context) (json.RawMessage, bool) {
	return encode(c.Now.UTC().Format(time.RFC3339)), !c.Now.IsZero()
}

// Kind implements Type.
func (DateSigned) Kind() Kind { return KindText }

// Text implements Type.
func (DateSigned) Text(cfg, v json.RawMessage, _ Context) string {
	var c dateConfig
	if decodeConfig(cfg, &c) != nil {
		return ""
	}
	t, err := time.Parse(time.RFC3339, text(v))
	layout, ok := c.layout()
	if err != nil || !ok {
		return ""
	}
	return t.UTC().Format(layout)
}

// Draw implements Type.
func (d DateSigned) Draw(fs *draw.FontSet, cfg, v json.RawMessage, ctx Context, w, h float64) (*draw.Form, error) {
	var c dateConfig
	if err := decodeConfig(cfg, &c); err != nil {
		return nil, err
	}
	form, err := draw.TextAppearance(fs, d.Text(cfg, v, ctx), w, h, c.style())
	return form, drawProblem("", err)
}

// Describe implements Type.
func (DateSigned) Describe(_, v json.RawMessage) string { return "date signed, " + text(v) }
