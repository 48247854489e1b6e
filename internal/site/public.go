package site

import (
	"cmp"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// functions are what templates may call beside the methods of their data.
var functions = template.FuncMap{
	"paragraphs": paragraphs,
	"moment":     moment,
	"grouped":    grouped,
	"machine":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"own":        func(name string) string { return "/assets/" + name + "?v=" + ownTags()[name] },
}

// moment is a time for people; page.js puts it into their own zone.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// paragraphs cuts what a person wrote at its line breaks.
func paragraphs(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// public is what every page outside the console has.
type public struct {
	Words
	links
	Brand  *op.Brand
	Here   string // the page's own address without its query
	Robots bool   // search engines may list the page
	Staff  bool   // the reader came from the console, and finds back there
}

// public finds language, brand and files of a page; entry is the script it starts, if any.
func (s *Site) public(r *http.Request, written, entry string, brand *op.Brand, namespaces ...string) public {
	p := public{Words: s.words(r, written), Brand: brand, Here: r.URL.EscapedPath(), Staff: r.URL.Query().Get("from") == "console"}
	if p.Brand == nil {
		p.Brand = &op.Brand{}
	}
	b := s.bundle(signerApp)
	if entry == "" {
		p.links.Styles = b.links(signerEntry).Styles
	} else {
		var texts []string
		for _, ns := range namespaces {
			texts = append(texts, textsOf(p.Lang, ns))
		}
		p.links = b.links(entry, texts...)
	}
	p.finish()
	return p
}

// finish adds what a page needs beside its app: styles where the app is not built, and the brand's after all others.
func (p *public) finish() {
	if len(p.Styles) == 0 {
		p.Styles = []string{"/assets/page.css?v=" + ownTags()["page.css"]}
	}
	if p.Brand.Theme != "" {
		p.Styles = append(p.Styles, p.Brand.Theme)
	}
}

// Title is the last part of every page's title: who the page speaks for.
func (p public) Title() string { return cmp.Or(p.Brand.Name, "Consigil") }

// message is a page that says what happened and what to do.
type message struct {
	public
	Heading, Text, Advice string
	Subject, Said         string // what it is about, and why in the sender's words; empty: unknown
}

// Refuse shows why a page is not there. It implements httpapi's Refuse for rows whose answers are pages.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.refuse(w, r, message{public: s.public(r, "", "", nil)}, err)
}

// Closed is Refuse for somebody who was let in before: they know whose page it is, and what it was about. It implements
// op.PageView.
func (s *Site) Closed(w http.ResponseWriter, r *http.Request, p *op.ClosedPage, err error) {
	page := message{public: s.public(r, p.Locale, "", p.Brand), Subject: p.Title, Said: p.Reason}
	s.refuse(w, r, page, err)
}

func (s *Site) refuse(w http.ResponseWriter, r *http.Request, page message, err error) {
	e := problem.From(err)
	page.Heading, page.Text, page.Advice = page.heading(e), page.reason(e), page.advice(e)
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	}
	s.render(w, op.StatusOf(e.Kind), pagePolicy, "message.html", page)
}

// said is the first of some keys that the catalogue has words for.
func (w Words) said(keys ...string) string {
	for _, key := range keys {
		if text := w.T(key); text != key {
			return text
		}
	}
	return ""
}

// reason tells in the reader's language what went wrong.
func (w Words) reason(e *problem.Error) string {
	return w.said("problem."+e.Code, "kind."+string(e.Kind), "kind.internal")
}

func (w Words) heading(e *problem.Error) string {
	return w.said("heading."+e.Code, "heading."+string(e.Kind), "heading.internal")
}

func (w Words) advice(e *problem.Error) string {
	return w.said("advice."+e.Code, "advice."+string(e.Kind))
}

// grouped writes a digest in groups of four.
func grouped(digest string) string {
	var b strings.Builder
	for i, c := range digest {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
