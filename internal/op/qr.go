package op

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// QRView is a QR code as one SVG path, for `<path d="…">` in a viewBox of size by size.
type QRView struct {
	Size int    `json:"size" doc:"Modules on a side, the quiet zone of four on each side included"`
	Path string `json:"path" doc:"SVG path data of the dark modules"`
}

// quietZone is the margin that the standard asks for, in modules.
const quietZone = 4

// qrOf draws an address as a QR code.
func qrOf(address string) (*QRView, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("op: draw QR code: %w", err)
	}
	dark := func(x, y int) bool { return color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 }
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, n, n)
			}
		}
	}
	return &QRView{Size: size + 2*quietZone, Path: path.String()}, nil
}
