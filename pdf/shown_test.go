package pdf

import "testing"

// TestFromShown places a box in the lower left corner of a page as it is seen, for
// each turn, on a page whose boxes do not begin at zero.
func TestFromShown(t *testing.T) {
	box := Rect{URX: 30, URY: 10}
	for rotate, want := range map[int]Rect{
		0: {100, 50, 130, 60}, 90: {290, 50, 300, 80}, 180: {270, 140, 300, 150}, 270: {100, 120, 110, 150},
	} {
		p := Page{CropBox: Rect{100, 50, 300, 150}, Rotate: rotate}
		if got := p.FromShown(box); got != want {
			t.Errorf("%d: %v, want %v", rotate, got, want)
		}
		if w, h := p.Shown(); rotate%180 == 0 && (w != 200 || h != 100) || rotate%180 != 0 && (w != 100 || h != 200) {
			t.Errorf("%d: shown %v x %v", rotate, w, h)
		}
	}
}
