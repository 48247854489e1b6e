package pdf

import (
	"slices"
	"strconv"
)

// tableReader reads the words of a classic cross-reference table through a window
// of the file.
type tableReader struct {
	f    *File
	pos  int64 // of the next byte
	rest []byte
}

// tableWindow is how much of a table is read at once; tableAhead is how much of it
// has to be seen to tell what comes.
const (
	tableWindow = 4 << 10
	tableAhead  = 32
)

// peek gives what comes, tableAhead bytes or more where the file has them.
func (t *tableReader) peek() ([]byte, error) {
	if len(t.rest) >= tableAhead || t.pos+int64(len(t.rest)) >= t.f.size {
		return t.rest, nil
	}
	rest, err := t.f.window(t.pos, tableWindow)
	if err != nil {
		return nil, err
	}
	t.rest = rest
	return rest, nil
}

func (t *tableReader) skip(n int) {
	t.rest = t.rest[n:]
	t.pos += int64(n)
}

// word reads the next run of regular characters, at most 20 of them. It is valid
// until more is read.
func (t *tableReader) word() ([]byte, error) {
	for {
		rest, err := t.peek()
		if err != nil {
			return nil, err
		}
		space := 0
		for space < len(rest) && class(rest[space]) == charSpace {
			space++
		}
		if len(rest) == 0 {
			return nil, malformed(t.pos, "cross-reference table cut off")
		}
		if space == 0 {
			break
		}
		t.skip(space)
	}
	n := 0
	for n < len(t.rest) && class(t.rest[n]) == charRegular {
		n++
	}
	switch {
	case n == 0:
		return nil, malformed(t.pos, "cross-reference table: unexpected delimiter")
	case n > 20:
		return nil, malformed(t.pos, "cross-reference table: word too long")
	}
	word := t.rest[:n]
	t.skip(n)
	return word, nil
}

func (t *tableReader) uint() (int64, error) {
	w, err := t.word()
	if err != nil {
		return 0, err
	}
	v, ok := digits(w)
	if !ok {
		return 0, malformed(t.pos, "cross-reference table: number expected")
	}
	return v, nil
}

// digits reads a number that is not negative; a sign before it is forgiven.
func digits(w []byte) (int64, bool) {
	if len(w) > 18 || len(w) == 0 || !isDigit(w[0]) {
		v, err := strconv.ParseInt(string(w), 10, 64)
		return v, err == nil && v >= 0
	}
	var v int64
	for _, c := range w {
		if !isDigit(c) {
			return 0, false
		}
		v = 10*v + int64(c-'0')
	}
	return v, true
}

// readTable reads a classic section (ISO 32000, 7.5.4) at sec.at.
func (f *File) readTable(sec *section) error {
	sec.style = XRefTable
	start := sec.at + int64(len("xref"))
	t := &tableReader{f: f, pos: start}
	for {
		w, err := t.word()
		if err != nil {
			return err
		}
		if string(w) == "trailer" {
			break
		}
		first, ok := digits(w)
		if !ok || first > maxObjectNumber {
			return malformed(t.pos, "cross-reference table: subsection expected")
		}
		if err := f.readSubsection(t, sec, first); err != nil {
			return err
		}
	}
	if err := f.charge(t.pos - start); err != nil {
		return err
	}
	return f.readTrailer(sec, t.pos)
}

// entryLength is that of a regular entry; entriesAtOnce is for how many of them memory
// is taken before they were seen.
const (
	entryLength   = 20
	entriesAtOnce = 1 << 10
)

func (f *File) readSubsection(t *tableReader, sec *section, first int64) error {
	count, err := t.uint()
	if err != nil {
		return err
	}
	sec.entries = slices.Grow(sec.entries, int(min(count, (f.size-t.pos)/entryLength, entriesAtOnce)))
	for i := int64(0); i < count; i++ {
		if len(sec.entries) >= f.lim.Objects {
			return &LimitError{Limit: "Objects", Max: int64(f.lim.Objects)}
		}
		e, end, err := t.entry()
		if err != nil {
			return err
		}
		if end { // fewer entries than announced
			return nil
		}
		if i == 0 && first == 1 && e.kind == entryFree && e.gen == 65535 && e.off == 0 {
			first = 0 // a common slip: the table starts with object 0 but says 1
		}
		if num := first + i; num <= maxObjectNumber {
			e.num = int32(num)
			sec.entries = append(sec.entries, e)
		}
	}
	return nil
}

// entry reads one entry; end where the word trailer stands in its place.
func (t *tableReader) entry() (e entry, end bool, err error) {
	if t.peekTrailer() {
		return entry{}, true, nil
	}
	off, err := t.uint()
	if err != nil {
		return entry{}, false, err
	}
	gen, err := t.uint()
	if err != nil {
		return entry{}, false, err
	}
	w, err := t.word()
	if err != nil {
		return entry{}, false, err
	}
	e = entry{off: off, gen: uint32(min(gen, 1<<31))}
	switch string(w) {
	case "n":
		e.kind = entryPlain
	case "f":
		e.kind = entryFree
	default:
		return entry{}, false, malformed(t.pos, "cross-reference table: entry is neither n nor f")
	}
	if off == 0 {
		e.kind = entryFree // nothing can stand at byte 0
	}
	return e, false, nil
}

func (t *tableReader) peekTrailer() bool {
	head, _ := t.peek() // an error shows when the words are read
	head = head[:min(len(head), 16)]
	for len(head) > 0 && isSpace(head[0]) {
		head = head[1:]
	}
	return len(head) > 0 && head[0] == 't'
}

// readTrailer reads the dictionary after the word trailer.
func (f *File) readTrailer(sec *section, at int64) error {
	return f.parseAt(at, func(l *lexer) error {
		o, err := l.object()
		if err != nil {
			return err
		}
		d, ok := o.(Dict)
		if !ok {
			return l.fail("trailer dictionary expected")
		}
		sec.trailer = d
		sec.end = l.base + int64(l.pos)
		return nil
	})
}
