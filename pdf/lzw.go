package pdf

import "io"

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwMax   = 4096
)

// lzwReader undoes LZWDecode (ISO 32000, 7.4.4), whose codes widen one step
// earlier than those of GIF unless /EarlyChange is 0.
type lzwReader struct {
	src    []byte
	bits   uint32
	nbits  uint
	width  uint
	next   int
	prev   int
	early  int
	prefix [lzwMax]uint16
	suffix [lzwMax]byte
	room   [lzwMax]byte
	out    []byte
	done   bool
}

func newLZW(data []byte, early bool) *lzwReader {
	r := &lzwReader{src: data}
	if early {
		r.early = 1
	}
	r.reset()
	return r
}

func (r *lzwReader) reset() {
	r.width, r.next, r.prev = 9, lzwEnd+1, -1
}

func (r *lzwReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.done {
			return 0, io.EOF
		}
		if err := r.step(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// step reads one code.
func (r *lzwReader) step() error {
	code, ok := r.code()
	switch {
	case !ok || code == lzwEnd:
		r.done = true
	case code == lzwClear:
		r.reset()
	case r.prev < 0 && code < lzwClear:
		r.room[lzwMax-1] = byte(code)
		r.out = r.room[lzwMax-1:]
		r.prev = code
	case r.prev < 0 || code > r.next:
		return malformed(-1, "LZW code out of range")
	default:
		r.expand(code)
	}
	return nil
}

// expand writes out the string of code and enters the next one.
func (r *lzwReader) expand(code int) {
	at, c := lzwMax, code
	if code == r.next {
		at--
		c = r.prev
	}
	for c >= lzwClear && at > 1 {
		at--
		r.room[at] = r.suffix[c]
		c = int(r.prefix[c])
	}
	at--
	r.room[at] = byte(c)
	if code == r.next {
		r.room[lzwMax-1] = byte(c)
	}
	if r.next < lzwMax {
		r.prefix[r.next], r.suffix[r.next] = uint16(r.prev), byte(c)
		r.next++
		for r.width < 12 && r.next+r.early >= 1<<r.width {
			r.width++
		}
	}
	r.prev = code
	r.out = r.room[at:]
}

func (r *lzwReader) code() (int, bool) {
	for r.nbits < r.width {
		if len(r.src) == 0 {
			return 0, false
		}
		r.bits = r.bits<<8 | uint32(r.src[0])
		r.src = r.src[1:]
		r.nbits += 8
	}
	r.nbits -= r.width
	return int(r.bits >> r.nbits & (1<<r.width - 1)), true
}
