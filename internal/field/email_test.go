package field

import (
	"testing"

	"github.com/consigil/consigil/internal/fonts"
)

func TestEmail(t *testing.T) {
	fs := fonts.Set()
	v, ok := Email{}.Default(nil, ctx)
	if !ok || string(v) != `"agnes@example.org"` || !ServerOnly(Email{}) {
		t.Fatalf("%s, %v", v, ok)
	}
	if _, err := (Email{}).Validate(fs, nil, v); err != nil {
		t.Error(err)
	}
	if _, err := (Email{}).Draw(fs, nil, v, ctx, 120, 14); err != nil {
		t.Error(err)
	}
	if _, ok := (Email{}).Default(nil, Context{}); ok {
		t.Error("an address from nothing")
	}
}
