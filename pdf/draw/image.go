package draw

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"

	"github.com/consigil/consigil/pdf"
)

// Caps on images.
const (
	MaxImageBytes  = 10 << 20
	MaxImagePixels = 25_000_000
	imageDPI       = 300 // more is not kept
)

// bitmap is an image as a PDF holds it: RGB rows and, where not everything is
// opaque, alpha rows.
type bitmap struct {
	width, height int
	rgb, alpha    []byte
}

// SignatureImage places a PNG or JPEG, scaled evenly and centred in a box of w
// by h points. The image is decoded and encoded anew, at no more than 300 dots
// an inch: nothing of the file but its pixels is kept.
func SignatureImage(data []byte, w, h float64) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	img, err := decodeImage(data)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	scale := math.Min(w/float64(b.Dx()), h/float64(b.Dy()))
	dw, dh := float64(b.Dx())*scale, float64(b.Dy())*scale
	bm := newBitmap(img, int(math.Ceil(dw*imageDPI/72)), int(math.Ceil(dh*imageDPI/72)))
	c.op("q ", dw, "0 0 ", dh, (w-dw)/2, (h-dh)/2, "cm\n")
	c.flush()
	c.form.pieces = append(c.form.pieces, piece{image: bm})
	c.raw("Q\n")
	return c.Form(), nil
}

// CheckImage judges an uploaded signature image without unpacking it.
func CheckImage(data []byte) error {
	_, err := checkImage(data)
	return err
}

// checkImage tells PNG from JPEG and refuses everything else.
func checkImage(data []byte) (decode func([]byte) (image.Image, error), err error) {
	if len(data) > MaxImageBytes {
		return nil, &InputError{Code: "image_size", Detail: "more than 10 MB"}
	}
	var cfg image.Config
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		cfg, err = png.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		cfg, err = jpeg.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
	default:
		return nil, &InputError{Code: "image_format", Detail: "neither PNG nor JPEG"}
	}
	if err != nil {
		return nil, &InputError{Code: "image_damaged", Detail: "the image's header cannot be read"}
	}
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width > MaxImagePixels/cfg.Height {
		return nil, &InputError{Code: "image_size", Detail: "more than 25 million pixels"}
	}
	return decode, nil
}

// ShrinkImage decodes a PNG or JPEG and encodes it anew as a PNG of at most
// maxW by maxH pixels, in its own proportions. It keeps pixels and nothing else.
func ShrinkImage(data []byte, maxW, maxH int) ([]byte, error) {
	img, err := decodeImage(data)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	scale := math.Min(1, math.Min(float64(maxW)/float64(b.Dx()), float64(maxH)/float64(b.Dy())))
	bm := newBitmap(img, int(math.Ceil(float64(b.Dx())*scale)), int(math.Ceil(float64(b.Dy())*scale)))
	var buf bytes.Buffer
	if err := png.Encode(&buf, bm.image()); err != nil {
		return nil, &InputError{Code: "image_damaged", Detail: "the image cannot be encoded"}
	}
	return buf.Bytes(), nil
}

// image gives a bitmap as the standard library has it.
func (bm *bitmap) image() image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, bm.width, bm.height))
	for i := range bm.width * bm.height {
		a := uint8(255)
		if bm.alpha != nil {
			a = bm.alpha[i]
		}
		copy(out.Pix[4*i:], []byte{bm.rgb[3*i], bm.rgb[3*i+1], bm.rgb[3*i+2], a})
	}
	return out
}

func decodeImage(data []byte) (image.Image, error) {
	decode, err := checkImage(data)
	if err != nil {
		return nil, err
	}
	img, err := decode(data)
	if err != nil {
		return nil, &InputError{Code: "image_damaged", Detail: "the image cannot be decoded"}
	}
	if data[0] == 0xff {
		img = orient(img, orientation(data))
	}
	return img, nil
}

// newBitmap unpacks an image into at most maxW by maxH pixels, each the mean of
// those it stands for.
func newBitmap(img image.Image, maxW, maxH int) *bitmap {
	b := img.Bounds()
	bm := &bitmap{width: max(1, min(b.Dx(), maxW)), height: max(1, min(b.Dy(), maxH))}
	n := bm.width * bm.height
	bm.rgb, bm.alpha = make([]byte, 0, 3*n), make([]byte, 0, n)
	opaque := true
	for y := range bm.height {
		y0, y1 := b.Min.Y+y*b.Dy()/bm.height, b.Min.Y+(y+1)*b.Dy()/bm.height
		for x := range bm.width {
			x0, x1 := b.Min.X+x*b.Dx()/bm.width, b.Min.X+(x+1)*b.Dx()/bm.width
			c := mean(img, image.Rect(x0, y0, x1, y1))
			bm.rgb = append(bm.rgb, c.R, c.G, c.B)
			bm.alpha = append(bm.alpha, c.A)
			opaque = opaque && c.A == 255
		}
	}
	if opaque {
		bm.alpha = nil
	}
	return bm
}

// mean is the average colour of a part of an image, not multiplied by alpha.
func mean(img image.Image, r image.Rectangle) color.NRGBA {
	var sr, sg, sb, sa, n uint64
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			cr, cg, cb, ca := img.At(x, y).RGBA()
			sr, sg, sb, sa, n = sr+uint64(cr), sg+uint64(cg), sb+uint64(cb), sa+uint64(ca), n+1
		}
	}
	if n == 0 || sa == 0 {
		return color.NRGBA{}
	}
	part := func(v uint64) uint8 { return uint8(min(v*255/sa, 255)) }
	return color.NRGBA{R: part(sr), G: part(sg), B: part(sb), A: uint8(sa / n >> 8)}
}

// image stores a bitmap, once.
func (s *storage) image(bm *bitmap) pdf.Ref {
	if ref, ok := s.images[bm]; ok {
		return ref
	}
	ref := s.w.Alloc()
	s.images[bm] = ref
	if s.profile.Opaque {
		bm = bm.onWhite()
	}
	dict := bm.dict("DeviceRGB")
	if bm.alpha != nil {
		mask := s.w.Alloc()
		s.stream(mask, bm.dict("DeviceGray"), bm.alpha)
		dict["SMask"] = mask
	}
	s.stream(ref, dict, bm.rgb)
	return ref
}

// dict is an image dictionary (ISO 32000-2 table 87).
func (bm *bitmap) dict(space pdf.Name) pdf.Dict {
	return pdf.Dict{
		"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Image"),
		"Width": pdf.Integer(bm.width), "Height": pdf.Integer(bm.height),
		"ColorSpace": space, "BitsPerComponent": pdf.Integer(8),
	}
}
