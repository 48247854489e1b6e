package site

import (
	"net/http"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// linkPage is what a signing link leads to.
type linkPage struct {
	public
	*op.LinkPage
	Brand  *op.Brand // of both embedded pages, the same
	Reason string    // why the link cannot be opened; empty: it can
	Resume bool      // it may have been opened in this browser
	Renew  bool      // a new link can be asked for
	Ask    bool      // only the sender can give a new link: this server sends no mail
}

// Link shows what a signing link leads to: sender and subject, and nothing else. It implements op.PageView.
func (s *Site) Link(w http.ResponseWriter, r *http.Request, p *op.LinkPage) {
	page := linkPage{public: s.public(r, p.Locale, "", p.Brand), LinkPage: p, Brand: p.Brand}
	page.Here = "/s/" + p.Token
	status := http.StatusOK
	if p.Why != nil {
		e := problem.From(p.Why)
		page.Reason = page.reason(e)
		page.Resume = e.Code == "link_exchanged"
		over := page.Resume || e.Code == "link_expired" || e.Code == "link_revoked"
		page.Renew, page.Ask = over && p.Mailed, over && !p.Mailed
		status = http.StatusGone
	}
	if p.Asked {
		status = http.StatusAccepted
	}
	s.render(w, status, pagePolicy, "link.html", page)
}

// ceremonyPage is a recipient's sitting.
type ceremonyPage struct {
	public
	*op.CeremonyPage
	Brand  *op.Brand
	Sealed bool
	Pages  int
	State  state
}

// state is what the page's script starts with, so that it need ask for nothing.
type state struct {
	Ceremony id.ID           `json:"ceremony"`
	View     op.CeremonyView `json:"view"`
	Brand    stateBrand      `json:"brand"`
	Locale   string          `json:"locale"`
}

type stateBrand struct {
	op.Brand
	HasLogo bool `json:"has_logo"`
}

// Ceremony shows consent, complete without script, or the document, which is signed with script and read without. It
// implements op.PageView.
func (s *Site) Ceremony(w http.ResponseWriter, r *http.Request, p *op.CeremonyPage) {
	consents := p.View.NeedsConsent && p.View.State.Open()
	page := ceremonyPage{public: s.public(r, p.View.Locale, signerEntry, p.Brand), CeremonyPage: p, Brand: p.Brand}
	if !consents { // what consent leaves for later is wanted now
		page.links = s.bundle(signerApp).links(signerEntry, signerDocument, textsOf(page.Lang, "signer"))
		page.finish()
	}
	page.Here = "/c/" + string(p.ID)
	page.State = state{Ceremony: p.ID, View: p.View, Brand: stateBrand{*p.Brand, p.Brand.Logo != ""}, Locale: page.Lang}
	for i, d := range p.View.Documents {
		page.Sealed = d.Sealed && (i == 0 || page.Sealed)
		page.Pages += len(d.Pages)
	}
	status, name := http.StatusOK, "document.html"
	if consents {
		var err error
		if p.Disclosure, err = ceremony.DisclosureText(page.Lang); err != nil {
			s.Refuse(w, r, err)
			return
		}
		name = "consent.html"
	}
	if p.Unticked {
		status = http.StatusUnprocessableEntity
	}
	s.render(w, status, pagePolicy, name, page)
}

// Standing says in a sentence where things are for this recipient.
func (p ceremonyPage) Standing() string {
	switch {
	case p.Sealed:
		return p.T("standing.sealed")
	case p.View.Progress == envelope.Done:
		return p.T("standing.done")
	case p.View.Role != envelope.RoleSigner:
		return p.T("standing.reads")
	case !p.View.MayAct:
		return p.T("standing.waits")
	}
	return p.T("standing.acts")
}

// Digest is that of the disclosure, in groups of four.
func (p ceremonyPage) Digest() string { return grouped(p.Disclosure.Hash) }

// Told says who hears of a refusal.
func (p ceremonyPage) Told() string {
	if p.View.Told.Others == 0 {
		return p.T("refuse.told_alone", "sender", p.Brand.Name)
	}
	return p.N("refuse.told", p.View.Told.Others, "sender", p.Brand.Name)
}

// Refusal asks for the reason of a refusal, or says that it is done. It implements op.PageView.
func (s *Site) Refusal(w http.ResponseWriter, r *http.Request, p *op.CeremonyPage, refused bool) {
	page := ceremonyPage{public: s.public(r, p.View.Locale, "", p.Brand), CeremonyPage: p, Brand: p.Brand}
	page.Here = "/c/" + string(p.ID) + "/refuse"
	if !refused {
		s.render(w, http.StatusOK, pagePolicy, "refuse.html", page)
		return
	}
	s.render(w, http.StatusOK, pagePolicy, "message.html", message{
		public: page.public, Heading: page.T("refuse.done_heading"), Text: page.T("refuse.done", "sender", p.Brand.Name),
	})
}

// proceed takes a sitting to another device.
func (s *Site) proceed(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusOK, pagePolicy, "continue.html", s.public(r, "", signerEntry, nil))
}
