package draw

import (
	"slices"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
)

// maxRunes bounds one drawing's text; it also keeps the shaper's 26.6 numbers
// far from their end.
const maxRunes = 4000

// em is the size at which text is shaped: lengths come out in thousandths.
const em = 1000

// glyph is one placed glyph. Lengths are thousandths of an em.
type glyph struct {
	gid        uint16
	advance    float64
	xOff, yOff float64
}

// cluster is the least piece of text that has glyphs of its own.
type cluster struct {
	start  int // index of its first rune in the paragraph
	text   string
	glyphs []glyph
}

// run is a stretch of one line in one font, left to right as seen.
type run struct {
	face     *face
	rtl      bool
	clusters []cluster
}

// line is one line, left to right as seen.
type line struct {
	runs  []run
	width float64 // thousandths of an em
}

// paragraph is shaped text before it is broken into lines.
type paragraph struct {
	text []rune
	rtl  bool
	outs []shaping.Output
}

// shapeParagraph shapes text without line breaks. The set is locked.
func (fs *FontSet) shapeParagraph(text []rune) (p paragraph, err error) {
	p = paragraph{text: text, rtl: startsRTL(text)}
	if len(text) == 0 {
		return p, nil
	}
	if len(fs.faces) == 0 {
		return p, fontError("no fonts given")
	}
	chooser := &faceChooser{fs: fs}
	input := shaping.Input{Text: text, RunEnd: len(text), Direction: p.direction(), Size: em * 64}
	err = guard(func() error {
		for _, in := range fs.runs.Split(input, chooser) {
			p.outs = append(p.outs, fs.shaper.Shape(in))
		}
		return chooser.err
	})
	if err != nil {
		return p, err
	}
	return p, p.check()
}

// check reports glyphs that no font had after all.
func (p paragraph) check() error {
	var missing []rune
	for _, out := range p.outs {
		for _, g := range out.Glyphs {
			if g.GlyphID == 0 || g.GlyphID > 0xFFFF {
				missing = append(missing, p.text[g.TextIndex()])
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return &MissingError{Runes: slices.Compact(missing)}
}

func (p paragraph) direction() di.Direction {
	if p.rtl {
		return di.DirectionRTL
	}
	return di.DirectionLTR
}

// lines breaks the paragraph where lines exceed width, thousandths of an em.
// The wrapper measures before kerning, and inside a word that is longer than a
// line breaks one character too late: it is given less room until it breaks
// elsewhere, or cannot.
func (p paragraph) lines(width float64, faces map[*font.Face]*face) ([]line, error) {
	if len(p.outs) == 0 {
		return []line{{}}, nil
	}
	lines, err := p.wrap(width, faces)
	less := widest(lines) - width
	for range mostWraps {
		if err != nil || widest(lines) <= width || less >= width {
			break
		}
		lines, err = p.wrap(width-less, faces)
		less *= 2
	}
	return lines, err
}

// mostWraps bounds how often one paragraph is wrapped anew.
const mostWraps = 8

func widest(lines []line) float64 {
	w := 0.0
	for _, l := range lines {
		w = max(w, l.width)
	}
	return w
}

func (p paragraph) wrap(width float64, faces map[*font.Face]*face) ([]line, error) {
	outs := make([]shaping.Output, len(p.outs)) // the wrapper writes into glyphs
	for i, o := range p.outs {
		o.Glyphs = slices.Clone(o.Glyphs)
		outs[i] = o
	}
	var lines []line
	err := guard(func() error {
		var wrap shaping.LineWrapper
		// The wrapper tells white space by its extents, which this package does not load.
		config := shaping.WrapConfig{Direction: p.direction(), DisableTrailingWhitespaceTrim: true}
		got, _ := wrap.WrapParagraph(config, int(min(width, 1e7)), p.text, shaping.NewSliceIterator(outs))
		for _, l := range got {
			lines = append(lines, p.line(l, faces))
		}
		return nil
	})
	return lines, err
}

// line puts the runs of one line into the order in which they are seen.
func (p paragraph) line(outs shaping.Line, faces map[*font.Face]*face) line {
	outs = slices.Clone(outs)
	slices.SortFunc(outs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	var l line
	for _, o := range outs {
		r := run{face: faces[o.Face], rtl: o.Direction == di.DirectionRTL}
		for _, g := range o.Glyphs {
			r.add(p.text, g)
		}
		l.runs = append(l.runs, r)
	}
	l.trim(p.rtl)
	for _, r := range l.runs {
		l.width += r.width()
	}
	return l
}

// trim takes the width from white space at the end of a line, which is the left
// end in a paragraph that reads from right to left.
func (l *line) trim(rtl bool) {
	for i := range l.runs {
		r := &l.runs[i]
		if !rtl {
			r = &l.runs[len(l.runs)-1-i]
		}
		for j := range r.clusters {
			cl := &r.clusters[j]
			if !rtl {
				cl = &r.clusters[len(r.clusters)-1-j]
			}
			if strings.TrimSpace(cl.text) != "" {
				return
			}
			for k := range cl.glyphs {
				cl.glyphs[k].advance = 0
			}
		}
	}
}

// width is the run's advance, thousandths of an em.
func (r run) width() float64 {
	w := 0.0
	for _, cl := range r.clusters {
		for _, g := range cl.glyphs {
			w += g.advance
		}
	}
	return w
}

// add appends a glyph, to the last cluster where it belongs there.
func (r *run) add(text []rune, g shaping.Glyph) {
	out := glyph{gid: uint16(g.GlyphID), advance: units(g.Advance), xOff: units(g.XOffset), yOff: units(g.YOffset)}
	start := g.TextIndex()
	if n := len(r.clusters); n > 0 && r.clusters[n-1].start == start {
		r.clusters[n-1].glyphs = append(r.clusters[n-1].glyphs, out)
		return
	}
	end := min(start+g.RunesCount(), len(text))
	r.clusters = append(r.clusters, cluster{start: start, text: string(text[start:end]), glyphs: []glyph{out}})
}

// units reads the shaper's 26.6 numbers.
func units[T ~int32](v T) float64 { return float64(v) / 64 }

// startsRTL reports whether the first letter reads right to left.
func startsRTL(text []rune) bool {
	for _, r := range text {
		switch language.LookupScript(r) {
		case language.Common, language.Inherited, language.Unknown:
			continue
		case language.Arabic, language.Hebrew, language.Syriac, language.Thaana, language.Nko, language.Adlam:
			return true
		}
		return false
	}
	return false
}

// faceChooser picks a font for each character.
type faceChooser struct {
	fs  *FontSet
	err error
}

// ResolveFace implements shaping.Fontmap. Characters without a font get the
// first one: the missing glyph is found afterwards.
func (c *faceChooser) ResolveFace(r rune) *font.Face {
	f, err := c.fs.find(r)
	if err != nil {
		c.err = err
	}
	if f == nil {
		f = c.fs.faces[0]
	}
	return f.shape
}

// byShape maps the shaper's faces back to ours.
func (fs *FontSet) byShape() map[*font.Face]*face {
	m := make(map[*font.Face]*face, len(fs.faces))
	for _, f := range fs.faces {
		if f.shape != nil {
			m[f.shape] = f
		}
	}
	return m
}
