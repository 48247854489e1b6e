package draw

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// orientation reads how a camera says a JPEG is to be turned: 1 (as it is) to
// 8, the values of the Exif tag 0x0112. Anything unusual counts as 1.
func orientation(data []byte) int {
	for pos := 2; pos+4 <= len(data) && data[pos] == 0xff; {
		marker := data[pos+1]
		n := int(binary.BigEndian.Uint16(data[pos+2:]))
		if marker == 0xda || n < 2 || pos+2+n > len(data) {
			return 1
		}
		segment := data[pos+4 : pos+2+n]
		if marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return exifOrientation(segment[6:])
		}
		pos += 2 + n
	}
	return 1
}

// exifOrientation looks through the first directory of a TIFF structure.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	dir := int64(order.Uint32(tiff[4:]))
	if dir+2 > int64(len(tiff)) {
		return 1
	}
	n := int64(order.Uint16(tiff[dir:]))
	for i := range n {
		at := dir + 2 + 12*i
		if at+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[at:]) == 0x0112 {
			if v := int(order.Uint16(tiff[at+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turned shows an image as its orientation asks.
type turned struct {
	image.Image
	how int
}

func orient(img image.Image, how int) image.Image {
	if how <= 1 {
		return img
	}
	return turned{img, how}
}

// Bounds implements image.Image.
func (t turned) Bounds() image.Rectangle {
	b := t.Image.Bounds()
	if t.how >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// At implements image.Image.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.how {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}
