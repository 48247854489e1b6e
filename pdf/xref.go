package pdf

import (
	"slices"
	"sort"
)

// maxObjectNumber is the largest object number that is read (ISO 32000, annex
// C, gives 8,388,607 as a customary limit).
const maxObjectNumber = 1<<31 - 1

type entryKind uint8

const (
	entryFree entryKind = iota
	entryPlain
	entryCompressed
)

// entry is one cross-reference entry. For a compressed object off is the
// number of its object stream and gen its index there.
type entry struct {
	num  int32
	gen  uint32
	off  int64
	kind entryKind
}

// xrefTable holds the entries of all sections, one for each object number,
// sorted by number.
type xrefTable struct{ entries []entry }

func (t *xrefTable) find(num int) (entry, bool) {
	i := sort.Search(len(t.entries), func(i int) bool { return int(t.entries[i].num) >= num })
	if i == len(t.entries) || int(t.entries[i].num) != num {
		return entry{}, false
	}
	return t.entries[i], true
}

// newXRefTable takes entries in the order in which they count: of several for
// one object the first wins.
func newXRefTable(entries []entry) xrefTable {
	slices.SortStableFunc(entries, func(a, b entry) int { return int(a.num) - int(b.num) })
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.num == b.num })
	return xrefTable{entries: slices.Clip(entries)}
}

// max is the highest object number that has an entry, 0 where there is none.
func (t *xrefTable) max() int {
	if len(t.entries) == 0 {
		return 0
	}
	return int(t.entries[len(t.entries)-1].num)
}

// section is one cross-reference section as it stands in the file.
type section struct {
	off     int64 // as startxref or /Prev gives it
	at      int64 // where it really stands: off, or off past leading bytes
	style   XRefStyle
	trailer Dict
	self    Ref   // of a cross-reference stream
	end     int64 // byte after the trailer or the stream
	entries []entry
}

// sectionReader follows the chain of sections from the newest on.
type sectionReader struct {
	f        *File
	seen     []int64 // where sections are said to be
	entries  []entry
	sections []section
	maxNum   int
}

// readSections reads the chain that starts at off.
func (f *File) readSections(off int64) (*sectionReader, error) {
	r := &sectionReader{f: f}
	for {
		if slices.Contains(r.seen, off) {
			return nil, malformed(off, "cross-reference sections in a loop")
		}
		sec, err := r.read(off)
		if err != nil {
			return nil, err
		}
		prev, ok := Int(sec.trailer["Prev"])
		if !ok || prev == 0 && sec.style == XRefTable {
			return r, nil
		}
		off = prev
	}
}

// read reads one section and takes its entries.
func (r *sectionReader) read(off int64) (*section, error) {
	r.seen = append(r.seen, off)
	if len(r.seen) > r.f.lim.Sections {
		return nil, &LimitError{Limit: "Sections", Max: int64(r.f.lim.Sections)}
	}
	sec, err := r.f.readSection(off)
	if err != nil {
		return nil, err
	}
	beside, err := r.hybrid(sec)
	if err != nil {
		return nil, err
	}
	if beside != nil {
		// What the table calls free is there to hide it from old readers.
		slices.SortStableFunc(sec.entries, func(a, b entry) int { return freeLast(a) - freeLast(b) })
		used := slices.IndexFunc(sec.entries, func(e entry) bool { return e.kind == entryFree })
		if used < 0 {
			used = len(sec.entries)
		}
		sec.entries = slices.Insert(sec.entries, used, beside.entries...)
		r.maxNum = max(r.maxNum, beside.self.Num)
	}
	if err := r.take(sec); err != nil {
		return nil, err
	}
	r.sections = append(r.sections, *sec)
	return sec, nil
}

func freeLast(e entry) int {
	if e.kind == entryFree {
		return 1
	}
	return 0
}

func (r *sectionReader) take(sec *section) error {
	r.entries = append(r.entries, sec.entries...)
	if len(r.entries) > r.f.lim.Objects {
		return &LimitError{Limit: "Objects", Max: int64(r.f.lim.Objects)}
	}
	r.maxNum = max(r.maxNum, sec.self.Num)
	sec.entries = nil
	return nil
}

// hybrid reads the cross-reference stream that a table names beside itself
// (ISO 32000, 7.5.8.4); nil where there is none.
func (r *sectionReader) hybrid(sec *section) (*section, error) {
	off, ok := Int(sec.trailer["XRefStm"])
	if !ok || sec.style != XRefTable || slices.Contains(r.seen, off) {
		return nil, nil
	}
	r.seen = append(r.seen, off)
	beside, err := r.f.readSection(off)
	if err == nil && beside.style == XRefStream {
		return beside, nil
	}
	if r.f.opt.Strict {
		return nil, malformed(off, "hybrid cross-reference stream unreadable")
	}
	return nil, nil // the table alone describes the file for older readers
}

// readSection reads the section at off, or at off past the bytes that stand
// before the header.
func (f *File) readSection(off int64) (*section, error) {
	sec, err := f.readSectionAt(off, off+f.base)
	if err == nil || f.header == 0 || f.base != 0 || f.baseFixed {
		return sec, err
	}
	if sec, err2 := f.readSectionAt(off, off+f.header); err2 == nil {
		f.base = f.header
		return sec, nil
	}
	return nil, err
}

func (f *File) readSectionAt(off, at int64) (*section, error) {
	head, err := f.window(at, 64)
	if err != nil {
		return nil, err
	}
	skip := 0
	for skip < len(head) && isSpace(head[skip]) {
		skip++
	}
	at += int64(skip)
	head = head[skip:]
	sec := &section{off: off, at: at}
	if len(head) >= 4 && string(head[:4]) == "xref" {
		err = f.readTable(sec)
	} else {
		err = f.readXRefStream(sec)
	}
	if err != nil {
		return nil, err
	}
	f.baseFixed = true
	return sec, nil
}
