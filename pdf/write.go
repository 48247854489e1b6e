package pdf

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// objectWriter writes objects and counts bytes. Its first error sticks.
type objectWriter struct {
	w       io.Writer
	memory  *bytes.Buffer // w, where it is one; buf is then the room in it
	buf     []byte        // not written yet; its capacity never grows
	n       int64         // position of the next byte in the finished file
	err     error
	depth   int
	pairs   []pair                       // of the dictionaries that are being written, each sorted
	encrypt func(String) (String, error) // nil: strings stay as they are
	remap   func(Ref) Ref                // nil: references stay; zero becomes null
}

// writeBuffer is small: most of what is written is an increment of a few kilobytes,
// and streams bring buffers of their own.
const writeBuffer = 4 << 10

func newObjectWriter(w io.Writer, at int64) *objectWriter {
	o := &objectWriter{w: w, n: at}
	if o.memory, _ = w.(*bytes.Buffer); o.memory == nil {
		o.buf = make([]byte, 0, writeBuffer)
	}
	return o
}

// room makes place for n bytes in the buffer and reports whether it can have them.
func (o *objectWriter) room(n int) bool {
	if len(o.buf)+n > cap(o.buf) {
		_ = o.flush() // the error stays
		if o.memory != nil {
			o.memory.Grow(max(n, writeBuffer))
			o.buf = o.memory.AvailableBuffer()
		}
	}
	return o.err == nil && n <= cap(o.buf)
}

func (o *objectWriter) str(s string) {
	if !o.room(len(s)) {
		o.through([]byte(s))
		return
	}
	o.buf = append(o.buf, s...)
	o.n += int64(len(s))
}

func (o *objectWriter) bytes(b []byte) {
	if !o.room(len(b)) {
		o.through(b)
		return
	}
	o.buf = append(o.buf, b...)
	o.n += int64(len(b))
}

func (o *objectWriter) byte(c byte) {
	if o.room(1) {
		o.buf = append(o.buf, c)
		o.n++
	}
}

// through writes past the empty buffer what is larger than it.
func (o *objectWriter) through(b []byte) {
	if o.err != nil {
		return
	}
	n, err := o.w.Write(b)
	o.n += int64(n)
	o.err = err
}

func (o *objectWriter) int(v int64) {
	if o.room(maxDigits) {
		before := len(o.buf)
		o.buf = strconv.AppendInt(o.buf, v, 10)
		o.n += int64(len(o.buf) - before)
	}
}

// padded writes a number that is not negative with leading zeros.
func (o *objectWriter) padded(v int64, digits int) {
	if !o.room(digits) {
		return
	}
	o.buf = append(o.buf, "00000000000000000000"[:digits]...)
	for i := range digits {
		o.buf[len(o.buf)-1-i] = byte('0' + v%10)
		v /= 10
	}
	o.n += int64(digits)
}

// maxDigits are those of the longest integer, with its sign.
const maxDigits = 20

func (o *objectWriter) flush() error {
	if o.err == nil && len(o.buf) > 0 {
		_, o.err = o.w.Write(o.buf)
		o.buf = o.buf[:0]
	}
	if o.memory != nil {
		o.buf = nil // it lay where the next octets go
	}
	return o.err
}

// maxWriteDepth bounds nesting of what callers hand in, so that a dictionary
// that contains itself is an error and not an endless loop.
const maxWriteDepth = 1000

func (o *objectWriter) object(v Object) {
	o.depth++
	defer func() { o.depth-- }()
	if o.depth > maxWriteDepth && o.err == nil {
		o.err = fmt.Errorf("pdf: write: object nested too deeply")
	}
	if o.err != nil {
		return
	}
	switch v := v.(type) {
	case nil, Null:
		o.str("null")
	case Boolean:
		o.str(strconv.FormatBool(bool(v)))
	case Integer:
		o.int(int64(v))
	case Real:
		o.str(formatReal(float64(v)))
	case Numeral:
		o.str(string(v))
	case Name:
		o.name(v)
	case String:
		o.string(v)
	case Ref:
		o.ref(v)
	case Array:
		o.array(v)
	case Dict:
		o.dict(v)
	case *Fixed:
		o.fixed(v)
	default:
		o.err = fmt.Errorf("pdf: write: %T is no object", v)
	}
}

func (o *objectWriter) fixed(f *Fixed) {
	f.Offset = o.n
	if f.Text != nil {
		o.bytes(f.Text)
		return
	}
	const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
	o.byte('<')
	for rest := 2 * f.Zeros; rest > 0; rest -= len(zeros) {
		o.str(zeros[:min(rest, len(zeros))])
	}
	o.byte('>')
}

func (o *objectWriter) ref(r Ref) {
	if o.remap != nil {
		r = o.remap(r)
	}
	if r.Zero() {
		o.str("null")
		return
	}
	o.int(int64(r.Num))
	o.byte(' ')
	o.int(int64(r.Gen))
	o.str(" R")
}

func (o *objectWriter) array(a Array) {
	o.str("[")
	for i, v := range a {
		if i > 0 {
			o.str(" ")
		}
		o.object(v)
	}
	o.str("]")
}

// dict writes keys in order, /Type first, so that equal dictionaries are
// equal bytes.
func (o *objectWriter) dict(d Dict) {
	o.str("<<")
	if o.pairs == nil {
		o.pairs = make([]pair, 0, 16)
	}
	first := len(o.pairs)
	for k, v := range d {
		if k == "Type" {
			o.pair(pair{k, v}, false)
			continue
		}
		o.pairs = append(o.pairs, pair{k, v})
	}
	last := len(o.pairs)
	slices.SortFunc(o.pairs[first:last], func(a, b pair) int { return strings.Compare(string(a.key), string(b.key)) })
	signature := isSignatureDict(d)
	for i := first; i < last; i++ {
		o.pair(o.pairs[i], signature) // nested dictionaries come and go behind last
	}
	o.pairs = o.pairs[:first]
	o.str(">>")
}

// pair is an entry of a dictionary.
type pair struct {
	key   Name
	value Object
}

// pair writes an entry; the value of a signature is never encrypted.
func (o *objectWriter) pair(p pair, ofSignature bool) {
	o.name(p.key)
	if s, ok := p.value.(String); ok && ofSignature && p.key == "Contents" {
		o.hex(s)
		return
	}
	o.byte(' ')
	o.object(p.value)
}

func sortedKeys(d Dict) []Name {
	keys := make([]Name, 0, len(d))
	for k := range d {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

const hexDigits = "0123456789ABCDEF"

// name escapes what may not stand in a name, except a # that was read so.
func (o *objectWriter) name(n Name) {
	o.byte('/')
	if plainName(n) {
		o.str(string(n))
		return
	}
	guard := -1 // a digit that would make an escape of a stray # (#00 is none)
	for i := 0; i < len(n); i++ {
		c := n[i]
		switch {
		case c == '#' && i+1 < len(n) && n[i+1] == strayMark:
			o.byte(c)
			i++
			if !strings.HasPrefix(string(n[i+1:]), "00") {
				guard = i + 2
			}
		case i == guard && hexValue(c) >= 0 || !plainNameByte(c):
			o.byte('#')
			o.byte(hexDigits[c>>4])
			o.byte(hexDigits[c&15])
		default:
			o.byte(c)
		}
	}
}

func plainName(n Name) bool {
	for i := 0; i < len(n); i++ {
		if !plainNameByte(n[i]) {
			return false
		}
	}
	return true
}

func plainNameByte(c byte) bool {
	return c >= '!' && c <= '~' && c != '#' && class(c) == charRegular
}

func (o *objectWriter) string(s String) {
	if o.encrypt != nil {
		c, err := o.encrypt(s)
		if err != nil {
			o.err = err
			return
		}
		o.hex(c)
		return
	}
	if isText(s) {
		o.literal(s)
		return
	}
	o.hex(s)
}

func isText(s String) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

func (o *objectWriter) literal(s String) {
	o.byte('(')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '(', ')', '\\':
			o.byte('\\')
			o.byte(c)
		case '\r':
			o.str(`\r`)
		default:
			o.byte(c)
		}
	}
	o.byte(')')
}

func (o *objectWriter) hex(s String) {
	o.byte('<')
	for i := 0; i < len(s); i++ {
		o.byte(hexDigits[s[i]>>4])
		o.byte(hexDigits[s[i]&15])
	}
	o.byte('>')
}

// open and close stand around an indirect object.
func (o *objectWriter) open(r Ref) {
	o.int(int64(r.Num))
	o.str(" ")
	o.int(int64(r.Gen))
	o.str(" obj\n")
}

func (o *objectWriter) close() { o.str("\nendobj\n") }

// stream writes dictionary and data; size is their exact number.
func (o *objectWriter) stream(d Dict, data io.Reader, size int64) {
	d = d.Clone()
	d["Length"] = Integer(size)
	o.dict(d)
	o.str("\nstream\n")
	if o.err != nil {
		return
	}
	if o.flush() != nil {
		return
	}
	n, err := o.copy(data)
	o.n += n
	if err == nil && n != size {
		err = fmt.Errorf("pdf: write: stream data changed length")
	}
	o.err = err
	o.str("\nendstream")
}

func (o *objectWriter) copy(data io.Reader) (int64, error) {
	if o.memory != nil {
		return o.memory.ReadFrom(data)
	}
	return io.CopyBuffer(struct{ io.Writer }{o.w}, data, o.buf[:cap(o.buf)])
}

// indirect writes one object with its header; a stream must be readable.
func (o *objectWriter) indirect(ref Ref, v Object) {
	o.open(ref)
	if s, ok := v.(*Stream); ok {
		r, n, err := s.Raw()
		if err != nil && o.err == nil {
			o.err = err
			return
		}
		o.stream(s.Dict, r, n)
	} else {
		o.object(v)
	}
	o.close()
}
