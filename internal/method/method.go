// Package method is the registry of ways to sign. A method turns one recipient's act into the next revision
// of a document; it stores nothing and decides no routing.
package method

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
)

// Method is one way to sign.
type Method interface {
	Name() string
	// UsesKey says whether every act is a PDF signature with the recipient's own key.
	UsesKey() bool
	// Apply writes the whole next revision of the document to w.
	Apply(ctx context.Context, in Input, w io.Writer) error
}

// Filled is a field with what its recipient entered.
type Filled struct {
	Field *envelope.Field
	Value json.RawMessage
}

// Input is one recipient's act on one document.
type Input struct {
	Org       id.Org
	Envelope  *envelope.Envelope
	Document  *envelope.Document
	Recipient *envelope.Recipient
	Source    envelope.File // the revision to build upon
	Fields    []Filled      // this recipient's fields of this document
	Now       time.Time
}

// FieldContext is what field types may use to fill in and draw by themselves.
func (in Input) FieldContext() field.Context {
	return field.Context{Name: in.Recipient.Name, Email: in.Recipient.Email, Now: in.Now, Locale: in.Envelope.Locale}
}

// Registry finds methods by name. It satisfies envelope.Methods.
type Registry struct{ byName map[string]Method }

// NewRegistry makes a registry of these methods.
func NewRegistry(methods ...Method) *Registry {
	r := &Registry{byName: make(map[string]Method, len(methods))}
	for _, m := range methods {
		r.byName[m.Name()] = m
	}
	return r
}

// Find returns a method by name.
func (r *Registry) Find(name string) (Method, bool) {
	m, ok := r.byName[name]
	return m, ok
}

// Known says whether there is a method of this name.
func (r *Registry) Known(name string) bool {
	_, ok := r.byName[name]
	return ok
}

// UsesKey says whether the method of this name signs with the recipient's own key.
func (r *Registry) UsesKey(name string) bool {
	m, ok := r.byName[name]
	return ok && m.UsesKey()
}
