package pdf

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"errors"
	"io"
)

const (
	maxFilters = 8
	// stageFloor and stageRatio bound what one filter of a stream may give
	// for each stored byte; deflate itself reaches at most 1,032.
	stageFloor = 4 * mib
	stageRatio = 1100
)

// Decode gives a stream's data with all filters undone. Where the data are
// damaged it gives what could be decoded together with the error. Image
// filters are an UnsupportedError.
func (f *File) Decode(s *Stream) ([]byte, error) {
	r, n, err := s.Raw()
	if err != nil {
		return nil, err
	}
	stages, err := f.filters(s.Dict)
	if err != nil {
		return nil, err
	}
	limit := f.lim.StreamBytes
	if n >= 0 {
		limit = min(limit, stageFloor+stageRatio*n)
	}
	data, err := f.spend(r, min(f.lim.StreamBytes, max(n, 0)+64))
	for _, stage := range stages {
		if isLimit(err) {
			return nil, err
		}
		out, err2 := f.undo(stage, data, limit)
		if data = out; err == nil || isLimit(err2) {
			err = err2
		}
	}
	if isLimit(err) {
		return nil, err
	}
	return data, err
}

func isLimit(err error) bool {
	var limit *LimitError
	return errors.As(err, &limit)
}

// spend reads at most limit bytes and takes them from the file's budget.
func (f *File) spend(r io.Reader, limit int64) ([]byte, error) {
	left := f.lim.TotalBytes - f.decoded
	name, most := "StreamBytes", limit
	if left < limit {
		name, most = "TotalBytes", left
	}
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(r, most+1))
	f.decoded += n
	if n > most {
		return nil, &LimitError{Limit: name, Max: most}
	}
	if err != nil {
		err = malformed(-1, "stream data damaged")
	}
	return buf.Bytes(), err
}

// stage is one filter with its parameters.
type stage struct {
	name  Name
	parms Dict
}

// filters reads /Filter and /DecodeParms, abbreviations included.
func (f *File) filters(d Dict) ([]stage, error) {
	names, err := f.listOf(firstOf(d, "Filter", "F"))
	if err != nil {
		return nil, err
	}
	parms, err := f.listOf(firstOf(d, "DecodeParms", "DP"))
	if err != nil {
		return nil, err
	}
	if len(names) > maxFilters {
		return nil, &LimitError{Limit: "filters", Max: maxFilters}
	}
	var out []stage
	for i, o := range names {
		name, ok := o.(Name)
		if !ok {
			return nil, malformed(-1, "filter name expected")
		}
		s := stage{name: name}
		if i < len(parms) {
			s.parms, _ = parms[i].(Dict)
		}
		out = append(out, s)
	}
	return out, nil
}

func firstOf(d Dict, keys ...Name) Object {
	for _, k := range keys {
		if v, ok := d[k]; ok {
			return v
		}
	}
	return nil
}

// listOf resolves o to a list of resolved objects; a single one is a list of
// one. /F of a stream may be a file specification: that is no filter.
func (f *File) listOf(o Object) ([]Object, error) {
	o, err := f.Resolve(o)
	if err != nil || IsNull(o) {
		return nil, err
	}
	switch v := o.(type) {
	case Array:
		out := make([]Object, len(v))
		for i := range v {
			if out[i], err = f.Resolve(v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case Name, Dict:
		return []Object{v}, nil
	}
	return nil, nil
}

// undo applies one filter backwards.
func (f *File) undo(s stage, data []byte, limit int64) ([]byte, error) {
	switch s.name {
	case "FlateDecode", "Fl":
		out, err := f.spend(inflate(data), limit)
		return f.unpredict(s.parms, out, err)
	case "LZWDecode", "LZW":
		early, ok := Int(s.parms["EarlyChange"])
		out, err := f.spend(newLZW(data, !ok || early != 0), limit)
		return f.unpredict(s.parms, out, err)
	case "ASCIIHexDecode", "AHx":
		return f.spend(bytes.NewReader(unhex(data)), limit)
	case "ASCII85Decode", "A85":
		return f.spend(ascii85.NewDecoder(bytes.NewReader(trim85(data))), limit)
	case "RunLengthDecode", "RL":
		return f.spend(&runLength{src: data}, limit)
	case "Crypt":
		return data, nil // undone before
	}
	return nil, &UnsupportedError{Feature: "stream filter"}
}

// inflate undoes deflate. The two bytes of the zlib header are passed over
// and the checksum is not read: readers in the field do not check it.
func inflate(data []byte) io.Reader {
	for len(data) > 0 && (data[0] == '\r' || data[0] == '\n') {
		data = data[1:]
	}
	if len(data) < 2 {
		return bytes.NewReader(nil)
	}
	return flate.NewReader(bytes.NewReader(data[2:]))
}

func unhex(data []byte) []byte {
	l := newLexer(append(append([]byte{'<'}, data...), '>'), 0, true, 1)
	o, err := l.hex()
	if err != nil {
		return nil
	}
	return []byte(o.(String))
}

func trim85(data []byte) []byte {
	if i := bytes.IndexByte(data, '~'); i >= 0 {
		data = data[:i]
	}
	data = bytes.TrimLeft(data, " \t\r\n")
	return bytes.TrimPrefix(data, []byte("<~"))
}

// runLength undoes RunLengthDecode (ISO 32000, 7.4.5).
type runLength struct {
	src  []byte
	out  []byte
	room [128]byte
}

func (r *runLength) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if len(r.src) == 0 || r.src[0] == 128 {
			return 0, io.EOF
		}
		n := int(r.src[0])
		r.src = r.src[1:]
		if n < 128 {
			n = min(n+1, len(r.src))
			r.out, r.src = r.src[:n], r.src[n:]
			continue
		}
		if len(r.src) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		r.out = r.room[:257-n]
		for i := range r.out {
			r.out[i] = r.src[0]
		}
		r.src = r.src[1:]
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}
