package evidence

import (
	"errors"
	"fmt"
	"strings"

	"github.com/consigil/consigil/pdf/draw"
)

// The page of a completion certificate, in points: A4.
const (
	pageWidth    = 595.0
	pageHeight   = 842.0
	marginSide   = 56.0
	marginTop    = 60.0
	marginBottom = 64.0
	contentWidth = pageWidth - 2*marginSide
	labelWidth   = 132.0

	// mostShown is how many characters of one entry are drawn; the attached record has it whole.
	mostShown = 600
)

// Ink.
var (
	inkText  = draw.Color{R: 0.11, G: 0.14, B: 0.19}
	inkQuiet = draw.Color{R: 0.36, G: 0.40, B: 0.46}
	inkRule  = draw.Color{R: 0.84, G: 0.86, B: 0.89}
	inkMark  = draw.Color{R: 0.12, G: 0.31, B: 0.55}
)

// sheet lays text out on pages from top to bottom. In a language that is written from right to left everything is
// mirrored.
type sheet struct {
	fonts *draw.FontSet
	rtl   bool
	pages []*draw.Canvas
	y     float64 // top of what comes next
	err   error   // the first one; later calls do nothing
}

func newSheet(fonts *draw.FontSet, rtl bool) *sheet {
	s := &sheet{fonts: fonts, rtl: rtl}
	s.breakPage()
	return s
}

func (s *sheet) breakPage() {
	s.pages = append(s.pages, draw.NewCanvas(pageWidth, pageHeight))
	s.y = pageHeight - marginTop
}

func (s *sheet) page() *draw.Canvas { return s.pages[len(s.pages)-1] }

// need begins a new page where less than h is left.
func (s *sheet) need(h float64) {
	if s.y-h < marginBottom {
		s.breakPage()
	}
}

func (s *sheet) space(h float64) { s.y -= h }

// cell is text in a column that begins x points from the start edge.
type cell struct {
	x, w  float64
	text  string
	style draw.Style
}

func style(size float64, color draw.Color) draw.Style {
	return draw.Style{Size: size, MinSize: size, Color: color, Multiline: true, Padding: -1}
}

// row sets cells side by side, their tops in line, and moves down by the highest.
func (s *sheet) row(cells ...cell) {
	if s.err != nil {
		return
	}
	heights := make([]float64, len(cells))
	highest := 0.0
	for i := range cells {
		cells[i].style.Align = s.align()
		cells[i].text, s.err = printable(s.fonts, cells[i].text)
		if s.err == nil {
			heights[i], s.err = s.fonts.TextHeight(cells[i].text, cells[i].w, cells[i].style)
		}
		if s.err != nil {
			return
		}
		highest = max(highest, heights[i])
	}
	s.need(highest)
	for i, c := range cells {
		left := marginSide + c.x
		if s.rtl {
			left = pageWidth - marginSide - c.x - c.w
		}
		if s.err == nil && c.text != "" {
			s.err = s.page().Text(s.fonts, c.text, left, s.y-heights[i]-1, c.w, heights[i]+1, c.style)
		}
	}
	s.y -= highest
}

// align is the start edge of the language, whatever a name is written in.
func (s *sheet) align() draw.Align {
	if s.rtl {
		return draw.AlignRight
	}
	return draw.AlignLeft
}

// heading begins a section; it does not stay alone at the foot of a page.
func (s *sheet) heading(text string) {
	s.space(20)
	s.need(70)
	s.row(cell{w: contentWidth, text: text, style: style(13, inkMark)})
	s.space(4)
	s.rule()
	s.space(6)
}

func (s *sheet) rule() {
	s.page().Line(marginSide, s.y, pageWidth-marginSide, s.y, 0.7, inkRule)
}

// entry is a label with its value; an empty value leaves nothing out of line, it is not shown.
func (s *sheet) entry(label, value string) {
	if value == "" {
		return
	}
	s.row(
		cell{w: labelWidth - 8, text: label, style: style(8.5, inkQuiet)},
		cell{x: labelWidth, w: contentWidth - labelWidth, text: value, style: style(8.5, inkText)},
	)
	s.space(2.5)
}

// foot writes one line at the foot of every page.
func (s *sheet) foot(text func(page, pages int) string) {
	for i, p := range s.pages {
		line, err := printable(s.fonts, text(i+1, len(s.pages)))
		if s.err == nil {
			s.err = err
		}
		p.Line(marginSide, marginBottom-14, pageWidth-marginSide, marginBottom-14, 0.7, inkRule)
		st := draw.Style{Size: 7.5, MinSize: 5, Color: inkQuiet, Padding: -1, Align: s.align()}
		if s.err == nil {
			s.err = p.Text(s.fonts, line, marginSide, marginBottom-30, contentWidth, 12, st)
		}
	}
}

// printable replaces what cannot be drawn by its code point in brackets, and cuts what is very long.
func printable(fonts *draw.FontSet, text string) (string, error) {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && (r < 0x20 || r == 0x7f) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if runes := []rune(text); len(runes) > mostShown {
		text = string(runes[:mostShown]) + " …"
	}
	err := fonts.Check(text)
	var missing *draw.MissingError
	if !errors.As(err, &missing) {
		return text, err
	}
	for _, r := range missing.Runes {
		text = strings.ReplaceAll(text, string(r), fmt.Sprintf("[U+%04X]", r))
	}
	return text, nil
}
