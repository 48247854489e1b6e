package draw

import "github.com/consigil/consigil/pdf"

// Turned gives a drawing as a page needs it that is shown turned clockwise by
// rotate degrees, a multiple of 90 (/Rotate, ISO 32000-2 table 31): the drawing
// was made in the box as readers see it, and stands upright for them.
func (f *Form) Turned(rotate int) *Form {
	w, h := f.Width, f.Height
	var m [6]float64
	switch (rotate%360 + 360) % 360 {
	case 90:
		w, h = h, w
		m = [6]float64{0, 1, -1, 0, w, 0}
	case 180:
		m = [6]float64{-1, 0, 0, -1, w, h}
	case 270:
		w, h = h, w
		m = [6]float64{0, -1, 1, 0, 0, h}
	default:
		return f
	}
	c := NewCanvas(w, h)
	c.op("q ", m[0], m[1], m[2], m[3], m[4], m[5], "cm\n")
	c.flush()
	c.form.pieces = append(c.form.pieces, f.pieces...)
	c.raw("Q\n")
	return c.Form()
}

// Profile says what the file that takes a drawing is strict about. The zero value
// asks for nothing.
type Profile struct {
	Opaque     bool // no transparency: pictures lie on white
	Calibrated bool // colours mean sRGB whatever the file's output intent is
}

// ProfilePDFA suits every part of PDF/A: ISO 19005-1 forbids transparency, all
// forbid device colours that the output intent does not explain.
func ProfilePDFA() Profile { return Profile{Opaque: true, Calibrated: true} }

// Store is the function Store, for a file with this profile.
func (p Profile) Store(w pdf.ObjectWriter, forms ...*Form) ([]pdf.Ref, error) {
	return newStorage(w, p).store(forms)
}

// calibrated gives device colours a meaning (ISO 32000-2 8.6.5.6): sRGB, by its
// primaries and white point, and the grey of the same white.
func calibrated() pdf.Dict {
	white := reals(0.9505, 1, 1.089)
	return pdf.Dict{
		"DefaultRGB": pdf.Array{pdf.Name("CalRGB"), pdf.Dict{
			"WhitePoint": white, "Gamma": reals(2.2, 2.2, 2.2),
			"Matrix": reals(0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
		}},
		"DefaultGray": pdf.Array{pdf.Name("CalGray"), pdf.Dict{"WhitePoint": white, "Gamma": pdf.Real(2.2)}},
	}
}

func reals(values ...float64) pdf.Array {
	a := make(pdf.Array, len(values))
	for i, v := range values {
		a[i] = pdf.Real(v)
	}
	return a
}

// onWhite is a picture without its transparency.
func (bm *bitmap) onWhite() *bitmap {
	if bm.alpha == nil {
		return bm
	}
	out := &bitmap{width: bm.width, height: bm.height, rgb: make([]byte, len(bm.rgb))}
	for i, v := range bm.rgb {
		a := int(bm.alpha[i/3])
		out.rgb[i] = uint8((int(v)*a + 255*(255-a) + 127) / 255)
	}
	return out
}
