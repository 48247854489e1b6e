package op

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/field"
)

// TestShapes holds the described forms to the types: their names, and what each type's own schema admits.
func TestShapes(t *testing.T) {
	builtIn := []field.Type{
		field.Signature{}, field.Initials{}, field.FullName{}, field.DateSigned{}, field.Text{}, field.Checkbox{}, field.Email{}, field.Dropdown{},
	}
	values, configs := members(reflect.TypeFor[FieldValues]()), members(reflect.TypeFor[FieldConfigs]())
	if len(values) != len(builtIn) || len(configs) != len(builtIn) {
		t.Errorf("%d values and %d configs of %d types", len(values), len(configs), len(builtIn))
	}
	for _, ty := range builtIn {
		if values[ty.Name()] == nil || configs[ty.Name()] == nil {
			t.Errorf("%s is not described", ty.Name())
			continue
		}
		var schema struct{ Properties map[string]any }
		if err := json.Unmarshal(ty.Schema(), &schema); err != nil {
			t.Fatal(err)
		}
		said := members(configs[ty.Name()])
		for name := range schema.Properties {
			if said[name] == nil {
				t.Errorf("the config of %s lacks %s", ty.Name(), name)
			}
		}
		if len(said) != len(schema.Properties) {
			t.Errorf("the config of %s has %d members, its schema %d", ty.Name(), len(said), len(schema.Properties))
		}
	}
}

// members lists a struct's members by their names in JSON, those of embedded structs too.
func members(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out[name] = f.Type
		}
	}
	return out
}
