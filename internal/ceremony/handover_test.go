package ceremony

import (
	"strings"
	"testing"
)

const (
	someOrg     = "0192f0c0-0000-7000-8000-000000000001"
	someSitting = "0192f0c0-0000-7000-8000-000000000002"
)

func TestCodes(t *testing.T) {
	code, hash, err := newCode(someOrg, someSitting)
	if err != nil {
		t.Fatal(err)
	}
	org, sitting, got, ok := readCode(code)
	if !ok || org != someOrg || sitting != someSitting || string(got) != string(hash) {
		t.Error("a code must lead back to its sitting and hash")
	}
	for _, bad := range []string{"", code[1:], code + "A", strings.Repeat("A", 5000), "%%%"} {
		if _, _, _, ok := readCode(bad); ok {
			t.Errorf("%.20q passes for a code", bad)
		}
	}
}

func FuzzReadCode(f *testing.F) {
	code, _, err := newCode(someOrg, someSitting)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(code)
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, hash, ok := readCode(s); ok && len(hash) != 32 {
			t.Error("hash")
		}
	})
}

func TestDisclosures(t *testing.T) {
	locales := DisclosureLocales()
	if strings.Join(locales, " ") != "ar de en hi hu" {
		t.Errorf("disclosures in %v", locales)
	}
	english, err := DisclosureText("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range locales {
		d, err := DisclosureText(l + "-XX")
		if err != nil {
			t.Fatal(err)
		}
		if d.Locale != l || d.Version != english.Version || len(d.Sections) != len(english.Sections) || len(d.Hash) != 64 || d.Agree == "" {
			t.Errorf("%s: %s %s, %d sections", l, d.Locale, d.Version, len(d.Sections))
		}
		for _, s := range d.Sections {
			if s.Heading == "" || s.Text == "" {
				t.Errorf("%s: an empty section", l)
			}
		}
	}
	for _, odd := range []string{"", "xx", "../en", "en/../../x"} {
		if d, err := DisclosureText(odd); err != nil || d.Locale != "en" {
			t.Errorf("%q: %v", odd, err)
		}
	}
}
