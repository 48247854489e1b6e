package notify

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/consigil/consigil/internal/envelope"
)

//go:embed layout.html
var layoutFile string

var layout = sync.OnceValues(func() (*template.Template, error) {
	return template.New("layout").Parse(layoutFile)
})

// mask stands for a link's token wherever a message is shown and not sent.
const mask = "…"

// subjectOf is what a message is about.
type subjectOf struct {
	message      *envelope.Message
	envelope     *envelope.Envelope
	recipient    *envelope.Recipient
	organization string
	brand        Brand
}

// page is what the layout shows.
type page struct {
	Locale, Direction, Subject     string
	Greeting, Lead                 string
	From, Note                     string
	Reason, Until, Button, Private string
	Link                           template.URL
	Color, Line, Footer            string
}

// designAccent is the button's colour where the organization has none of its own.
const designAccent = "#0b5a6f"

// templateName picks the words: who only reads is not asked to sign.
func (s *subjectOf) templateName() string {
	if s.message.Template == "invite" && s.recipient.Role != "signer" {
		return "invite_view"
	}
	return s.message.Template
}

// needsLink says whether the template has a button.
func (s *subjectOf) needsLink() (bool, error) {
	_, t, err := language(s.message.Locale)
	if err != nil {
		return false, err
	}
	words, ok := t.Templates[s.templateName()]
	if !ok {
		return false, &Permanent{Reason: "no such template"}
	}
	return words.Button != "", nil
}

// render makes the message with a link that ends in token.
func (s *subjectOf) render(publicURL, token string) (*Rendered, error) {
	locale, t, err := language(s.message.Locale)
	if err != nil {
		return nil, err
	}
	words, ok := t.Templates[s.templateName()]
	if !ok {
		return nil, &Permanent{Reason: "no such template"}
	}
	host, err := hostOf(publicURL)
	if err != nil {
		return nil, err
	}
	p, err := s.page(locale, t, words, publicURL+"/s/"+token)
	if err != nil {
		return nil, err
	}
	if hasControl(p.Subject) || hasControl(s.recipient.Name) || hasControl(s.organization) || hasControl(s.message.To) {
		return nil, &Permanent{Reason: "a header would contain a line break or another control character"}
	}
	html, err := p.html()
	if err != nil {
		return nil, err
	}
	return &Rendered{
		ID: string(s.message.ID) + "@" + host, FromName: s.organization, ToName: s.recipient.Name, To: s.message.To,
		Subject: p.Subject, Text: p.text(), HTML: html, Locale: locale, CreatedAt: s.message.CreatedAt,
	}, nil
}

func hostOf(publicURL string) (string, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Hostname() == "" {
		return "", fmt.Errorf("notify: the public URL has no host")
	}
	return u.Hostname(), nil
}

func (s *subjectOf) page(locale string, t *texts, words templated, link string) (*page, error) {
	by, err := s.by()
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("{name}", s.recipient.Name, "{organization}", s.organization, "{title}", s.envelope.Title,
		"{date}", s.envelope.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC"), "{reason}", s.envelope.Reason, "{by}", by).Replace
	p := &page{
		Locale: locale, Direction: t.Direction, Subject: fill(words.Subject),
		Greeting: fill(t.Greeting), Lead: fill(words.Lead), Footer: fill(t.Footer),
		Color: cmp.Or(s.brand.Color, designAccent), Line: s.brand.Footer,
	}
	invites := strings.HasPrefix(s.templateName(), "invite") || s.message.Template == "reminder"
	if invites && s.envelope.Message != "" {
		p.From, p.Note = fill(t.From), s.envelope.Message
	}
	if invites && s.envelope.ExpiresAt.After(time.Time{}) {
		p.Until = fill(t.Until)
	}
	if slices.Contains(reasoned, s.message.Template) && s.envelope.Reason != "" {
		p.Reason = fill(t.Reason)
	}
	if words.Button != "" {
		p.Button, p.Private = fill(words.Button), fill(t.Private)
		p.Link = template.URL(link) //nolint:gosec // built from the configured public URL and our own token
	}
	return p, nil
}

// reasoned are the templates that say why.
var reasoned = []string{"voided", "declined", "sender_declined"}

// by is the person whom the message speaks of, where it speaks of one.
func (s *subjectOf) by() (string, error) {
	if len(s.message.Params) == 0 {
		return "", nil
	}
	var p struct {
		By string `json:"by"`
	}
	if err := json.Unmarshal(s.message.Params, &p); err != nil {
		return "", fmt.Errorf("notify: read parameters: %w", err)
	}
	return p.By, nil
}

func (p *page) html() (string, error) {
	t, err := layout()
	if err != nil {
		return "", fmt.Errorf("notify: read layout: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, p); err != nil {
		return "", fmt.Errorf("notify: render: %w", err)
	}
	return b.String(), nil
}

// text is the plain alternative: the same words in the same order.
func (p *page) text() string {
	var b strings.Builder
	for _, part := range []string{p.Greeting, p.Lead, p.From, p.Note, p.Reason, p.Until} {
		if part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	if p.Button != "" {
		b.WriteString(p.Button + ":\n" + string(p.Link) + "\n\n" + p.Private + "\n\n")
	}
	b.WriteString("--\n")
	if p.Line != "" {
		b.WriteString(p.Line + "\n")
	}
	b.WriteString(p.Footer + "\n")
	return b.String()
}

// hasControl finds what must not stand in a header.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}
