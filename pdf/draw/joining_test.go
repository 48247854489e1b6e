package draw

import (
	"os"
	"path/filepath"
	"testing"
)

// TestArabicLettersJoin holds every letter that joins on both sides to a form of its own at the start, in the middle
// and at the end of a word: a face whose letters are put together from parts comes out of the shaper with isolated
// forms, so that a name reads like another.
func TestArabicLettersJoin(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSansArabic-Regular.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	fs := NewFontSet(Font{Name: "NotoSansArabic-Regular", Data: data})
	for _, letter := range "بتثجحخسشصضطظعغفقكلمنهيئپچگکی" {
		alone := glyphsOf(t, fs, string(letter))
		word := glyphsOf(t, fs, string([]rune{letter, letter, letter}))
		if len(alone) != 1 || len(word) != 3 {
			t.Errorf("%c: %d glyphs alone, %d in a word", letter, len(alone), len(word))
			continue
		}
		end, middle, start := word[0], word[1], word[2]
		if start == alone[0] || middle == alone[0] || start == end || middle == end {
			t.Errorf("%c does not join: %v alone, %v at the start, %v in the middle, %v at the end", letter, alone[0], start, middle, end)
		}
	}
}

func glyphsOf(t *testing.T, fs *FontSet, text string) []uint32 {
	t.Helper()
	fs.mu.Lock()
	defer fs.mu.Unlock()
	p, err := fs.shapeParagraph([]rune(text))
	if err != nil {
		t.Fatal(err)
	}
	var ids []uint32
	for _, out := range p.outs {
		for _, g := range out.Glyphs {
			ids = append(ids, uint32(g.GlyphID))
		}
	}
	return ids
}
