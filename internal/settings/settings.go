package settings

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Schema is what a part declares about its settings. Check gets the merged document and returns it in normal form;
// its problems point into the document.
type Schema struct {
	Name    string                                         `json:"name"`
	Title   string                                         `json:"title"`
	JSON    json.RawMessage                                `json:"schema"`  // JSON Schema, from which forms are drawn
	Default json.RawMessage                                `json:"default"` // what stands until something is stored
	Check   func(json.RawMessage) (json.RawMessage, error) `json:"-"`
}

// Service keeps the settings of all organizations by the schemas it was given.
type Service struct {
	store   Store
	clock   clock.Clock
	schemas []Schema
}

// New returns the service.
func New(store Store, c clock.Clock, schemas ...Schema) *Service {
	return &Service{store: store, clock: c, schemas: schemas}
}

// Schemas lists what can be set.
func (s *Service) Schemas() []Schema { return slices.Clone(s.schemas) }

func (s *Service) schema(name string) (Schema, error) {
	for _, sch := range s.schemas {
		if sch.Name == name {
			return sch, nil
		}
	}
	return Schema{}, problem.New(problem.NotFound, "settings_unknown", "There are no settings of this name.")
}

// Get returns the document that stands, the default where none was stored.
func (s *Service) Get(ctx context.Context, org id.Org, name string) (*Document, error) {
	sch, err := s.schema(name)
	if err != nil {
		return nil, err
	}
	d, err := s.store.Get(ctx, org, name)
	if err != nil {
		return nil, err
	}
	if d.Version == 0 {
		d = &Document{Name: name, Data: sch.Default}
	}
	return d, nil
}

// Put replaces a document. version is the one that was read; match false takes any.
func (s *Service) Put(ctx context.Context, org id.Org, name string, data json.RawMessage, version int64, match bool) (*Document, error) {
	sch, err := s.schema(name)
	if err != nil {
		return nil, err
	}
	normal, err := sch.Check(data)
	if err != nil {
		return nil, err
	}
	stands, err := s.store.Get(ctx, org, name)
	if err != nil {
		return nil, err
	}
	if match && version != stands.Version {
		return nil, problem.New(problem.Precondition, "etag_mismatch", "Someone changed this in the meantime. Read it again.")
	}
	d := &Document{Name: name, Data: normal, Version: stands.Version, UpdatedAt: s.clock.Now()}
	if err := s.store.Put(ctx, org, d); err != nil {
		return nil, err
	}
	d.Version = stands.Version + 1
	return d, nil
}

// Typed is a Check that decodes into T, refuses unknown members, and runs a rule.
func Typed[T any](rule func(*T) error) func(json.RawMessage) (json.RawMessage, error) {
	return func(data json.RawMessage) (json.RawMessage, error) {
		var v T
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&v); err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "settings_form", "The settings do not have the form that their schema asks for.")
		}
		if err := rule(&v); err != nil {
			return nil, err
		}
		return json.Marshal(v)
	}
}
