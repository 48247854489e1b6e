package pdf

import (
	"bufio"
	"errors"
	"io"
	"strconv"
)

// tableReader reads the words of a classic cross-reference table.
type tableReader struct {
	r   *bufio.Reader
	pos int64
}

func (t *tableReader) byte() (byte, error) {
	c, err := t.r.ReadByte()
	if err == nil {
		t.pos++
	}
	return c, err
}

// word reads the next run of regular characters, at most 20 of them.
func (t *tableReader) word(buf []byte) ([]byte, error) {
	buf = buf[:0]
	for {
		c, err := t.byte()
		if err != nil {
			if errors.Is(err, io.EOF) && len(buf) > 0 {
				return buf, nil
			}
			return nil, malformed(t.pos, "cross-reference table cut off")
		}
		switch {
		case class(c) == charRegular:
			buf = append(buf, c)
			if len(buf) > 20 {
				return nil, malformed(t.pos, "cross-reference table: word too long")
			}
		case len(buf) > 0:
			return buf, t.unread()
		case class(c) == charDelim:
			return nil, malformed(t.pos, "cross-reference table: unexpected delimiter")
		}
	}
}

func (t *tableReader) unread() error {
	t.pos--
	return t.r.UnreadByte()
}

func (t *tableReader) uint() (int64, error) {
	var store [24]byte
	w, err := t.word(store[:])
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseInt(string(w), 10, 64)
	if err != nil || v < 0 {
		return 0, malformed(t.pos, "cross-reference table: number expected")
	}
	return v, nil
}

// tableBuffer is how much of a table is read at once.
const tableBuffer = 4 << 10

// readTable reads a classic section (ISO 32000, 7.5.4) at sec.at.
func (f *File) readTable(sec *section) error {
	sec.style = XRefTable
	start := sec.at + int64(len("xref"))
	rest := max(f.size-start, 0)
	if buffer := int(min(rest, tableBuffer)); f.tables == nil || f.tables.Size() < buffer {
		f.tables = bufio.NewReaderSize(nil, buffer)
	}
	f.tables.Reset(io.NewSectionReader(f.src, start, rest))
	t := &tableReader{r: f.tables, pos: start}
	for {
		var store [24]byte
		w, err := t.word(store[:])
		if err != nil {
			return err
		}
		if string(w) == "trailer" {
			break
		}
		first, err := strconv.ParseInt(string(w), 10, 64)
		if err != nil || first < 0 || first > maxObjectNumber {
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

func (f *File) readSubsection(t *tableReader, sec *section, first int64) error {
	count, err := t.uint()
	if err != nil {
		return err
	}
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
	var store [24]byte
	w, err := t.word(store[:])
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
	head, _ := t.r.Peek(16) // an error shows when the words are read
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
