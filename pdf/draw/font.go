package draw

import "sync"

// Font is one TrueType face: a name for the PDF and the bytes of its file,
// which are read when first needed and must not change.
type Font struct {
	Name string // PostScript name, ASCII letters, digits and hyphens: "NotoSans-Regular"
	Data []byte
}

// FontSet is an ordered choice of fonts: a character is set in the first that
// has it. It may be used by many goroutines.
type FontSet struct {
	mu    sync.Mutex
	faces []*face
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

// Missing lists the characters of text that no font has, each once.
func (fs *FontSet) Missing(text string) ([]rune, error) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.missing(text)
}
