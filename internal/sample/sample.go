// Package sample draws the agreement with which people try the product out: a page and a half, tagged, in each
// language. It binds nobody; it is not a template and stores nothing.
package sample

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// text is the agreement in one language.
type text struct {
	Direction string    `json:"direction"`
	File      string    `json:"file"`
	Title     string    `json:"title"`
	Note      string    `json:"note"`
	Sections  []section `json:"sections"`
	Sign      signing   `json:"sign"`
	Page      string    `json:"page"`
}

type section struct {
	Heading    string   `json:"heading"`
	Paragraphs []string `json:"paragraphs"`
	Table      *table   `json:"table"`
}

type table struct {
	Head []string   `json:"head"`
	Rows [][]string `json:"rows"`
}

type signing struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
	First   string `json:"first"`
	Second  string `json:"second"`
}

var texts = sync.OnceValues(func() (map[string]*text, error) { return locale.Each[text]("sample") })

// Place is where a signature belongs, in points from the lower left corner of its page.
type Place struct {
	Page   int     `json:"page"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Agreement is the sample in one language.
type Agreement struct {
	Name   string // of the file
	Locale string
	PDF    []byte
	Places [2]Place // of the first and the second party's signature
}

// Contract draws the agreement in the language of a BCP 47 tag, English where it is none of ours. The same language
// gives the same bytes.
func Contract(fonts *draw.FontSet, tag string) (*Agreement, error) {
	all, err := texts()
	if err != nil {
		return nil, fmt.Errorf("sample: read text: %w", err)
	}
	lang := locale.Of(tag)
	t := all[lang]
	s := newSheet(fonts, t)
	s.agreement()
	out := &Agreement{Name: t.File, Locale: lang, Places: s.places()}
	if out.PDF, err = s.write(lang); err != nil {
		return nil, fmt.Errorf("sample: draw: %w", err)
	}
	return out, nil
}

// write makes the file of what was drawn.
func (s *sheet) write(lang string) ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	b := pdf.NewBuilder()
	b.SetInfo("Title", pdf.Text(s.t.Title))
	b.SetInfo("Producer", pdf.Text("Consigil"))
	b.SetCatalog("Lang", pdf.Text(lang))
	b.SetCatalog("MarkInfo", pdf.Dict{"Marked": pdf.Boolean(true)})
	b.SetCatalog("ViewerPreferences", pdf.Dict{"DisplayDocTitle": pdf.Boolean(true)})
	forms := make([]*draw.Form, len(s.pages))
	for i, p := range s.pages {
		forms[i] = p.Form()
	}
	contents, err := draw.Content(b, forms...)
	if err != nil {
		return nil, err
	}
	pages := make([]pdf.Ref, len(contents))
	for i, page := range contents {
		pages[i] = b.AddPage(pageWidth, pageHeight, page.Resources, page.Operators)
	}
	s.tree.write(b, pages)
	var out bytes.Buffer
	_, err = b.WriteTo(&out)
	return out.Bytes(), err
}
