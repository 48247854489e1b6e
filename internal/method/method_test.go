package method_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/method"
)

type fake struct {
	name string
	key  bool
}

func (f fake) Name() string                                         { return f.name }
func (f fake) UsesKey() bool                                        { return f.key }
func (f fake) Apply(context.Context, method.Input, io.Writer) error { return nil }

var _ envelope.Methods = (*method.Registry)(nil)

func TestRegistry(t *testing.T) {
	r := method.NewRegistry(fake{"click", false}, fake{"token", true})
	for name, want := range map[string][2]bool{"click": {true, false}, "token": {true, true}, "magic": {false, false}, "": {false, false}} {
		if got := [2]bool{r.Known(name), r.UsesKey(name)}; got != want {
			t.Errorf("%q: known and with a key: %v", name, got)
		}
	}
	if m, ok := r.Find("token"); !ok || m.Name() != "token" {
		t.Error("a method that was given is not found")
	}
}

func TestFieldContext(t *testing.T) {
	at := time.Unix(1_795_000_000, 0)
	in := method.Input{
		Envelope: &envelope.Envelope{Locale: "hu"}, Recipient: &envelope.Recipient{Name: "Anna", Email: "a@example.com"}, Now: at,
	}
	want := field.Context{Name: "Anna", Email: "a@example.com", Now: at, Locale: "hu"}
	if diff := cmp.Diff(want, in.FieldContext()); diff != "" {
		t.Error(diff)
	}
}
