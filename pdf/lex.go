package pdf

import (
	"errors"
	"math"
	"strconv"
)

// errShort says that the lexer's buffer ends inside a token; the caller reads
// more and starts again.
var errShort = errors.New("pdf: buffer too short")

// keyword is a bare word that is no object: obj, endobj, stream, R, ...
type keyword string

// lexer reads objects from a buffer. It is lenient about what the grammar
// leaves no doubt about, as ISO 32000 asks of readers, and counts what it let
// pass.
type lexer struct {
	buf   []byte
	pos   int
	base  int64 // position of buf[0], for messages
	whole bool  // buf ends where the data end
	depth int   // levels still allowed
	most  int   // levels allowed in all
	odd   int   // oddities let pass
	dup   int   // keys given twice
	top   int   // highest object number referred to
	skim  bool  // hexadecimal strings are stepped over, not read
}

func newLexer(buf []byte, base int64, whole bool, depth int) *lexer {
	return &lexer{buf: buf, base: base, whole: whole, depth: depth, most: depth}
}

const (
	charRegular = iota
	charSpace
	charDelim
)

// class tells white space and delimiters from regular characters (ISO 32000,
// 7.2.3).
func class(c byte) int { return int(classes[c]) }

var classes = [256]uint8{
	0: charSpace, '\t': charSpace, '\n': charSpace, '\f': charSpace, '\r': charSpace, ' ': charSpace,
	'(': charDelim, ')': charDelim, '<': charDelim, '>': charDelim, '[': charDelim, ']': charDelim,
	'{': charDelim, '}': charDelim, '/': charDelim, '%': charDelim,
}

func isSpace(c byte) bool { return class(c) == charSpace }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNumeric(c byte) bool { return isDigit(c) || c == '+' || c == '-' || c == '.' }

func (l *lexer) fail(reason string) error { return malformed(l.base+int64(l.pos), reason) }

// end gives the error for running out of buffer.
func (l *lexer) end() error {
	if l.whole {
		return l.fail("ends inside an object")
	}
	return errShort
}

// skipSpace passes white space and comments. It reports false at the end of
// the buffer.
func (l *lexer) skipSpace() bool {
	for l.pos < len(l.buf) {
		c := l.buf[l.pos]
		switch {
		case c == '%':
			for l.pos < len(l.buf) && l.buf[l.pos] != '\n' && l.buf[l.pos] != '\r' {
				l.pos++
			}
		case isSpace(c):
			l.pos++
		default:
			return true
		}
	}
	return false
}

// object reads one object or keyword.
func (l *lexer) object() (Object, error) {
	if !l.skipSpace() {
		return nil, l.end()
	}
	switch c := l.buf[l.pos]; {
	case c == '/':
		return l.name()
	case c == '(':
		return l.literal()
	case c == '[':
		return l.array()
	case c == '<':
		return l.angle()
	case isNumeric(c):
		return l.numberOrRef()
	case c == ']':
		l.pos++
		return keyword("]"), nil
	case class(c) == charDelim:
		l.pos++
		return keyword(c), nil
	}
	return l.word()
}

// word reads a run of regular characters.
func (l *lexer) word() (Object, error) {
	start := l.pos
	for l.pos < len(l.buf) && class(l.buf[l.pos]) == charRegular {
		l.pos++
	}
	if l.pos == len(l.buf) && !l.whole {
		return nil, errShort
	}
	raw := l.buf[start:l.pos]
	switch string(raw) {
	case "true":
		return Boolean(true), nil
	case "false":
		return Boolean(false), nil
	case "null":
		return Null{}, nil
	case "obj":
		return keyword("obj"), nil
	case "endobj":
		return keyword("endobj"), nil
	}
	return keyword(raw), nil
}

// number reads the longest run of numeric characters.
func (l *lexer) number() (Object, error) {
	start := l.pos
	for l.pos < len(l.buf) && isNumeric(l.buf[l.pos]) {
		l.pos++
	}
	if l.pos == len(l.buf) && !l.whole {
		return nil, errShort
	}
	return numberObject(l.buf[start:l.pos]), nil
}

// numberObject picks the type that will be written back as raw.
func numberObject(raw []byte) Object {
	if len(raw) <= 18 && (len(raw) == 1 || len(raw) > 1 && raw[0] >= '1' && raw[0] <= '9') {
		if v, ok := digits(raw); ok {
			return Integer(v)
		}
	}
	s := string(raw)
	if v, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(v, 10) == s {
		return Integer(v)
	}
	if v, err := strconv.ParseFloat(s, 64); err == nil && formatReal(v) == s {
		return Real(v)
	}
	return Numeral(s)
}

func formatReal(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// numberOrRef reads a number, or a reference where "G R" follows.
func (l *lexer) numberOrRef() (Object, error) {
	first := l.buf[l.pos]
	n, err := l.number()
	num, ok := Int(n)
	if _, real := n.(Real); err != nil || !ok || real || !isDigit(first) || num > math.MaxInt32 {
		return n, err
	}
	after := l.pos
	gen, ok, err := l.refTail()
	if err != nil {
		return nil, err
	}
	if !ok {
		l.pos = after
		return n, nil
	}
	if num == 0 { // object 0 never is one
		return Null{}, nil
	}
	l.top = max(l.top, int(num))
	return Ref{Num: int(num), Gen: gen}, nil
}

// refTail reads the generation and the R of a reference.
func (l *lexer) refTail() (gen int, ok bool, err error) {
	start := l.pos
	if !l.skipSpace() {
		return 0, false, l.shortUnlessWhole()
	}
	digits := l.pos
	for l.pos < len(l.buf) && isDigit(l.buf[l.pos]) {
		l.pos++
	}
	text := l.buf[digits:l.pos]
	if len(text) > 5 || len(text) == 0 && l.pos < len(l.buf) || digits == start {
		return 0, false, nil
	}
	if !l.skipSpace() {
		return 0, false, l.shortUnlessWhole()
	}
	if l.buf[l.pos] != 'R' {
		return 0, false, nil
	}
	l.pos++
	if l.pos == len(l.buf) && !l.whole {
		return 0, false, errShort
	}
	if l.pos < len(l.buf) && class(l.buf[l.pos]) == charRegular {
		return 0, false, nil
	}
	gen, err = strconv.Atoi(string(text))
	return gen, err == nil, nil
}

func (l *lexer) shortUnlessWhole() error {
	if l.whole {
		return nil
	}
	return errShort
}

// strayMark follows a # that begins no escape. A name cannot contain it.
const strayMark = 0

// name reads a name; #xx is decoded, a # without two hexadecimal digits stands
// for itself and is marked, to be written back as it was: page content that
// uses the name spells it so too, and readers differ in what they make of it.
func (l *lexer) name() (Object, error) {
	l.pos++
	start, plain := l.pos, true
	for l.pos < len(l.buf) && class(l.buf[l.pos]) == charRegular {
		plain = plain && l.buf[l.pos] != '#'
		l.pos++
	}
	if l.pos == len(l.buf) && !l.whole {
		return nil, errShort
	}
	raw := l.buf[start:l.pos]
	if known, ok := commonNames[string(raw)]; ok {
		return known, nil
	}
	if plain {
		return Name(raw), nil
	}
	return Name(decodeName(raw)), nil
}

// commonNames are there already when a file is read: nearly all of its names.
var commonNames = boxedNames(
	"AcroForm", "Annot", "Annots", "BaseFont", "CIDSystemInfo", "Catalog", "Contents", "Count", "CropBox", "DecodeParms",
	"DescendantFonts", "Encoding", "Encrypt", "ExtGState", "F", "FT", "Fields", "Filter", "FirstChar", "FlateDecode", "Font",
	"FontDescriptor", "Ff", "Group", "ID", "Index", "Info", "K", "Kids", "Lang", "LastChar", "Length", "MarkInfo", "MediaBox",
	"Metadata", "N", "Names", "ObjStm", "Outlines", "P", "Page", "Pages", "Parent", "Perms", "Prev", "ProcSet", "Rect",
	"Resources", "Root", "Rotate", "S", "Size", "StructParents", "StructTreeRoot", "Subtype", "T", "ToUnicode", "Type",
	"Type0", "Type1", "TrueType", "V", "Version", "W", "Widget", "Widths", "XObject", "XRef", "XRefStm",
)

func boxedNames(names ...Name) map[string]Object {
	m := make(map[string]Object, len(names))
	for _, n := range names {
		m[string(n)] = n
	}
	return m
}

func decodeName(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if v, ok := escapeAt(raw, i); ok {
			out = append(out, v)
			i += 2
			continue
		}
		out = append(out, raw[i])
		if raw[i] == '#' {
			out = append(out, strayMark)
		}
	}
	return out
}

// escapeAt reads #xx at raw[i]. #00 is none: no name contains a zero byte.
func escapeAt(raw []byte, i int) (byte, bool) {
	if raw[i] != '#' || i+2 >= len(raw) {
		return 0, false
	}
	high, low := hexValue(raw[i+1]), hexValue(raw[i+2])
	if high < 0 || low < 0 || high == 0 && low == 0 {
		return 0, false
	}
	return byte(high<<4 | low), true
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// array reads an array; a word that does not belong counts as null, and one
// that ends objects ends the array.
func (l *lexer) array() (Object, error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	l.pos++
	out := make(Array, 0, 4)
	for {
		before := l.pos
		o, err := l.object()
		if err != nil {
			return nil, err
		}
		switch k, isWord := o.(keyword); {
		case !isWord:
			out = append(out, o)
		case k == "]":
			return out, nil
		case endsObject(k), k == ">" && l.closesDictHere():
			l.pos = before
			l.odd++
			return out, nil
		case class(k[0]) == charDelim:
			l.odd++
		default:
			l.odd++
			out = append(out, Null{})
		}
	}
}

// endsObject names the words that end an object whose brackets are not closed.
func endsObject(k keyword) bool {
	switch k {
	case "obj", "endobj", "stream", "endstream", "xref", "trailer", "startxref":
		return true
	}
	return false
}

func (l *lexer) enter() error {
	l.depth--
	if l.depth < 0 {
		return &LimitError{Limit: "Depth", Max: int64(l.most)}
	}
	return nil
}

func (l *lexer) leave() { l.depth++ }
