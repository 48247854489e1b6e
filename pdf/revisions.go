package pdf

import (
	"bytes"
	"slices"
)

// Revision is one closed stretch of the file: its newest cross-reference
// section and where it ends.
type Revision struct {
	XRefOffset int64 // as startxref gives it
	Mark       int64 // byte after %%EOF
	End        int64 // byte after the end of line that follows, if one does
}

// markWindow is how far after a cross-reference section its startxref is
// looked for.
const markWindow = 4096

// Revisions lists the closed revisions in file order: those whose
// cross-reference section is in the chain and is followed by its own
// startxref and %%EOF. The two sections of a linearized file are one revision.
// A rebuilt file has none.
func (f *File) Revisions() []Revision {
	if f.revisions != nil || len(f.sections) == 0 {
		return f.revisions
	}
	known := map[int64]bool{}
	for _, s := range f.sections {
		known[s.off] = true
	}
	var out []Revision
	for _, s := range f.sections {
		r, ok := f.closing(s.end)
		if ok && known[r.XRefOffset] && (r.XRefOffset == s.off || f.follows(r.XRefOffset, s.off)) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Revision) int {
		if a.End < b.End {
			return -1
		}
		return 1
	})
	f.revisions = slices.CompactFunc(out, func(a, b Revision) bool { return a.End == b.End })
	return f.revisions
}

// follows reports whether the section at newer has older as its /Prev: the
// main section of a linearized file is closed by the number of the first-page
// section at the front.
func (f *File) follows(newer, older int64) bool {
	for _, s := range f.sections {
		if s.off == newer {
			prev, ok := Int(s.trailer["Prev"])
			return ok && prev == older
		}
	}
	return false
}

// closing reads "startxref N %%EOF" at or shortly after off.
func (f *File) closing(off int64) (r Revision, ok bool) {
	if off < 0 || off >= f.size {
		return r, false
	}
	buf, err := f.readAt(off, markWindow)
	if err != nil {
		return r, false
	}
	i := bytes.Index(buf, []byte("startxref"))
	if i < 0 {
		return r, false
	}
	i += len("startxref")
	if r.XRefOffset, ok = leadingInt(buf[i:]); !ok {
		return r, false
	}
	j := bytes.Index(buf[i:], []byte("%%EOF"))
	if j < 0 {
		return r, false
	}
	i += j + len("%%EOF")
	r.Mark = off + int64(i)
	if i < len(buf) && buf[i] == '\r' {
		i++
	}
	if i < len(buf) && buf[i] == '\n' {
		i++
	}
	r.End = off + int64(i)
	return r, true
}

// Before opens the file as it was when it had only its first end bytes, such as
// the end of a revision or of what a signature covers. Nothing is repaired.
func (f *File) Before(end int64) (*File, error) {
	if end <= 0 || end > f.size {
		return nil, malformed(-1, "no such revision")
	}
	opt := f.opt
	opt.Strict = true
	return Open(f.src, end, opt)
}
