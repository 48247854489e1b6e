package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
)

// formPDF is a file with a text field, empty signature fields in a group, and one
// whose author asks for a reason, a certification and a lock.
func formPDF() []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 8 0 R]>>>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R 6 0 R 7 0 R 8 0 R]>>",
		"<</FT/Tx/T(Text)/Subtype/Widget/Rect[10 10 90 30]>>",
		"<</T(Contract)/Kids[6 0 R 7 0 R]>>",
		"<</FT/Sig/T(Buyer)/Parent 5 0 R/Subtype/Widget/Rect[10 50 130 90]>>",
		"<</FT/Sig/T(Seller)/Parent 5 0 R/Subtype/Widget/Rect[150 50 270 90]>>",
		"<</FT/Sig/T(Seeded)/Subtype/Widget/Rect[0 0 0 0]/Lock<</Type/SigFieldLock/Action/All>>" +
			"/SV<</Type/SV/Ff 8/Reasons[(I agree)(I approve)]/MDP<</P 2>>>>>>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

// inkPNG is a picture with transparent paper.
func inkPNG() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 60, 20))
	for x := range 60 {
		img.Set(x, 10+x%7, color.NRGBA{B: 160, A: uint8(100 + x)})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// ownFont is one of the program's fonts, given as a file.
func ownFont() []byte {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		panic(err)
	}
	return data
}
