package pdf

// maxRow bounds one row of predicted data, in bytes.
const maxRow = 1 << 24

// unpredict undoes the predictor of Flate and LZW data (ISO 32000, 7.4.4.4).
// err is what decoding gave; it is passed on.
func (f *File) unpredict(parms Dict, data []byte, err error) ([]byte, error) {
	predictor := intOr(parms["Predictor"], 1)
	if predictor <= 1 || isLimit(err) {
		return data, err
	}
	colors := intOr(parms["Colors"], 1)
	bits := intOr(parms["BitsPerComponent"], 8)
	columns := intOr(parms["Columns"], 1)
	if colors < 1 || colors > 256 || bits < 1 || bits > 32 || columns < 1 || columns > maxRow {
		return nil, malformed(-1, "predictor parameters out of range")
	}
	row := (colors*bits*columns + 7) / 8
	if row > maxRow {
		return nil, malformed(-1, "predictor row too long")
	}
	pixel := max((colors*bits+7)/8, 1)
	if predictor == 2 {
		if bits == 8 {
			tiff(data, row, pixel)
			return data, err
		}
		return nil, &UnsupportedError{Feature: "TIFF predictor of this depth"}
	}
	return png(data, row, pixel), err
}

func intOr(o Object, def int) int {
	v, ok := Int(o)
	if !ok {
		return def
	}
	if v < -1 || v > 1<<30 {
		return -1
	}
	return int(v)
}

func tiff(data []byte, row, pixel int) {
	for start := 0; start < len(data); start += row {
		line := data[start:min(start+row, len(data))]
		for i := pixel; i < len(line); i++ {
			line[i] += line[i-pixel]
		}
	}
}

// png undoes the PNG filters; each row carries the number of its own.
func png(data []byte, row, pixel int) []byte {
	out := make([]byte, 0, len(data))
	above := make([]byte, row)
	for len(data) > 1 {
		kind := data[0]
		n := min(row, len(data)-1)
		line := data[1 : 1+n]
		pngRow(kind, line, above, pixel)
		out = append(out, line...)
		copy(above, line)
		data = data[1+n:]
	}
	return out
}

func pngRow(kind byte, line, above []byte, pixel int) {
	for i := range line {
		var left, corner byte
		if i >= pixel {
			left, corner = line[i-pixel], above[i-pixel]
		}
		switch kind {
		case 1:
			line[i] += left
		case 2:
			line[i] += above[i]
		case 3:
			line[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			line[i] += paeth(left, above[i], corner)
		}
	}
}

func paeth(a, b, c byte) byte {
	pa := abs(int(b) - int(c))
	pb := abs(int(a) - int(c))
	pc := abs(int(a) + int(b) - 2*int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
