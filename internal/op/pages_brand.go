package op

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// brandAddress is where a part of an organization's look is read; it changes with its content, so that it may be kept
// for ever.
func brandAddress(org id.Org, part, content string) string {
	return "/brand/" + string(org) + "/" + part + "?v=" + versionOf(content)
}

func versionOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:8])
}

func (d PageDeps) brandRows() []Op {
	public := Row{Method: http.MethodGet, Audience: access.Public, Group: GroupApp, Limit: LimitOpen, Audit: AuditNever, Tag: "pages", Hidden: true}
	return []Op{
		Raw(public.as("brandTheme", "/brand/{org}/theme.css", "Read an organization's colours"), d.serveTheme),
		Raw(public.as("brandLogo", "/brand/{org}/logo", "Read an organization's logo"), d.serveLogo),
	}
}

func (d PageDeps) look(r *http.Request) (*branding.Branding, error) {
	org := r.PathValue("org")
	if !id.Valid(org) {
		return nil, problem.New(problem.NotFound, "not_found", "There is no such organization.")
	}
	return branding.Of(r.Context(), d.Settings, id.Org(org))
}

func (d PageDeps) serveTheme(w http.ResponseWriter, r *http.Request) error {
	b, err := d.look(r)
	if err != nil {
		return err
	}
	theme, ok := branding.ThemeOf(b.Color)
	if !ok || b.Plain() {
		return problem.New(problem.NotFound, "not_found", "This organization has no colour of its own.")
	}
	keep(w, r, "text/css; charset=utf-8", b.Color)
	_, _ = io.WriteString(w, theme.CSS()) // the reader left
	return nil
}

func (d PageDeps) serveLogo(w http.ResponseWriter, r *http.Request) error {
	b, err := d.look(r)
	if err != nil {
		return err
	}
	data, mediaType, err := b.LogoFile()
	if err != nil {
		return err
	}
	keep(w, r, mediaType, b.Logo)
	_, _ = w.Write(data) // the reader left
	return nil
}

// keep lets a content be kept for ever under the address that names it, and under no other.
func keep(w http.ResponseWriter, r *http.Request, mediaType, content string) {
	w.Header().Set("Content-Type", mediaType)
	if r.URL.Query().Get("v") != versionOf(content) {
		w.Header().Set("Cache-Control", "no-cache")
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
}
