package draw_test

import (
	"os"
	"path/filepath"
	"testing"

	subset "github.com/tdewolff/font"

	"github.com/consigil/consigil/pdf/draw"
)

// smallFont is a whole font of a few glyphs, for mutation.
func smallFont(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := subset.ParseSFNT(data, 0)
	if err != nil {
		t.Fatal(err)
	}
	glyphs := []uint16{0}
	for _, r := range "abcÁő .fi" {
		glyphs = append(glyphs, whole.GlyphIndex(r))
	}
	small, err := whole.Subset(glyphs, subset.SubsetOptions{Tables: subset.KeepMinTables})
	if err != nil {
		t.Fatal(err)
	}
	return small.Write()
}

func TestSmallFontDraws(t *testing.T) {
	fs := draw.NewFontSet(draw.Font{Name: "Small", Data: smallFont(t)})
	f, err := draw.TextAppearance(fs, "abc Áő.", 100, 20, draw.Style{})
	store(t, must(t, f, err))
}

func FuzzFont(f *testing.F) {
	f.Add(smallFont(f), "abc Áő.")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		if len(text) > 200 {
			return
		}
		fs := draw.NewFontSet(draw.Font{Name: "Fuzz", Data: data})
		form, err := draw.TextAppearance(fs, text, 100, 50, draw.Style{Multiline: true})
		if err != nil {
			return
		}
		_, _ = draw.Store(&recorder{}, form)
	})
}

func FuzzText(f *testing.F) {
	f.Add("Árvíz", 100.0, 20.0, false)
	f.Add("السلام عليكم\nabc", 60.0, 40.0, true)
	f.Add("क्षत्रिय", 60.0, 40.0, true)
	fs := testFonts(f)
	f.Fuzz(func(t *testing.T, text string, w, h float64, multiline bool) {
		form, err := draw.TextAppearance(fs, text, w, h, draw.Style{Multiline: multiline})
		if err == nil {
			store(t, form)
		}
	})
}

func FuzzImage(f *testing.F) {
	f.Add(inkPNG(f))
	f.Add(inkJPEG(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		small, err := draw.ShrinkImage(data, 50, 50)
		if err != nil {
			return
		}
		form, err := draw.SignatureImage(small, 40, 20)
		store(t, must(t, form, err))
	})
}
