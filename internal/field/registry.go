package field

import "fmt"

// Registry holds the types of an installation. It does not change.
type Registry struct {
	byName map[string]Type
	order  []Type
}

// NewRegistry makes a registry; a name that two types share is an error.
func NewRegistry(types ...Type) (*Registry, error) {
	r := &Registry{byName: map[string]Type{}, order: types}
	for _, t := range types {
		if r.byName[t.Name()] != nil {
			return nil, fmt.Errorf("field: two types are called %q", t.Name())
		}
		r.byName[t.Name()] = t
	}
	return r, nil
}

// Find finds a type by name.
func (r *Registry) Find(name string) (Type, bool) {
	t, ok := r.byName[name]
	return t, ok
}

// Types lists all types, in the order of registration.
func (r *Registry) Types() []Type { return append([]Type(nil), r.order...) }
