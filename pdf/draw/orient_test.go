package draw

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// TestOrientation marks one corner of a picture and asks where it is seen.
func TestOrientation(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 32, 16))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range 8 { // top left is dark
		for x := range 8 {
			img.SetGray(x, y, color.Gray{})
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	corners := map[int]string{1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left", 5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}
	for how, want := range corners {
		got, err := decodeImage(withOrientation(buf.Bytes(), byte(how)))
		if err != nil {
			t.Fatal(err)
		}
		if wide := got.Bounds().Dx() > got.Bounds().Dy(); wide != (how < 5) {
			t.Errorf("%d: %v", how, got.Bounds())
		}
		if s := darkCorner(got); s != want {
			t.Errorf("%d: dark at %s, want %s", how, s, want)
		}
	}
}

// withOrientation puts an Exif segment behind the start of a JPEG.
func withOrientation(data []byte, how byte) []byte {
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	exif = append(exif, how, 0, 0, 0, 0, 0, 0)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(out, data[2:]...)
}

func darkCorner(img image.Image) string {
	b := img.Bounds()
	for name, p := range map[string]image.Point{
		"top left": {2, 2}, "top right": {b.Dx() - 3, 2},
		"bottom left": {2, b.Dy() - 3}, "bottom right": {b.Dx() - 3, b.Dy() - 3},
	} {
		if r, _, _, _ := img.At(p.X, p.Y).RGBA(); r < 0x4000 {
			return name
		}
	}
	return "nowhere"
}

func FuzzOrientation(f *testing.F) {
	f.Add(withOrientation([]byte{0xff, 0xd8, 0xff, 0xd9}, 6))
	f.Fuzz(func(t *testing.T, data []byte) {
		if v := orientation(data); v < 1 || v > 8 {
			t.Error(v)
		}
	})
}
