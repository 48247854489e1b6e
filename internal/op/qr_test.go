package op

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestQRPath paints the path and compares it with the code module by module.
func TestQRPath(t *testing.T) {
	const address = "https://sign.example/s/" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz01"
	v, err := qrOf(address)
	if err != nil {
		t.Fatal(err)
	}
	painted := map[[2]int]bool{}
	for _, part := range strings.Split(strings.TrimSuffix(v.Path, "z"), "z") {
		var x, y, w, back int
		if _, err := fmt.Sscanf(part, "M%d %dh%dv1h-%d", &x, &y, &w, &back); err != nil || w != back {
			t.Fatalf("%q: %v", part, err)
		}
		for i := range w {
			painted[[2]int{x + i, y}] = true
		}
	}
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Bounds().Dx()
	if v.Size != size+8 {
		t.Errorf("size %d of %d modules", v.Size, size)
	}
	for y := range size {
		for x := range size {
			if want := code.At(x, y) == color.Black; painted[[2]int{x + 4, y + 4}] != want {
				t.Fatalf("module %d,%d", x, y)
			}
		}
	}
	if _, err := qrOf(strings.Repeat("x", 5000)); err == nil {
		t.Error("an address too long for any code was drawn")
	}
}
