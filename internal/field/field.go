// Package field is the registry of field types: what each accepts, fills in by
// itself, draws and says about itself. One file is one type; a new one is a new
// file and one line in the application's list of built-ins. It knows nothing
// of documents, pages or recipients: the envelope places fields, package
// pdf/form stores their values.
package field

import (
	"encoding/json"
	"time"

	"github.com/consigil/consigil/pdf/draw"
)

// Kind is how a field's value is kept in the PDF.
type Kind string

// The kinds of form field.
const (
	KindText     Kind = "text"     // AcroForm text field: /V is Text
	KindCheckbox Kind = "checkbox" // AcroForm check box: /V is On or Off
)

// Context is what a type may fill in by itself, or show beside a value.
type Context struct {
	Name   string    // of the recipient
	Email  string    // of the recipient
	Now    time.Time // of the act
	Locale string    // BCP 47, of the envelope
}

// Type is one kind of field. All methods are pure and may be called from many
// goroutines. Errors are problems (internal/problem) whose pointers are
// relative to the value or the configuration; they never hold what was sent.
type Type interface {
	// Name is the type's name in the API: "text".
	Name() string
	// Schema is the JSON schema of the configuration, from which settings forms
	// are drawn.
	Schema() json.RawMessage
	// CheckConfig judges a configuration; empty means defaults. The other
	// methods are only called with configurations that passed.
	CheckConfig(cfg json.RawMessage) error
	// Validate judges a submitted value and gives it in normal form.
	Validate(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error)
	// Empty reports whether a valid value leaves the field unfilled.
	Empty(v json.RawMessage) bool
	// Default is the value that the server fills in; ok is false where the
	// recipient must.
	Default(cfg json.RawMessage, c Context) (v json.RawMessage, ok bool)
	// Kind says how the value is kept in the PDF.
	Kind() Kind
	// Text is a valid value as the PDF's /V and a screen reader have it; for
	// check boxes "On" or "Off".
	Text(cfg, v json.RawMessage, c Context) string
	// Draw draws a valid value in a box of w by h points; nil draws the empty
	// field.
	Draw(fs *draw.FontSet, cfg, v json.RawMessage, c Context, w, h float64) (*draw.Form, error)
	// Describe says what was entered, without the value itself, for the
	// evidence: "signature, drawn, 3 strokes".
	Describe(cfg, v json.RawMessage) string
}

// Signer is implemented by types whose value is the act of signing.
type Signer interface {
	Signs() bool
}

// Fixed is implemented by types whose value only the server gives: what a
// recipient submits for them is refused.
type Fixed interface {
	ServerOnly() bool
}

// Chooser is implemented by types whose values come from a list in the configuration.
type Chooser interface {
	Choices(cfg json.RawMessage) []json.RawMessage
}

// Choices lists the values of a type that offers a choice, none of any other.
func Choices(t Type, cfg json.RawMessage) []json.RawMessage {
	if c, ok := t.(Chooser); ok {
		return c.Choices(cfg)
	}
	return nil
}

// Signs reports whether a value of t is an act of signing.
func Signs(t Type) bool {
	s, ok := t.(Signer)
	return ok && s.Signs()
}

// ServerOnly reports whether only the server gives values of t.
func ServerOnly(t Type) bool {
	s, ok := t.(Fixed)
	return ok && s.ServerOnly()
}
