// Package fonts holds the application's own fonts, one regular face a script
// (Noto, SIL Open Font License 1.1). It reads nothing until text is drawn.
package fonts

import "github.com/consigil/consigil/pdf/draw"

// Set gives the fonts in order of preference. Each call makes a set of its
// own; share one.
func Set() *draw.FontSet { return draw.NewFontSet() }
