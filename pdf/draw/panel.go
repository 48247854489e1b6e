package draw

import (
	"bytes"
	"image"
	"math"
	"strings"
)

// Picture is what a signature may show beside its text: an image, drawn strokes
// or a QR code. It is drawn as large as its box allows, in its own proportions.
type Picture struct {
	aspect float64 // width over height
	draw   func(w, h float64) (*Form, error)
}

// ImagePicture takes a PNG or JPEG, as SignatureImage does.
func ImagePicture(data []byte) (*Picture, error) {
	if _, err := checkImage(data); err != nil {
		return nil, err
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, &InputError{Code: "image_damaged", Detail: "the image's header cannot be read"}
	}
	w, h := cfg.Width, cfg.Height
	if data[0] == 0xff && orientation(data) >= 5 {
		w, h = h, w
	}
	return &Picture{float64(w) / float64(h), func(w, h float64) (*Form, error) { return SignatureImage(data, w, h) }}, nil
}

// StrokesPicture takes a drawn signature, as SignatureStrokes does.
func StrokesPicture(strokes [][]Point) (*Picture, error) {
	if err := CheckStrokes(strokes); err != nil {
		return nil, err
	}
	lo, hi := extent(strokes)
	aspect := (hi.X - lo.X) / math.Max(hi.Y-lo.Y, 1e-9)
	return &Picture{min(max(aspect, 0.25), 4), func(w, h float64) (*Form, error) { return SignatureStrokes(strokes, w, h) }}, nil
}

// QRPicture takes the text of a QR code, such as an address.
func QRPicture(text string) (*Picture, error) {
	code, err := encodeQR(text)
	if err != nil {
		return nil, err
	}
	return &Picture{1, code.form}, nil
}

// Panel is the look of a visible signature: a picture, lines of text, or the two
// side by side; in a tall box one above the other.
type Panel struct {
	Picture *Picture // nil for none
	Lines   []string
	Fonts   *FontSet // required where there are lines
	Frame   bool     // a thin line around the box
}

// Proportions of a panel.
const (
	panelMargin  = 2    // points around everything
	panelGap     = 4    // points between picture and text
	panelShare   = 0.45 // of the box, the most that a picture takes from its text
	panelLargest = 24   // points of type
	panelWrap    = 7    // points of type down to which lines stay whole
	panelLeast   = 3.5  // points of type; then text is cut
)

// Draw makes the panel in a box of w by h points. Text shrinks, then wraps, then
// ends in "…": nothing leaves the box. A box too small for anything is a
// *FitError.
func (p Panel) Draw(w, h float64) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	margin := float64(panelMargin)
	if p.Frame {
		margin *= 2
	}
	margin = min(margin, w/8, h/8)
	inner := box{margin, margin, w - 2*margin, h - 2*margin}
	picture, text := p.split(inner)
	if p.Picture != nil {
		form, err := p.Picture.draw(picture.w, picture.h)
		if err != nil {
			return nil, err
		}
		c.Place(form, picture.x, picture.y)
	}
	if lines := strings.Join(p.Lines, "\n"); lines != "" {
		style := Style{
			Size: min(panelLargest, text.h/boxHeight), MinSize: panelLeast, Multiline: true,
			WrapBelow: panelWrap, Middle: true, Ellipsis: true, Padding: -1,
		}
		if startsRTL([]rune(lines)) {
			style.Align = AlignRight // numbers and foreign words stand with the rest
		}
		if err := c.Text(p.Fonts, lines, text.x, text.y, text.w, text.h, style); err != nil {
			return nil, err
		}
	}
	if p.Frame {
		c.Frame(0, 0, w, h, 0.75, Color{R: 0.4, G: 0.4, B: 0.4})
	}
	return c.Form(), nil
}

type box struct{ x, y, w, h float64 }

// split gives picture and text their parts of a box.
func (p Panel) split(b box) (picture, text box) {
	if p.Picture == nil || len(p.Lines) == 0 {
		return b, b
	}
	if b.w < 1.3*b.h {
		high := b.h * (1 - panelShare)
		below := b.h - high - panelGap
		return box{b.x, b.y + b.h - high, b.w, high}, box{b.x, b.y, b.w, max(below, 1)}
	}
	wide := min(b.h*p.Picture.aspect, b.w*panelShare)
	rest := b.w - wide - panelGap
	return box{b.x, b.y, wide, b.h}, box{b.x + wide + panelGap, b.y, max(rest, 1), b.h}
}
