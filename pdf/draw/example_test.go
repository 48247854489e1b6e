package draw_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// The look of a signature: a QR code beside two lines of text, in a font that is
// handed in as bytes and embedded as a subset.
func Example() {
	font, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := draw.QRPicture("https://consigil.example/verify")
	if err != nil {
		fmt.Println(err)
		return
	}
	panel := draw.Panel{
		Picture: code, Lines: []string{"Őrsi Ágnes", "2026-11-30"}, Frame: true,
		Fonts: draw.NewFontSet(draw.Font{Name: "NotoSans-Regular", Data: font}),
	}
	look, err := panel.Draw(200, 60)
	if err != nil {
		fmt.Println(err)
		return
	}

	b := pdf.NewBuilder() // stores objects, as pdf.Update does
	refs, err := draw.Store(b, look)
	if err != nil {
		fmt.Println(err)
		return
	}
	b.AddPage(300, 100, pdf.Dict{"XObject": pdf.Dict{"Look": refs[0]}}, []byte("q 1 0 0 1 50 20 cm /Look Do Q"))
	var file bytes.Buffer
	if _, err := b.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(look.Width, look.Height, bytes.Contains(file.Bytes(), []byte("FontFile2")))
	// Output: 200 60 true
}

// A character that no font has is named before anything is drawn.
func ExampleFontSet_Check() {
	font, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fs := draw.NewFontSet(draw.Font{Name: "NotoSans-Regular", Data: font})
	fmt.Println(fs.Check("Árvíztűrő"), fs.Check("合"))
	// Output: <nil> draw: no font has 合 (U+5408)
}
