// Package fonts holds the application's own fonts, one regular face a script:
// Noto Sans for Latin, Cyrillic and Greek, and its companions for Devanagari,
// Arabic, Chinese with kana, and Korean (SIL Open Font License 1.1, texts in
// ttf/). It draws nothing, and reads nothing until text is drawn.
package fonts

import (
	_ "embed" // the fonts are part of the program

	"github.com/consigil/consigil/pdf/draw"
)

//go:embed ttf/NotoSans-Regular.ttf
var latin []byte

//go:embed ttf/NotoSansDevanagari-Regular.ttf
var devanagari []byte

//go:embed ttf/NotoSansArabic-Regular.ttf
var arabic []byte

//go:embed ttf/NotoSansSC-Regular.ttf
var chinese []byte

//go:embed ttf/NotoSansKR-Regular.ttf
var korean []byte

// Set gives the fonts in order of preference, those first that are given. Each call
// makes a set of its own, which keeps what it has read: share one.
func Set(first ...draw.Font) *draw.FontSet {
	return draw.NewFontSet(append(first,
		draw.Font{Name: "NotoSans-Regular", Data: latin},
		draw.Font{Name: "NotoSansDevanagari-Regular", Data: devanagari},
		draw.Font{Name: "NotoSansArabic-Regular", Data: arabic},
		draw.Font{Name: "NotoSansSC-Regular", Data: chinese},
		draw.Font{Name: "NotoSansKR-Regular", Data: korean},
	)...)
}
