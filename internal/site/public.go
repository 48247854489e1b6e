package site

import (
	"html/template"
	"net/http"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// functions are what templates may call beside the methods of their data.
var functions = template.FuncMap{}

// public is what every page outside the console has.
type public struct {
	Words
	links
}

// public finds language and styles of a page; entry is the script it starts, if any.
func (s *Site) public(r *http.Request, written, entry string, more ...string) public {
	p := public{Words: s.words(r, written)}
	b := s.bundle(signerApp)
	if entry != "" {
		p.links = b.links(entry, more...)
	} else {
		p.links.Styles = b.links(signerEntry).Styles
	}
	if len(p.Styles) == 0 {
		p.Styles = []string{"/assets/page.css"}
	}
	return p
}

// message is a page that says what happened and what to do.
type message struct {
	public
	Heading, Text, Advice string
	Status                int
}

// Refuse shows why a page is not there. It implements httpapi's Refuse for rows whose answers are pages.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := problem.From(err)
	page := message{public: s.public(r, "", ""), Status: op.StatusOf(e.Kind)}
	page.Heading, page.Text, page.Advice = page.T("error."+string(e.Kind)), page.T("problem."+e.Code), page.T("advice."+string(e.Kind))
	s.render(w, page.Status, pagePolicy, "message.html", page)
}

// linkPage is what a signing link leads to.
type linkPage struct {
	public
	Glance *ceremony.Glance
}

// Link shows what a signing link leads to: sender and subject, and nothing else. It implements op.LinkPage.
func (s *Site) Link(w http.ResponseWriter, r *http.Request, g *ceremony.Glance, err error) {
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	s.render(w, http.StatusOK, pagePolicy, "link.html", linkPage{public: s.public(r, g.Locale, ""), Glance: g})
}
