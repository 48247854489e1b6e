package draw

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// Align says where lines stand in their box.
type Align int

// The alignments. AlignStart is left for left-to-right paragraphs and right
// for right-to-left ones.
const (
	AlignStart Align = iota
	AlignLeft
	AlignCenter
	AlignRight
)

// Style says how text is set. The zero value is black, one line, at a size
// that suits the box.
type Style struct {
	Size      float64 // points; 0: what the box allows, at most 12
	MinSize   float64 // points, floor of shrinking; 0: 6, or Size where that is smaller
	Align     Align
	Color     Color
	Multiline bool    // starts at the top, keeps line breaks and wraps; otherwise one line, centred vertically, wrapped only at the floor
	Padding   float64 // points inside the box, left and right; 0: 2; negative: none
	WrapBelow float64 // points; multi-line text shrinks to this before it wraps; 0: it wraps first
	Middle    bool    // multi-line text is centred vertically
	Ellipsis  bool    // what does not fit at the floor ends in "…" instead of a *FitError
}

// Proportions of set text, in ems.
const (
	lineHeight = 1.3  // from baseline to baseline
	boxHeight  = 1.15 // least height of a box for one line
)

// TextAppearance sets text in a box of w by h points.
func TextAppearance(fs *FontSet, text string, w, h float64, style Style) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	c.raw("/Tx BMC\n")
	if err := c.Text(fs, text, 0, 0, w, h, style); err != nil {
		return nil, err
	}
	c.raw("EMC\n")
	return c.Form(), nil
}

// Text sets text in the box whose lower left corner is x, y. Text that does
// not fit is shrunk to the style's floor, then wrapped; what still does not
// fit is a *FitError, and characters without a glyph are a *MissingError.
func (c *Canvas) Text(fs *FontSet, text string, x, y, w, h float64, style Style) error {
	if err := checkBox(w, h); err != nil {
		return err
	}
	l, err := fs.layout(text, w, h, style)
	if err != nil {
		return err
	}
	c.text(l, x, y, w, h, style)
	return nil
}

// TextHeight is how high text is when set multi-line at style.Size in a box of
// that width, in points.
func (fs *FontSet) TextHeight(text string, w float64, style Style) (float64, error) {
	style.MinSize = style.Size
	l, err := fs.layout(text, w, math.MaxFloat32, style)
	if err != nil {
		return 0, err
	}
	return float64(len(l.lines)) * lineHeight * l.size, nil
}

// block is text broken into lines at a size.
type block struct {
	size  float64 // points
	lines []line
	rtl   []bool // by line
}

// layout finds the largest size at which the text fits.
func (fs *FontSet) layout(text string, w, h float64, style Style) (block, error) {
	if utf8.RuneCountInString(text) > maxRunes {
		return block{}, &InputError{Code: "text_length", Detail: "more than 4000 characters"}
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	paragraphs, err := fs.shapeAll(text, style.Multiline)
	if err != nil {
		return block{}, err
	}
	width := w - 2*style.padding()
	largest, least := style.sizes(h)
	if width <= 0 {
		return block{}, &FitError{Width: w, Height: h, MinSize: least}
	}
	if !style.Multiline {
		if b, ok, err := fs.single(paragraphs, width, h, largest, least); ok || err != nil {
			return b, err
		}
		largest = least
	}
	if style.Multiline && style.WrapBelow > 0 {
		b, ok, err := fs.unwrapped(paragraphs, width, h, largest, max(style.WrapBelow, least))
		if ok || err != nil {
			return b, err
		}
		if largest, err = fs.wholeWords(text, width, largest, least); err != nil {
			return b, err
		}
	}
	b, err := fs.wrapped(paragraphs, w, width, h, largest, least)
	var fit *FitError
	if style.Ellipsis && errors.As(err, &fit) {
		return fs.shortened(paragraphs, width, h, least)
	}
	return b, err
}

// shapeAll shapes each paragraph. In a text of one line, line breaks count as
// spaces.
func (fs *FontSet) shapeAll(text string, multiline bool) ([]paragraph, error) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(text)
	missing, err := fs.missing([]rune(text))
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, &MissingError{Runes: missing}
	}
	parts := []string{strings.ReplaceAll(text, "\n", " ")}
	if multiline {
		parts = strings.Split(text, "\n")
	}
	var out []paragraph
	for _, part := range parts {
		p, err := fs.shapeParagraph([]rune(part))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// single sets one line between the two sizes, where it fits.
func (fs *FontSet) single(ps []paragraph, width, h, largest, least float64) (block, bool, error) {
	lines, err := ps[0].lines(math.Inf(1), fs.byShape())
	if err != nil || len(lines) != 1 {
		return block{}, false, err
	}
	size := min(largest, h/boxHeight)
	if lines[0].width > 0 {
		size = min(size, width/lines[0].width*em)
	}
	size = math.Floor(size*100) / 100
	return block{size: size, lines: lines, rtl: []bool{ps[0].rtl}}, size >= least, nil
}

// wrapped tries sizes from the largest down, half a point at a time.
func (fs *FontSet) wrapped(ps []paragraph, w, width, h, largest, least float64) (block, error) {
	faces := fs.byShape()
	for size := largest; ; size = max(size-0.5, least) {
		b := block{size: size}
		for _, p := range ps {
			lines, err := p.lines(width/size*em, faces)
			if err != nil {
				return block{}, err
			}
			for _, l := range lines {
				b.lines, b.rtl = append(b.lines, l), append(b.rtl, p.rtl)
			}
		}
		if b.fits(width, h) {
			return b, nil
		}
		if size <= least {
			return block{}, &FitError{Width: w, Height: h, MinSize: least}
		}
	}
}

// fits reports whether the lines stay inside; a hundredth of a point of slack
// absorbs rounding.
func (b block) fits(width, h float64) bool {
	if b.height() > h+0.01 {
		return false
	}
	for _, l := range b.lines {
		if l.width*b.size/em > width+0.01 {
			return false
		}
	}
	return true
}

func (b block) height() float64 {
	return b.size * (boxHeight + lineHeight*float64(len(b.lines)-1))
}

func (s Style) padding() float64 {
	switch {
	case s.Padding < 0:
		return 0
	case s.Padding == 0:
		return 2
	}
	return s.Padding
}

// sizes gives the size to begin with and the floor.
func (s Style) sizes(h float64) (largest, least float64) {
	largest = s.Size
	if largest <= 0 {
		largest = 12
		if !s.Multiline {
			largest = min(largest, h/boxHeight)
		}
	}
	least = s.MinSize
	if least <= 0 {
		least = min(6, largest)
	}
	return max(largest, least), least
}
