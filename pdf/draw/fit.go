package draw

import (
	"math"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/font"
)

// unwrapped sets each paragraph on one line between the two sizes, where they
// fit.
func (fs *FontSet) unwrapped(ps []paragraph, width, h, largest, least float64) (block, bool, error) {
	b := block{}
	for _, p := range ps {
		lines, err := p.lines(math.Inf(1), fs.byShape())
		if err != nil || len(lines) != 1 {
			return block{}, false, err
		}
		b.lines, b.rtl = append(b.lines, lines[0]), append(b.rtl, p.rtl)
	}
	b.size = min(largest, h/(boxHeight+lineHeight*float64(len(b.lines)-1)))
	if w := widest(b.lines); w > 0 {
		b.size = min(b.size, width/w*em)
	}
	b.size = math.Floor(b.size*100) / 100
	return b, b.size >= least, nil
}

// smallestWhole is how far above the floor words are kept whole, as a factor.
const smallestWhole = 1.4

// wholeWords is the largest size at which no word is wider than the box, where that
// is not too small; words that are longer still are broken.
func (fs *FontSet) wholeWords(text string, width, largest, least float64) (float64, error) {
	size := largest
	for _, word := range strings.Fields(text) {
		p, err := fs.shapeParagraph([]rune(word))
		if err != nil {
			return largest, err
		}
		lines, err := p.lines(math.Inf(1), fs.byShape())
		if err != nil {
			return largest, err
		}
		if w := widest(lines); w > 0 {
			size = min(size, width/w*em)
		}
	}
	if size < least*smallestWhole {
		return largest, nil
	}
	return math.Floor(size*100) / 100, nil
}

// shortened sets text at the floor and cuts it until it fits: lines that have no
// room at all first, then the end of whichever line is longest.
func (fs *FontSet) shortened(ps []paragraph, width, h, size float64) (block, error) {
	room := int((h/size-boxHeight)/lineHeight+0.01) + 1
	if h < boxHeight*size-0.01 {
		return block{}, &FitError{Width: width, Height: h, MinSize: size}
	}
	c := cutter{fs: fs, faces: fs.byShape(), width: width / size * em}
	if err := c.take(ps[:min(len(ps), room)], len(ps) > room); err != nil {
		return block{}, err
	}
	for c.count() > room || widest(c.all()) > c.width+1 {
		if more, err := c.cut(); err != nil {
			return block{}, err
		} else if !more {
			return block{}, &FitError{Width: width, Height: h, MinSize: size}
		}
	}
	b := block{size: size}
	for i, lines := range c.lines {
		for _, l := range lines {
			b.lines, b.rtl = append(b.lines, l), append(b.rtl, c.ps[i].rtl)
		}
	}
	return b, nil
}

// cutter shortens paragraphs one at a time. It keeps of each what has been
// shaped.
type cutter struct {
	fs    *FontSet
	faces map[*font.Face]*face
	width float64 // thousandths of an em
	ps    []paragraph
	texts [][]rune // without their ellipsis
	lines [][]line
}

func (c *cutter) take(ps []paragraph, more bool) error {
	c.ps, c.texts, c.lines = ps, make([][]rune, len(ps)), make([][]line, len(ps))
	for i, p := range ps {
		c.texts[i] = p.text
		var err error
		if c.lines[i], err = p.lines(c.width, c.faces); err != nil {
			return err
		}
	}
	if more {
		return c.set(len(ps)-1, c.texts[len(ps)-1])
	}
	return nil
}

func (c *cutter) count() int {
	n := 0
	for _, l := range c.lines {
		n += len(l)
	}
	return n
}

func (c *cutter) all() (all []line) {
	for _, l := range c.lines {
		all = append(all, l...)
	}
	return all
}

// cut takes a tenth off the longest paragraph; more is false where nothing is
// left to take.
func (c *cutter) cut() (more bool, err error) {
	longest := 0
	for i := range c.texts {
		if len(c.texts[i]) > len(c.texts[longest]) {
			longest = i
		}
	}
	text := c.texts[longest]
	if len(text) == 0 {
		return false, nil
	}
	return true, c.set(longest, whole(text, len(text)-max(1, len(text)/10)))
}

// set shapes a paragraph anew, with an ellipsis.
func (c *cutter) set(i int, text []rune) error {
	mark := []rune("…")
	if missing, err := c.fs.missing(mark); err != nil || len(missing) > 0 {
		mark = []rune("...")
	}
	p, err := c.fs.shapeParagraph(append(append([]rune{}, text...), mark...))
	if err != nil {
		return err
	}
	lines, err := p.lines(c.width, c.faces)
	c.ps[i], c.texts[i], c.lines[i] = p, text, lines
	return err
}

// whole is the beginning of text, n characters or a few less: no letter is parted
// from its marks, and no space stands at the end.
func whole(text []rune, n int) []rune {
	for n > 0 && n < len(text) && (unicode.In(text[n], unicode.M) || invisible(text[n]) || invisible(text[n-1])) {
		n--
	}
	for n > 0 && unicode.IsSpace(text[n-1]) {
		n--
	}
	return text[:n]
}
