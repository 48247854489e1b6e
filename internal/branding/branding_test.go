package branding_test

import (
	"testing"

	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/problem"
)

func TestColour(t *testing.T) {
	for _, c := range []struct{ color, code string }{
		{"#0b5a6f", ""},
		{"#a4232f", ""},
		{"#ffcc00", "contrast_low"},
		{"#808080", "contrast_low"},
		{"#FFCC00", "bad_form"},
		{"teal", "bad_form"},
	} {
		_, err := branding.Schema().Check([]byte(`{"color":"` + c.color + `"}`))
		got := ""
		if err != nil {
			got = problem.From(err).Fields[0].Code
		}
		if got != c.code {
			t.Errorf("%s: %q, want %q", c.color, got, c.code)
		}
	}
}

func TestDefaultPassesItsOwnCheck(t *testing.T) {
	s := branding.Schema()
	if _, err := s.Check(s.Default); err != nil {
		t.Fatal(err)
	}
}

func TestSupportAddress(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://a.example/help?x=1":  true,
		"https://a.example/súgó":      true,
		"http://a.example":            false,
		`https://a.example/\u0000`:    false,
		`https://a.example/\u202e`:    false,
		`https://a.example/\u0007x`:   false,
		"https://a.example/one two":   false,
		`https://a.example/\"onload=`: false,
	} {
		_, err := branding.Schema().Check([]byte(`{"color":"#0b5a6f","support_url":"` + address + `"}`))
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
