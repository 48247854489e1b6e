package draw

import (
	"math"
	"strconv"
	"strings"
)

// Canvas collects drawing. Its origin is the lower left corner; units are
// points.
type Canvas struct {
	form *Form
	buf  strings.Builder
}

// NewCanvas starts an empty drawing of w by h points.
func NewCanvas(w, h float64) *Canvas {
	return &Canvas{form: &Form{Width: w, Height: h}}
}

func newCanvas(w, h float64) (*Canvas, error) {
	if err := checkBox(w, h); err != nil {
		return nil, err
	}
	return NewCanvas(w, h), nil
}

// checkBox refuses boxes that no page can hold (ISO 32000-2 annex C: 14,400).
func checkBox(w, h float64) error {
	if !(w > 0 && h > 0 && w <= 14400 && h <= 14400) {
		return &InputError{Code: "box", Detail: "width and height must be between 0 and 14400 points"}
	}
	return nil
}

// Form gives what was drawn so far.
func (c *Canvas) Form() *Form {
	c.flush()
	return c.form
}

// Line draws a line of the given width.
func (c *Canvas) Line(x1, y1, x2, y2, width float64, color Color) {
	c.op("q ", color, "RG ", width, "w ", x1, y1, "m ", x2, y2, "l S Q\n")
}

// Rect fills a rectangle.
func (c *Canvas) Rect(x, y, w, h float64, fill Color) {
	c.op("q ", fill, "rg ", x, y, w, h, "re f Q\n")
}

// Frame strokes a rectangle; the line stays inside it.
func (c *Canvas) Frame(x, y, w, h, width float64, color Color) {
	c.op("q ", color, "RG ", width, "w ", x+width/2, y+width/2, w-width, h-width, "re S Q\n")
}

// Place draws another form with its lower left corner at x, y.
func (c *Canvas) Place(f *Form, x, y float64) {
	c.op("q 1 0 0 1 ", x, y, "cm\n")
	c.flush()
	c.form.pieces = append(c.form.pieces, f.pieces...)
	c.raw("Q\n")
}

// op writes operators (strings, with their spacing) and operands.
func (c *Canvas) op(parts ...any) {
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			c.buf.WriteString(v)
		case float64:
			c.buf.WriteString(number(v))
			c.buf.WriteByte(' ')
		case Color:
			c.op(clamp(v.R), clamp(v.G), clamp(v.B))
		}
	}
}

func (c *Canvas) raw(s string) { c.buf.WriteString(s) }

// flush ends the run of plain operators.
func (c *Canvas) flush() {
	if c.buf.Len() > 0 {
		c.form.pieces = append(c.form.pieces, piece{raw: c.buf.String()})
		c.buf.Reset()
	}
}

// text sets the lines of a block in its box.
func (c *Canvas) text(b block, x, y, w, h float64, style Style) {
	baseline := y + h - 0.95*b.size
	if !style.Multiline || style.Middle {
		baseline -= (h - b.height()) / 2
	}
	for i, l := range b.lines {
		left := x + style.padding()
		room := w - 2*style.padding() - l.width*b.size/em
		switch {
		case style.Align == AlignCenter:
			left += room / 2
		case style.Align == AlignRight, style.Align == AlignStart && b.rtl[i]:
			left += room
		}
		c.line(l, left, baseline, b.size, style.Color)
		baseline -= lineHeight * b.size
	}
}

// line sets one line with its left end at x.
func (c *Canvas) line(l line, x, baseline, size float64, color Color) {
	c.flush()
	for _, r := range l.runs {
		c.form.pieces = append(c.form.pieces, piece{run: &placed{run: r, x: x, y: baseline, size: size, color: color}})
		x += r.width() * size / em
	}
}

// number writes v as PDF does, to a thousandth.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	s := strconv.FormatFloat(v, 'f', 3, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

func clamp(v float64) float64 { return min(max(v, 0), 1) }
