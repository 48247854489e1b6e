package pdf

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// objectWriter writes objects and counts bytes. Its first error sticks.
type objectWriter struct {
	w       *bufio.Writer
	n       int64 // position of the next byte in the finished file
	err     error
	depth   int
	encrypt func(String) (String, error) // nil: strings stay as they are
	remap   func(Ref) Ref                // nil: references stay; zero becomes null
}

// writeBuffer is small: most of what is written is an increment of a few kilobytes,
// and streams bring buffers of their own.
const writeBuffer = 4 << 10

func newObjectWriter(w io.Writer, at int64) *objectWriter {
	return &objectWriter{w: bufio.NewWriterSize(w, writeBuffer), n: at}
}

func (o *objectWriter) str(s string) {
	if o.err != nil {
		return
	}
	n, err := o.w.WriteString(s)
	o.n += int64(n)
	o.err = err
}

func (o *objectWriter) bytes(b []byte) {
	if o.err != nil {
		return
	}
	n, err := o.w.Write(b)
	o.n += int64(n)
	o.err = err
}

func (o *objectWriter) int(v int64) { o.str(strconv.FormatInt(v, 10)) }

func (o *objectWriter) flush() error {
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
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
		v.Offset = o.n
		o.bytes(v.Text)
	default:
		o.err = fmt.Errorf("pdf: write: %T is no object", v)
	}
}

func (o *objectWriter) ref(r Ref) {
	if o.remap != nil {
		r = o.remap(r)
	}
	if r.Zero() {
		o.str("null")
		return
	}
	o.str(r.String())
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
	if t, ok := d["Type"]; ok {
		o.pair("Type", t)
	}
	for _, k := range sortedKeys(d) {
		switch s, isString := d[k].(String); {
		case k == "Type":
		case k == "Contents" && isString && isSignatureDict(d):
			o.name(k)
			o.bytes(hexString(s)) // never encrypted
		default:
			o.pair(k, d[k])
		}
	}
	o.str(">>")
}

func (o *objectWriter) pair(k Name, v Object) {
	o.name(k)
	o.str(" ")
	o.object(v)
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
	buf := make([]byte, 1, len(n)+1)
	buf[0] = '/'
	guard := -1 // a digit that would make an escape of a stray # (#00 is none)
	for i := 0; i < len(n); i++ {
		c := n[i]
		switch {
		case c == '#' && i+1 < len(n) && n[i+1] == strayMark:
			buf = append(buf, c)
			i++
			if !strings.HasPrefix(string(n[i+1:]), "00") {
				guard = i + 2
			}
		case c == '#' || i == guard && hexValue(c) >= 0 || c < '!' || c > '~' || class(c) != charRegular:
			buf = append(buf, '#', hexDigits[c>>4], hexDigits[c&15])
		default:
			buf = append(buf, c)
		}
	}
	o.bytes(buf)
}

func (o *objectWriter) string(s String) {
	if o.encrypt != nil {
		c, err := o.encrypt(s)
		if err != nil {
			o.err = err
			return
		}
		o.bytes(hexString(c))
		return
	}
	if isText(s) {
		o.bytes(literalString(s))
		return
	}
	o.bytes(hexString(s))
}

func isText(s String) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

func literalString(s String) []byte {
	out := make([]byte, 0, len(s)+2)
	out = append(out, '(')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '(', ')', '\\':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, '\\', 'r')
		default:
			out = append(out, c)
		}
	}
	return append(out, ')')
}

func hexString(s String) []byte {
	out := make([]byte, 0, 2*len(s)+2)
	out = append(out, '<')
	for i := 0; i < len(s); i++ {
		out = append(out, hexDigits[s[i]>>4], hexDigits[s[i]&15])
	}
	return append(out, '>')
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
	n, err := io.Copy(o.w, data)
	o.n += n
	if err == nil && n != size {
		err = fmt.Errorf("pdf: write: stream data changed length")
	}
	o.err = err
	o.str("\nendstream")
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
