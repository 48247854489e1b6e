package draw

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
	subset "github.com/tdewolff/font"
)

// Font is one TrueType face: a name for the PDF and the bytes of its file,
// which are read when first needed and must not change.
type Font struct {
	Name string // PostScript name, ASCII letters, digits and hyphens: "NotoSans-Regular"
	Data []byte
}

// FontSet is an ordered choice of fonts: a character is set in the first that
// has it. It may be used by many goroutines.
type FontSet struct {
	mu     sync.Mutex
	faces  []*face
	shaper shaping.HarfbuzzShaper
	runs   shaping.Segmenter
}

// NewFontSet makes a set; fonts that cannot be read are reported when first
// needed.
func NewFontSet(fonts ...Font) *FontSet {
	fs := &FontSet{}
	for _, f := range fonts {
		fs.faces = append(fs.faces, &face{font: f})
	}
	return fs
}

// face is a font as far as it has been read.
type face struct {
	font Font

	loaded  bool // tables and shape are set, or err
	err     error
	tables  map[string][]byte
	shape   *font.Face
	upem    float64
	ascent  float64 // parts of an em above the baseline
	descent float64 // parts of an em below it, positive

	subsetOnce sync.Once
	subsetErr  error
	outlines   *subset.SFNT
	subsetMu   sync.Mutex
}

// load reads what shaping needs.
func (f *face) load() error {
	if !f.loaded {
		f.loaded = true
		f.err = guard(f.read)
	}
	return f.err
}

func (f *face) read() error {
	if !validFontName(f.font.Name) {
		return fontError("name")
	}
	tables, err := sfntTables(f.font.Data)
	if err != nil {
		return err
	}
	shape, err := font.ParseTTF(bytes.NewReader(withoutOutlines(tables)))
	if err != nil {
		return fontError(err.Error())
	}
	ext, ok := shape.FontHExtents()
	f.upem = float64(shape.Upem())
	if !ok || len(tables["head"]) < 54 || f.upem < 16 || f.upem > 16384 {
		return fontError("metrics")
	}
	f.ascent, f.descent = float64(ext.Ascender)/f.upem, -float64(ext.Descender)/f.upem
	f.tables, f.shape = tables, shape
	return nil
}

// outline reads what subsetting needs.
func (f *face) outline() (*subset.SFNT, error) {
	f.subsetOnce.Do(func() {
		f.subsetErr = guard(func() (err error) {
			f.outlines, err = subset.ParseEmbeddedSFNT(f.font.Data, 0)
			return err
		})
	})
	return f.outlines, f.subsetErr
}

// width is a glyph's nominal advance in thousandths of an em, whole, as the
// PDF's /W has it.
func (f *face) width(gid uint16) int {
	w := float64(f.shape.HorizontalAdvance(font.GID(gid))) * 1000 / f.upem
	return int(w + 0.5)
}

// has reports whether the font has a glyph of its own for r.
func (f *face) has(r rune) bool {
	gid, ok := f.shape.NominalGlyph(r)
	return ok && gid != 0
}

func validFontName(name string) bool {
	if name == "" || len(name) > 63 {
		return false
	}
	for _, c := range []byte(name) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// guard turns a panic of a font library on a damaged font into an error.
func guard(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fontError(fmt.Sprint("damaged: ", p))
		}
	}()
	return fn()
}
