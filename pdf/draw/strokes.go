package draw

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
)

// MaxStrokesBytes bounds what ParseStrokes reads.
const MaxStrokesBytes = 4 << 20

// ParseStrokes reads a drawn signature: JSON as the signing page stores it
// ({"strokes": [[[x, y], …], …]}, or the list alone), JSON of the signature_pad
// library ([{"points": [{"x": …, "y": …}, …]}, …]), an SVG file's paths, or the data
// of one SVG path. What is not drawable is an *InputError.
func ParseStrokes(data []byte) ([][]Point, error) {
	if len(data) > MaxStrokesBytes {
		return nil, strokesError("more than 4 MB")
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var strokes [][]Point
	var err error
	switch {
	case len(data) == 0:
		return nil, &InputError{Code: "no_strokes", Detail: "nothing was drawn"}
	case data[0] == '{' || data[0] == '[':
		strokes, err = jsonStrokes(data)
	case data[0] == '<':
		strokes, err = svgStrokes(data)
	default:
		strokes, err = pathStrokes(string(data))
	}
	if err != nil {
		return nil, err
	}
	return strokes, CheckStrokes(strokes)
}

func strokesError(detail string) error { return &InputError{Code: "strokes_format", Detail: detail} }

// stroke is one line of the pen in any of the JSON forms.
type stroke []Point

// UnmarshalJSON reads [[x, y], …] and {"points": [{"x": …, "y": …}, …]}.
func (s *stroke) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		var pairs [][2]float64
		if err := json.Unmarshal(data, &pairs); err != nil {
			return err
		}
		for _, p := range pairs {
			*s = append(*s, Point{p[0], p[1]})
		}
		return nil
	}
	var group struct{ Points []struct{ X, Y float64 } }
	if err := json.Unmarshal(data, &group); err != nil {
		return err
	}
	for _, p := range group.Points {
		*s = append(*s, Point{p.X, p.Y})
	}
	return nil
}

func jsonStrokes(data []byte) ([][]Point, error) {
	var list []stroke
	var err error
	if data[0] == '{' {
		var mark struct{ Strokes []stroke }
		err = json.Unmarshal(data, &mark)
		list = mark.Strokes
	} else {
		err = json.Unmarshal(data, &list)
	}
	if err != nil {
		return nil, strokesError("the JSON is no list of strokes")
	}
	out := make([][]Point, 0, len(list))
	for _, s := range list {
		if len(s) > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

// svgStrokes takes the paths of an SVG file, which must not be moved by
// transformations.
func svgStrokes(data []byte) ([][]Point, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	var out [][]Point
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, strokesError("the SVG cannot be read")
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		strokes, err := pathsOf(start)
		if err != nil {
			return nil, err
		}
		if out = append(out, strokes...); len(out) > MaxStrokes {
			return out, nil // CheckStrokes says that they are too many
		}
	}
}

func pathsOf(element xml.StartElement) (out [][]Point, err error) {
	for _, a := range element.Attr {
		switch {
		case a.Name.Local == "transform":
			return nil, strokesError("the SVG has transformations; write the points as they lie")
		case a.Name.Local == "d" && element.Name.Local == "path":
			if out, err = pathStrokes(a.Value); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
