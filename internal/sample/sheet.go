package sample

import (
	"strconv"
	"strings"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// The page, in points: A4.
const (
	pageWidth    = 595.0
	pageHeight   = 842.0
	marginSide   = 64.0
	marginTop    = 68.0
	marginBottom = 76.0
	contentWidth = pageWidth - 2*marginSide
	textSize     = 11.5

	// The lines on which the two parties sign, with the room above them.
	signWidth  = 210.0
	signHeight = 64.0
	signLabel  = 20.0
)

var (
	inkText  = draw.Color{R: 0.09, G: 0.13, B: 0.17}
	inkQuiet = draw.Color{R: 0.29, G: 0.35, B: 0.41}
	inkRule  = draw.Color{R: 0.49, G: 0.54, B: 0.60}
	inkMark  = draw.Color{R: 0.04, G: 0.35, B: 0.44}
	paint    = draw.Color{R: 0.92, G: 0.94, B: 0.95}
)

// sheet lays the agreement out from top to bottom and grows its structure tree. In a language that is written from
// right to left everything is mirrored.
type sheet struct {
	fonts *draw.FontSet
	t     *text
	pages []*draw.Canvas
	tree  tree
	y     float64
	signs float64 // where the lines for signatures are
	err   error   // the first one; later calls do nothing
}

func newSheet(fonts *draw.FontSet, t *text) *sheet {
	s := &sheet{fonts: fonts, t: t, tree: tree{root: element{role: "Document", mark: -1}}}
	s.breakPage()
	return s
}

func (s *sheet) rtl() bool { return s.t.Direction == "rtl" }

func (s *sheet) breakPage() {
	s.pages = append(s.pages, draw.NewCanvas(pageWidth, pageHeight))
	s.y = pageHeight - marginTop
}

func (s *sheet) page() *draw.Canvas { return s.pages[len(s.pages)-1] }

// need begins a new page where less than h is left above the foot.
func (s *sheet) need(h float64) {
	if s.y-h < marginBottom {
		s.breakPage()
	}
}

func style(size float64, color draw.Color) draw.Style {
	return draw.Style{Size: size, MinSize: size, Color: color, Multiline: true, Padding: -1}
}

// left is the left edge of a box that begins x points from the start edge.
func (s *sheet) left(x, w float64) float64 {
	if s.rtl() {
		return pageWidth - marginSide - x - w
	}
	return marginSide + x
}

// height is how high text is in a column.
func (s *sheet) height(words string, w float64, st draw.Style) float64 {
	if s.err != nil {
		return 0
	}
	h, err := s.fonts.TextHeight(words, w, st)
	s.err = err
	return h
}

// put sets words in a box whose top is at y, as the content of an element.
func (s *sheet) put(e *element, words string, x, y, w float64, st draw.Style) {
	h := s.height(words, w, st)
	if s.err != nil {
		return
	}
	if st.Align = draw.AlignLeft; s.rtl() {
		st.Align = draw.AlignRight
	}
	p := s.page()
	p.Mark(e.role, s.tree.mark(e, len(s.pages)-1))
	s.err = p.Text(s.fonts, words, s.left(x, w), y-h-1, w, h+1, st)
	p.EndMark()
}

// block sets words across the page and moves down.
func (s *sheet) block(role, words string, before float64, st draw.Style, room float64) {
	s.y -= before
	h := s.height(words, contentWidth, st)
	s.need(h + room)
	s.put(s.tree.root.add(role), words, 0, s.y, contentWidth, st)
	s.y -= h
}

// decorate draws what says nothing.
func (s *sheet) decorate(fn func(*draw.Canvas)) {
	s.page().MarkArtifact()
	fn(s.page())
	s.page().EndMark()
}

// agreement draws all of it.
func (s *sheet) agreement() {
	s.block("H1", s.t.Title, 0, style(22, inkMark), 60)
	s.block("P", s.t.Note, 8, style(9.5, inkQuiet), 40)
	for _, part := range s.t.Sections {
		s.block("H2", part.Heading, 22, style(13, inkMark), 40)
		for i, words := range part.Paragraphs {
			before := 7.0
			if i == 0 {
				before = 5
			}
			s.block("P", words, before, style(textSize, inkText), 0)
		}
		if part.Table != nil {
			s.table(part.Table)
		}
	}
	s.signatures()
	s.foot()
}

// The columns of the table, as shares of the width.
var columns = []float64{0.5, 0.3, 0.2}

func (s *sheet) table(t *table) {
	s.y -= 10
	whole := 0.0
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		whole += s.rowHeight(row)
	}
	s.need(whole)
	e := s.tree.root.add("Table")
	s.row(e.add("TR"), t.Head, "TH")
	for _, row := range t.Rows {
		s.row(e.add("TR"), row, "TD")
	}
	s.y -= 4
}

const cellPad = 5.0

func (s *sheet) rowHeight(cells []string) float64 {
	highest := 0.0
	for i, words := range cells {
		highest = max(highest, s.height(words, columns[i]*contentWidth-2*cellPad, style(10, inkText)))
	}
	return highest + 2*cellPad
}

func (s *sheet) row(e *element, cells []string, role string) {
	h := s.rowHeight(cells)
	s.decorate(func(c *draw.Canvas) {
		if role == "TH" {
			c.Rect(marginSide, s.y-h, contentWidth, h, paint)
		}
		c.Line(marginSide, s.y-h, pageWidth-marginSide, s.y-h, 0.6, inkRule)
	})
	x := 0.0
	for i, words := range cells {
		w := columns[i] * contentWidth
		cell := e.add(role)
		if role == "TH" {
			cell.attrs = pdf.Dict{"O": pdf.Name("Table"), "Scope": pdf.Name("Column")}
		}
		s.put(cell, words, x+cellPad, s.y-cellPad, w-2*cellPad, style(10, inkText))
		x += w
	}
	s.y -= h
}

// signatures draws the block with which the agreement ends, in one piece.
func (s *sheet) signatures() {
	const below = signHeight + signLabel
	s.block("H2", s.t.Sign.Heading, 20, style(13, inkMark), 60+below)
	s.block("P", s.t.Sign.Text, 4, style(textSize, inkText), below)
	s.y -= signHeight + 14
	s.signs = s.y
	for i, label := range []string{s.t.Sign.First, s.t.Sign.Second} {
		x := float64(i) * (contentWidth - signWidth)
		left := s.left(x, signWidth)
		s.decorate(func(c *draw.Canvas) { c.Line(left, s.signs, left+signWidth, s.signs, 0.8, inkRule) })
		s.put(s.tree.root.add("P"), label, x, s.signs-4, signWidth, style(9.5, inkQuiet))
	}
}

// places says where the two parties sign.
func (s *sheet) places() (out [2]Place) {
	for i := range out {
		x := s.left(float64(i)*(contentWidth-signWidth), signWidth)
		out[i] = Place{Page: len(s.pages), X: x, Y: s.signs + 2, Width: signWidth, Height: signHeight}
	}
	return out
}

// foot numbers the pages.
func (s *sheet) foot() {
	for i, p := range s.pages {
		words := strings.NewReplacer("{page}", strconv.Itoa(i+1), "{pages}", strconv.Itoa(len(s.pages))).Replace(s.t.Page)
		st := draw.Style{Size: 9, MinSize: 9, Color: inkQuiet, Padding: -1, Align: draw.AlignCenter}
		p.MarkArtifact()
		if s.err == nil {
			s.err = p.Text(s.fonts, words, marginSide, 40, contentWidth, 14, st)
		}
		p.EndMark()
	}
}
