package draw

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Missing lists the characters of text that no font has, each once.
func (fs *FontSet) Missing(text string) ([]rune, error) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.missing([]rune(text))
}

// Check gives a *MissingError where a character of text has no glyph.
func (fs *FontSet) Check(text string) error {
	missing, err := fs.Missing(text)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return &MissingError{Runes: missing}
	}
	return nil
}

func (fs *FontSet) missing(text []rune) ([]rune, error) {
	var out []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if seen[r] || invisible(r) {
			continue
		}
		seen[r] = true
		f, err := fs.find(r)
		if err != nil {
			return nil, err
		}
		if f == nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// find gives the first font that has r, nil where none does.
func (fs *FontSet) find(r rune) (*face, error) {
	if refused(r) {
		return nil, nil
	}
	for _, f := range fs.faces {
		if err := f.load(); err != nil {
			return nil, err
		}
		if f.has(r) {
			return f, nil
		}
	}
	return nil, nil
}

// invisible are characters that need no glyph: line breaks, tabs, and joiners,
// marks of direction and variation selectors, which only guide shaping.
func invisible(r rune) bool {
	switch {
	case r == '\n', r == '\r', r == '\t', r == 0x034F, r == 0x061C:
		return true
	case r >= 0x200B && r <= 0x200F, r == 0x2060:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}

// refused are characters that are never drawn whatever the fonts say: controls,
// replacement of damaged UTF-8, and overrides of direction, which can make a
// text look like another.
func refused(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Co, r):
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func runeName(r rune) string {
	if unicode.IsGraphic(r) && !unicode.Is(unicode.Mn, r) && r != utf8.RuneError {
		return fmt.Sprintf("%c (U+%04X)", r, r)
	}
	return fmt.Sprintf("U+%04X", r)
}
