package draw

import "math"

// Point is a place where a pen was, in any unit; y grows downwards, as screens
// have it.
type Point struct{ X, Y float64 }

// Caps on drawn signatures.
const (
	MaxStrokes = 1000
	MaxPoints  = 20000 // of all strokes
)

// noteSize is the type size of the line below a typed signature, points.
const noteSize = 6

// SignatureTyped sets a signer's name as large as the box allows, at most 36
// points. note, where it is not empty, stands below it in small type.
func SignatureTyped(fs *FontSet, name, note string, w, h float64) (*Form, error) {
	return WithNote(fs, note, w, h, func(w, h float64) (*Form, error) {
		c, err := newCanvas(w, h)
		if err != nil {
			return nil, err
		}
		// Room below the line for scripts that go deep, such as Arabic.
		size := math.Min(36, h/1.5)
		style := Style{Size: size, MinSize: math.Min(4, size), Align: AlignCenter}
		if err := c.Text(fs, name, 0, 0, w, h, style); err != nil {
			return nil, err
		}
		return c.Form(), nil
	})
}

// WithNote draws something above a small line of text in one box; an empty note
// leaves the whole box to it.
func WithNote(fs *FontSet, note string, w, h float64, draw func(w, h float64) (*Form, error)) (*Form, error) {
	if note == "" {
		return draw(w, h)
	}
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	below := math.Min(noteSize*boxHeight, h/3)
	style := Style{Size: noteSize, MinSize: 3, Align: AlignCenter}
	if err := c.Text(fs, note, 0, 0, w, below, style); err != nil {
		return nil, err
	}
	above, err := draw(w, h-below)
	if err != nil {
		return nil, err
	}
	c.Place(above, 0, below)
	return c.Form(), nil
}

// SignatureStrokes draws strokes as vectors, scaled evenly and centred in a box
// of w by h points.
func SignatureStrokes(strokes [][]Point, w, h float64) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	if err := CheckStrokes(strokes); err != nil {
		return nil, err
	}
	pen := math.Max(0.5, math.Min(1.6, math.Min(w, h)/30))
	fit := fitStrokes(strokes, w, h, pen)
	c.op("q ", Color{}, "RG 1 J 1 j ", pen, "w\n")
	for _, s := range strokes {
		c.stroke(s, fit)
	}
	c.raw("Q\n")
	return c.Form(), nil
}

// CheckStrokes judges a drawn signature.
func CheckStrokes(strokes [][]Point) error {
	n := 0
	for _, s := range strokes {
		n += len(s)
		for _, p := range s {
			if !(math.Abs(p.X) <= 1e6 && math.Abs(p.Y) <= 1e6) {
				return &InputError{Code: "no_strokes", Detail: "a point is not a number within ±1,000,000"}
			}
		}
	}
	switch {
	case n == 0:
		return &InputError{Code: "no_strokes", Detail: "nothing was drawn"}
	case n > MaxPoints || len(strokes) > MaxStrokes:
		return &InputError{Code: "too_many_points", Detail: "more than 1000 strokes or 20000 points"}
	}
	return nil
}

// fitStrokes gives the map from the pen's places into the box.
func fitStrokes(strokes [][]Point, w, h, pen float64) func(Point) Point {
	lo, hi := extent(strokes)
	scale := math.Inf(1)
	if dx := hi.X - lo.X; dx > 0 {
		scale = (w - 2*pen) / dx
	}
	if dy := hi.Y - lo.Y; dy > 0 {
		scale = math.Min(scale, (h-2*pen)/dy)
	}
	if math.IsInf(scale, 1) {
		scale = 1 // one dot
	}
	mid := Point{(lo.X + hi.X) / 2, (lo.Y + hi.Y) / 2}
	return func(p Point) Point {
		return Point{w/2 + (p.X-mid.X)*scale, h/2 - (p.Y-mid.Y)*scale}
	}
}

// extent is the corners of the box around all points.
func extent(strokes [][]Point) (lo, hi Point) {
	lo, hi = Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, s := range strokes {
		for _, p := range s {
			lo = Point{math.Min(lo.X, p.X), math.Min(lo.Y, p.Y)}
			hi = Point{math.Max(hi.X, p.X), math.Max(hi.Y, p.Y)}
		}
	}
	return lo, hi
}

// stroke draws one stroke as a smooth curve: through the midpoints of the
// pen's places, bent towards the places themselves.
func (c *Canvas) stroke(s []Point, fit func(Point) Point) {
	if len(s) == 0 {
		return
	}
	p := fit(s[0])
	c.op(p.X, p.Y, "m ")
	from := p
	for i := 1; i < len(s)-1; i++ {
		at, next := fit(s[i]), fit(s[i+1])
		to := Point{(at.X + next.X) / 2, (at.Y + next.Y) / 2}
		c.curve(from, at, to)
		from = to
	}
	end := fit(s[len(s)-1])
	c.op(end.X, end.Y, "l S\n")
}

// curve writes a quadratic curve as the cubic that PDF has.
func (c *Canvas) curve(from, control, to Point) {
	third := func(end, control float64) float64 { return end + (control-end)*2/3 }
	c.op(third(from.X, control.X), third(from.Y, control.Y), third(to.X, control.X), third(to.Y, control.Y), to.X, to.Y, "c ")
}

// Checkbox draws a box with or without its check mark, w by h points.
func Checkbox(on bool, w, h float64) (*Form, error) {
	c, err := newCanvas(w, h)
	if err != nil {
		return nil, err
	}
	side := math.Min(w, h)
	x, y := (w-side)/2, (h-side)/2
	c.Frame(x, y, side, side, math.Max(0.5, side/16), Color{})
	if on {
		c.op("q ", Color{}, "RG 1 J 1 j ", side/8, "w ", x+side*0.22, y+side*0.52, "m ",
			x+side*0.42, y+side*0.28, "l ", x+side*0.78, y+side*0.74, "l S Q\n")
	}
	return c.Form(), nil
}
