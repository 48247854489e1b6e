// Package branding is how an organization looks to its recipients: name, colour, logo, and the line under its
// mails. It declares settings; it draws nothing.
package branding

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	_ "image/jpeg" // a logo may be either
	_ "image/png"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/settings"
)

// Name is the settings document that holds the branding.
const Name = "branding"

// Limits of a logo.
const (
	maxLogo   = 128 << 10 // bytes of the image file
	maxPixels = 4 << 20
	maxText   = 200
)

// Branding is the document.
type Branding struct {
	DisplayName string `json:"display_name,omitempty"` // empty: the organization's name
	Color       string `json:"color"`                  // #rrggbb
	Logo        string `json:"logo,omitempty"`         // base64 of a PNG or JPEG file
	Footer      string `json:"footer,omitempty"`
	SupportURL  string `json:"support_url,omitempty"` // https
}

const schema = `{"type":"object","properties":{"display_name":{"type":"string","maxLength":200},` +
	`"color":{"type":"string","pattern":"^#[0-9a-f]{6}$"},"logo":{"type":"string","contentEncoding":"base64"},` +
	`"footer":{"type":"string","maxLength":200},"support_url":{"type":"string","pattern":"^https://"}},"required":["color"]}`

// Schema declares the settings.
func Schema() settings.Schema {
	return settings.Schema{
		Name: Name, Title: "Branding", JSON: json.RawMessage(schema), Default: json.RawMessage(`{"color":"` + designAccent + `"}`),
		Check: settings.Typed(check),
	}
}

var (
	colorForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	urlForm   = regexp.MustCompile(`^https://[^\s\pC"<>]{1,200}$`)
)

func check(b *Branding) error {
	switch {
	case !colorForm.MatchString(b.Color):
		return problem.InField("/color", "bad_form", "Write a colour as # and six lower-case hexadecimal digits.")
	case !readable(b.Color):
		return problem.InField("/color", "contrast_low", "This colour is hard to read on a light page. Take a darker one, with a contrast of at least 4.5 to 1.")
	case utf8.RuneCountInString(b.DisplayName) > maxText:
		return problem.InField("/display_name", "too_long", "At most 200 characters.")
	case utf8.RuneCountInString(b.Footer) > maxText:
		return problem.InField("/footer", "too_long", "At most 200 characters.")
	case strings.ContainsFunc(b.DisplayName, unicode.IsControl):
		return problem.InField("/display_name", "control_character", "A name holds no control characters.")
	case strings.ContainsFunc(b.Footer, unicode.IsControl):
		return problem.InField("/footer", "control_character", "The line holds no control characters.")
	case b.SupportURL != "" && !urlForm.MatchString(b.SupportURL):
		return problem.InField("/support_url", "not_a_uri", "Use an https address.")
	}
	if b.Logo == "" {
		return nil
	}
	_, _, err := decodeLogo(b.Logo)
	return err
}

func readable(color string) bool {
	_, ok := ThemeOf(color)
	return ok
}

func decodeLogo(text string) (data []byte, mediaType string, err error) {
	if base64.StdEncoding.DecodedLen(len(text)) > maxLogo+3 {
		return nil, "", problem.InField("/logo", "too_large", "A logo has at most 128 KB.")
	}
	data, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, "", problem.InField("/logo", "not_base64", "Send the image file in base64.")
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width*c.Height > maxPixels || c.Width <= 0 || c.Height <= 0 {
		return nil, "", problem.InField("/logo", "not_an_image", "Use a PNG or JPEG image of at most 4 megapixels.")
	}
	return data, "image/" + format, nil
}

// Of returns an organization's branding.
func Of(ctx context.Context, s *settings.Service, org id.Org) (*Branding, error) {
	d, err := s.Get(ctx, org, Name)
	if err != nil {
		return nil, err
	}
	var b Branding
	if err := json.Unmarshal(d.Data, &b); err != nil {
		return nil, err
	}
	return &b, nil
}

// LogoFile returns the logo's bytes and media type; NotFound when there is none.
func (b *Branding) LogoFile() (data []byte, mediaType string, err error) {
	if b.Logo == "" {
		return nil, "", problem.New(problem.NotFound, "no_logo", "This organization has no logo.")
	}
	return decodeLogo(b.Logo)
}
