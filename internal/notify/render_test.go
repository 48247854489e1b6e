package notify

import (
	"errors"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
)

func subject(locale, template string) *subjectOf {
	return &subjectOf{
		message:      &envelope.Message{ID: "m-1", Template: template, Locale: locale, To: "eva@example.org", CreatedAt: time.UnixMicro(1)},
		envelope:     &envelope.Envelope{Title: "Lease <b>", Message: "Please & thank you", Reason: "wrong rent", ExpiresAt: time.UnixMicro(1_800_000_000_000_000)},
		recipient:    &envelope.Recipient{ID: "r-1", Role: "signer", Name: "Éva Őri"},
		organization: "Példa Kft.",
	}
}

func TestEveryLanguageHasEveryTemplate(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	keys := func(x *texts) (out []string) {
		for k, w := range x.Templates {
			out = append(out, k+buttonMark(w.Button))
		}
		sort.Strings(out)
		return out
	}
	want := keys(all["en"])
	for _, locale := range []string{"en", "hu", "de", "hi", "ar"} {
		x := all[locale]
		if x == nil {
			t.Fatalf("%s is missing", locale)
		}
		if diff := cmp.Diff(want, keys(x)); diff != "" {
			t.Errorf("%s: %s", locale, diff)
		}
		for _, s := range []string{x.Greeting, x.From, x.Until, x.Reason, x.Private, x.Footer, x.Direction} {
			if s == "" {
				t.Errorf("%s: a sentence is empty", locale)
			}
		}
	}
}

func buttonMark(button string) string {
	if button == "" {
		return ""
	}
	return " with a link"
}

func TestRenderFillsEveryPlaceholder(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for locale, x := range all {
		for name := range x.Templates {
			got, err := subject(locale, name).render("https://sign.example.org", "TOKEN")
			if err != nil {
				t.Fatalf("%s %s: %v", locale, name, err)
			}
			for _, part := range []string{got.Subject, got.Text, got.HTML} {
				if strings.ContainsAny(part, "{}") && !strings.Contains(part, "style=") {
					t.Errorf("%s %s: a placeholder is left: %s", locale, name, part)
				}
			}
			if strings.Contains(got.HTML, "<b>") {
				t.Errorf("%s %s: the title is not escaped", locale, name)
			}
			link := x.Templates[name].Button != ""
			if strings.Contains(got.Text, "https://sign.example.org/s/TOKEN") != link || strings.Contains(got.HTML, `href="https://sign.example.org/s/TOKEN"`) != link {
				t.Errorf("%s %s: link expected %v", locale, name, link)
			}
			if got.ID != "m-1@sign.example.org" {
				t.Errorf("Message-ID %q", got.ID)
			}
		}
	}
}

func TestRenderFallsBackByLanguage(t *testing.T) {
	for tag, want := range map[string]string{"hu-HU": "hu", "pt-BR": "en", "": "en", "AR-eg": "ar"} {
		if got, _, err := language(tag); err != nil || got != want {
			t.Errorf("%q: %q, %v", tag, got, err)
		}
	}
}

func TestHeadersCannotBeInjected(t *testing.T) {
	for _, evil := range []string{"a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\u0085b"} {
		for place, set := range map[string]func(*subjectOf){
			"title":        func(s *subjectOf) { s.envelope.Title = evil },
			"name":         func(s *subjectOf) { s.recipient.Name = evil },
			"organization": func(s *subjectOf) { s.organization = evil },
			"address":      func(s *subjectOf) { s.message.To = evil },
		} {
			s := subject("en", "invite")
			set(s)
			_, err := s.render("https://sign.example.org", "T")
			var permanent *Permanent
			if !errors.As(err, &permanent) {
				t.Errorf("%s with %q: %v", place, evil, err)
			}
		}
	}
}

func TestReadersAreNotAskedToSign(t *testing.T) {
	s := subject("en", "invite")
	s.recipient.Role = "viewer"
	got, err := s.render("https://sign.example.org", mask)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got.Text, "sign.\n") || !strings.Contains(got.Text, "/s/…") {
		t.Error(got.Text)
	}
}

func TestBrandDressesTheMail(t *testing.T) {
	s := subject("en", "invite")
	plain, err := s.render("https://sign.example.org", "t")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plain.HTML, "background:#0b5a6f") {
		t.Error("a mail without a brand lacks the design's colour")
	}
	s.brand = Brand{Color: "#7a3e9d", Footer: "Fő utca 1. <Budapest>"}
	dressed, err := s.render("https://sign.example.org", "t")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"background:#7a3e9d", "Fő utca 1. &lt;Budapest&gt;<br>"} {
		if !strings.Contains(dressed.HTML, want) {
			t.Errorf("the HTML lacks %q", want)
		}
	}
	if !strings.Contains(dressed.Text, "--\nFő utca 1. <Budapest>\nSent by") {
		t.Error("the text lacks the line")
	}
}
