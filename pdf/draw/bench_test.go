package draw_test

import (
	"testing"

	"github.com/consigil/consigil/pdf/draw"
)

func BenchmarkTypedSignature(b *testing.B) {
	fs := testFonts(b)
	for b.Loop() {
		f, err := draw.SignatureTyped(fs, "Őry Ágnes Margit", "", 180, 40)
		store(b, must(b, f, err))
	}
}

func BenchmarkChinese(b *testing.B) {
	fs := testFonts(b)
	for b.Loop() {
		f, err := draw.TextAppearance(fs, "中华人民共和国合同", 180, 40, draw.Style{})
		store(b, must(b, f, err))
	}
}

func BenchmarkPlainLine(b *testing.B) {
	fs := testFonts(b)
	for b.Loop() {
		f, err := draw.TextAppearance(fs, "2026-11-22", 80, 14, draw.Style{})
		must(b, f, err)
	}
}
