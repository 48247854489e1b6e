package draw_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/pdf/draw"
)

// testFonts reads the fonts of the application, which stand beside.
func testFonts(t testing.TB) *draw.FontSet {
	t.Helper()
	var fonts []draw.Font
	for _, name := range []string{"NotoSans", "NotoSansDevanagari", "NotoSansArabic", "NotoSansSC", "NotoSansKR"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", name+"-Regular.ttf"))
		if err != nil {
			t.Fatal(err)
		}
		fonts = append(fonts, draw.Font{Name: name + "-Regular", Data: data})
	}
	return draw.NewFontSet(fonts...)
}
