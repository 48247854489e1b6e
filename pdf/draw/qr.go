package draw

import (
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// MaxQRBytes bounds the text of a QR code: more is not read by any telephone from
// a signature's size.
const MaxQRBytes = 1000

// quietZone is the margin that ISO/IEC 18004 asks for, in modules.
const quietZone = 4

type qrCode struct{ code barcode.Barcode }

// QR draws text as a QR code (ISO/IEC 18004, correction level M), black on white
// with its quiet zone, as large as a box of w by h points allows.
func QR(text string, w, h float64) (*Form, error) {
	code, err := encodeQR(text)
	if err != nil {
		return nil, err
	}
	return code.form(w, h)
}

func encodeQR(text string) (*qrCode, error) {
	if text == "" || len(text) > MaxQRBytes {
		return nil, &InputError{Code: "qr_length", Detail: "a QR code takes 1 to 1000 bytes of text"}
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, &InputError{Code: "qr_length", Detail: "the text does not fit into a QR code"}
	}
	return &qrCode{code}, nil
}

func (q *qrCode) dark(x, y int) bool {
	return color.GrayModel.Convert(q.code.At(x, y)).(color.Gray).Y < 128
}

// form draws the modules of each row in runs. All are one path: readers smooth the
// edges of paths, and would show hairs between two of them.
func (q *qrCode) form(w, h float64) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	modules := q.code.Bounds().Dx()
	side := min(w, h)
	unit := side / float64(modules+2*quietZone)
	left, top := (w-side)/2, (h+side)/2
	c.Rect(left, top-side, side, side, Color{1, 1, 1})
	c.op("q ", Color{}, "rg ", unit, "0 0 ", unit, left+quietZone*unit, top-(quietZone+float64(modules))*unit, "cm\n")
	for y := range modules {
		for x := 0; x < modules; x++ {
			from := x
			for x < modules && q.dark(x, y) {
				x++
			}
			if x > from {
				c.op(float64(from), float64(modules-1-y), float64(x-from), "1 re\n")
			}
		}
	}
	c.raw("f Q\n")
	return c.Form(), nil
}
