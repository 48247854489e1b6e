package pdf

// readXRefStream reads a cross-reference stream (ISO 32000, 7.5.8) at sec.at.
func (f *File) readXRefStream(sec *section) error {
	in, err := f.readIndirect(sec.at)
	if err != nil {
		return err
	}
	dict, ok := in.object.(Dict)
	if !ok || in.data == 0 || dict.Name("Type") != "XRef" {
		return malformed(sec.at, "cross-reference section expected")
	}
	sec.style, sec.trailer, sec.self = XRefStream, dict, in.ref
	s := &Stream{Dict: dict, file: f, off: in.data, ref: in.ref, plain: true}
	data, err := f.Decode(s)
	if err != nil && (f.opt.Strict || len(data) == 0) {
		return err
	}
	n, err := s.length()
	if err != nil {
		return err
	}
	sec.end = in.data + n
	return f.parseXRefStream(sec, data)
}

// fieldWidths reads /W.
func fieldWidths(dict Dict) (w [3]int, err error) {
	a, _ := dict["W"].(Array)
	if len(a) < 3 {
		return w, malformed(-1, "cross-reference stream without /W")
	}
	for i := range w {
		v, ok := Int(a[i])
		if !ok || v < 0 || v > 8 {
			return w, malformed(-1, "cross-reference stream: bad /W")
		}
		w[i] = int(v)
	}
	if w[1] == 0 {
		return w, malformed(-1, "cross-reference stream: bad /W")
	}
	return w, nil
}

// subsections reads /Index, or [0 Size] in its place.
func subsections(dict Dict) ([][2]int64, error) {
	a, ok := dict["Index"].(Array)
	if !ok {
		size, _ := Int(dict["Size"])
		return [][2]int64{{0, size}}, nil
	}
	var out [][2]int64
	for i := 0; i+1 < len(a); i += 2 {
		first, ok1 := Int(a[i])
		count, ok2 := Int(a[i+1])
		if !ok1 || !ok2 || first < 0 || count < 0 {
			return nil, malformed(-1, "cross-reference stream: bad /Index")
		}
		out = append(out, [2]int64{first, count})
	}
	return out, nil
}

func (f *File) parseXRefStream(sec *section, data []byte) error {
	w, err := fieldWidths(sec.trailer)
	if err != nil {
		return err
	}
	subs, err := subsections(sec.trailer)
	if err != nil {
		return err
	}
	row := w[0] + w[1] + w[2]
	for _, sub := range subs {
		for i := int64(0); i < sub[1] && len(data) >= row; i++ {
			if len(sec.entries) >= f.lim.Objects {
				return &LimitError{Limit: "Objects", Max: int64(f.lim.Objects)}
			}
			if num := sub[0] + i; num <= maxObjectNumber {
				sec.entries = append(sec.entries, streamEntry(data[:row], w, int32(num)))
			}
			data = data[row:]
		}
	}
	return nil
}

func streamEntry(row []byte, w [3]int, num int32) entry {
	kind := uint64(1)
	if w[0] > 0 {
		kind = bigEndian(row[:w[0]])
	}
	second := bigEndian(row[w[0] : w[0]+w[1]])
	third := bigEndian(row[w[0]+w[1]:])
	e := entry{num: num, off: int64(second & (1<<62 - 1)), gen: uint32(min(third, 1<<31))}
	switch {
	case kind == 1 && second != 0:
		e.kind = entryPlain
	case kind == 2 && second <= maxObjectNumber:
		e.kind = entryCompressed
	}
	return e
}

func bigEndian(b []byte) uint64 {
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v
}
