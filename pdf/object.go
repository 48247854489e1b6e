package pdf

import (
	"math"
	"strconv"
)

// Object is any PDF object: Null, Boolean, Integer, Real, Numeral, Name,
// String, Array, Dict, Ref, *Stream, or *Fixed (write only). A nil Object
// counts as Null.
type Object interface{}

// Null is the null object.
type Null struct{}

// Boolean is true or false.
type Boolean bool

// Integer is a whole number.
type Integer int64

// Real is a number with a fraction.
type Real float64

// Numeral is a number whose spelling in the file differs from the one that
// this package would choose ("612.0", "+5", ".5"). It is written back as it
// was read. Use Int and Float to read numbers of every spelling.
type Numeral string

// Name is a name, #xx escapes already decoded, without the leading slash. A #
// that begins no escape is followed by a zero byte.
type Name string

// String is a string: decoded and, in an encrypted file, decrypted bytes.
type String string

// Array is an array.
type Array []Object

// Dict is a dictionary. A key whose value is null counts as absent.
type Dict map[Name]Object

// Ref names an indirect object.
type Ref struct {
	Num int // object number, from 1
	Gen int // generation
}

// Zero reports whether r names nothing.
func (r Ref) Zero() bool { return r.Num == 0 }

// String gives the reference as a PDF file spells it.
func (r Ref) String() string {
	return strconv.Itoa(r.Num) + " " + strconv.Itoa(r.Gen) + " R"
}

// Fixed is written exactly as its Text stands and is never encrypted. The
// writer sets Offset to the absolute position of its first byte in the
// finished file, so that the caller can fill it in afterwards (/Contents and
// /ByteRange of a signature).
type Fixed struct {
	Text   []byte
	Zeros  int // in place of Text: a hexadecimal string of that many octets, all zero
	Offset int64
}

// Len is how many bytes are written.
func (f *Fixed) Len() int {
	if f.Text == nil {
		return len("<>") + 2*f.Zeros
	}
	return len(f.Text)
}

// Rect is a rectangle in points, normalised so that LLX ≤ URX and LLY ≤ URY.
type Rect struct{ LLX, LLY, URX, URY float64 }

// Width is the horizontal extent in points.
func (r Rect) Width() float64 { return r.URX - r.LLX }

// Height is the vertical extent in points.
func (r Rect) Height() float64 { return r.URY - r.LLY }

// Array gives the rectangle as four numbers.
func (r Rect) Array() Array {
	return Array{Num(r.LLX), Num(r.LLY), Num(r.URX), Num(r.URY)}
}

// Num gives v as an Integer where it is whole, else as a Real.
func Num(v float64) Object {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return Integer(v)
	}
	return Real(v)
}

// Int reads a whole number of any spelling. References are not followed.
func Int(o Object) (int64, bool) {
	switch v := o.(type) {
	case Integer:
		return int64(v), true
	case Real, Numeral:
		f, ok := Float(v)
		if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return 0, false
		}
		return int64(f), true
	}
	return 0, false
}

// Float reads a number of any spelling. References are not followed.
func Float(o Object) (float64, bool) {
	switch v := o.(type) {
	case Integer:
		return float64(v), true
	case Real:
		return float64(v), true
	case Numeral:
		return parseNumeral(string(v))
	}
	return 0, false
}

// IsNull reports whether o is absent or null.
func IsNull(o Object) bool {
	if o == nil {
		return true
	}
	_, ok := o.(Null)
	return ok
}

// Clone copies d one level deep, so that keys can be changed without changing
// what was read.
func (d Dict) Clone() Dict {
	c := make(Dict, len(d))
	for k, v := range d {
		c[k] = v
	}
	return c
}

// Name gives d[key] where it is a name written in place, else "".
func (d Dict) Name(key Name) Name {
	n, _ := d[key].(Name)
	return n
}

// ObjectWriter takes new objects. *Update and *Builder satisfy it.
type ObjectWriter interface {
	Alloc() Ref
	Put(Ref, Object)
	PutStream(ref Ref, dict Dict, data []byte)
}
