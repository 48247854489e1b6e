package draw

import "strconv"

// pathStrokes reads the data of an SVG path (SVG 1.1, 8.3) as strokes; curves
// become points. Arcs are refused: pens draw none.
func pathStrokes(data string) ([][]Point, error) {
	r := &pathReader{data: data}
	for r.next() {
		if err := r.step(); err != nil {
			return nil, err
		}
		if r.points > MaxPoints || len(r.out) > MaxStrokes {
			return r.out, nil // CheckStrokes says that they are too many
		}
	}
	if r.at < len(r.data) || len(r.out) == 0 {
		return nil, strokesError("neither JSON, nor SVG, nor the data of an SVG path")
	}
	return r.out, nil
}

// curveSteps is how many points stand for one curve.
const curveSteps = 12

// pathReader reads one command after the other.
type pathReader struct {
	data    string
	at      int
	command byte
	pen     Point // where it is
	start   Point // of the stroke
	control Point // the last control point, for smooth curves
	kind    byte  // 'C' or 'Q' where the last command was such a curve
	out     [][]Point
	points  int
}

// next reads a command letter, or leaves the last one where numbers follow it.
func (r *pathReader) next() bool {
	r.space()
	if r.at >= len(r.data) {
		return false
	}
	c := r.data[r.at]
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		r.command = c
		r.at++
		return true
	}
	switch r.command {
	case 0, 'z', 'Z':
		return false
	case 'm':
		r.command = 'l'
	case 'M':
		r.command = 'L'
	}
	return true
}

func (r *pathReader) space() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\t', '\r', '\n', ',':
			r.at++
		default:
			return
		}
	}
}

// number reads one number; those of a path may touch one another.
func (r *pathReader) number() (float64, error) {
	r.space()
	from, dot, digits := r.at, false, false
	for r.at < len(r.data) {
		c := r.data[r.at]
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case c == '.' && !dot:
			dot = true
		case (c == '-' || c == '+') && (r.at == from || lower(r.data[r.at-1]) == 'e'):
		case lower(c) == 'e' && digits:
			dot = true // none in an exponent
		default:
			return r.parse(from)
		}
		r.at++
	}
	return r.parse(from)
}

func (r *pathReader) parse(from int) (float64, error) {
	v, err := strconv.ParseFloat(r.data[from:r.at], 64)
	if err != nil {
		return 0, strokesError("the path has a command without its numbers")
	}
	return v, nil
}

func lower(c byte) byte { return c | 0x20 }

// point reads two numbers, relative to the pen after a small letter.
func (r *pathReader) point() (Point, error) {
	x, err := r.number()
	if err != nil {
		return Point{}, err
	}
	y, err := r.number()
	if r.command >= 'a' {
		x, y = x+r.pen.X, y+r.pen.Y
	}
	return Point{x, y}, err
}

func (r *pathReader) step() error {
	kind := byte(0)
	var err error
	switch lower(r.command) {
	case 'm':
		err = r.move()
	case 'l':
		err = r.line()
	case 'h', 'v':
		err = r.along()
	case 'c', 's':
		kind, err = 'C', r.cubic()
	case 'q', 't':
		kind, err = 'Q', r.quadratic()
	case 'z':
		r.to(r.start)
	default:
		return strokesError("the path has a command other than M, L, H, V, C, S, Q, T and Z")
	}
	r.kind = kind
	return err
}

func (r *pathReader) move() error {
	p, err := r.point()
	if err != nil {
		return err
	}
	r.pen, r.start = p, p
	r.out = append(r.out, []Point{p})
	r.points++
	return nil
}

// to draws a straight line. After Z a stroke begins anew where the last began.
func (r *pathReader) to(p Point) {
	if len(r.out) == 0 {
		r.out = append(r.out, []Point{r.pen})
	}
	last := len(r.out) - 1
	r.out[last] = append(r.out[last], p)
	r.points++
	r.pen = p
}

func (r *pathReader) line() error {
	p, err := r.point()
	if err == nil {
		r.to(p)
	}
	return err
}

func (r *pathReader) along() error {
	v, err := r.number()
	if err != nil {
		return err
	}
	p := r.pen
	switch r.command {
	case 'h':
		p.X += v
	case 'H':
		p.X = v
	case 'v':
		p.Y += v
	case 'V':
		p.Y = v
	}
	r.to(p)
	return nil
}

// mirrored is the control point that a smooth curve continues with.
func (r *pathReader) mirrored(kind byte) Point {
	if r.kind != kind {
		return r.pen
	}
	return Point{2*r.pen.X - r.control.X, 2*r.pen.Y - r.control.Y}
}

func (r *pathReader) cubic() error {
	first := r.mirrored('C')
	var err error
	if lower(r.command) == 'c' {
		if first, err = r.point(); err != nil {
			return err
		}
	}
	second, err := r.point()
	if err != nil {
		return err
	}
	end, err := r.point()
	if err != nil {
		return err
	}
	r.bezier(first, second, end)
	r.control = second
	return nil
}

func (r *pathReader) quadratic() error {
	control := r.mirrored('Q')
	var err error
	if lower(r.command) == 'q' {
		if control, err = r.point(); err != nil {
			return err
		}
	}
	end, err := r.point()
	if err != nil {
		return err
	}
	from := r.pen
	r.bezier(between(from, control, 2.0/3), between(end, control, 2.0/3), end)
	r.control = control
	return nil
}

func between(a, b Point, t float64) Point { return Point{a.X + (b.X-a.X)*t, a.Y + (b.Y-a.Y)*t} }

// bezier draws a cubic curve in short lines.
func (r *pathReader) bezier(first, second, end Point) {
	from := r.pen
	for i := 1; i <= curveSteps; i++ {
		t := float64(i) / curveSteps
		a, b, c := between(from, first, t), between(first, second, t), between(second, end, t)
		r.to(between(between(a, b, t), between(b, c, t), t))
	}
	r.pen = end
}
