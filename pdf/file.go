package pdf

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strconv"
)

// XRefStyle is how a file's newest cross-reference section is written.
type XRefStyle int

// The two styles.
const (
	XRefTable XRefStyle = iota
	XRefStream
)

// Options change how a file is opened.
type Options struct {
	Password  string    // user or owner password, UTF-8; the empty one is always tried
	Recipient Recipient // opens a file that was encrypted for certificates
	Limits    Limits
	// Strict refuses files whose cross-reference data need repair. Files that
	// bear signatures must be opened so.
	Strict bool
}

// File is an opened PDF. It reads from its source on demand and keeps only
// bounded caches. It is not safe for concurrent use.
type File struct {
	src  io.ReaderAt
	size int64
	opt  Options
	lim  Limits

	header    int64 // where %PDF- stands
	version   string
	base      int64 // what offsets in the file count from
	baseFixed bool  // a section was found, base is certain

	xref      xrefTable
	maxNum    int
	top       int   // highest object number referred to, as far as was read
	startXRef int64 // as the file gives it
	sections  []section
	trailer   Dict
	root      Ref
	rootDict  Dict // of a catalog that stands in the trailer itself
	repaired  bool
	opening   bool

	crypt      *crypt
	encryptRef Ref

	scratch      []byte // of window
	lex          lexer  // of parseAt
	cache        objectCache
	objStms      map[int]*objStm
	objStmWeight int
	decoded      int64 // bytes decoded so far
	work         int64 // bytes lexed so far
	pages        []Page
	revisions    []Revision
}

// headerWindow and tailWindow are how far from the ends of the file its
// header and its last startxref are looked for; nearWindow is where they are in
// nearly every file.
const (
	headerWindow = 8 << 10
	tailWindow   = 64 << 10
	nearWindow   = 1 << 10
)

// Open reads the cross-reference data of a file.
func Open(src io.ReaderAt, size int64, opt Options) (*File, error) {
	f := &File{src: src, size: size, opt: opt, lim: opt.Limits.withDefaults(size)}
	if err := f.findHeader(); err != nil {
		return nil, err
	}
	f.opening = true
	err := f.load()
	if err == nil {
		err = f.openCrypt()
	}
	if err == nil {
		err = f.checkCatalog()
	}
	if err != nil && f.mayRepair(err) {
		err = f.rebuild()
	}
	f.opening = false
	if err != nil {
		return nil, err
	}
	return f, nil
}

// mayRepair reports whether rebuilding the cross-reference data could help.
func (f *File) mayRepair(err error) bool {
	var broken *MalformedError
	return errors.As(err, &broken) && !f.opt.Strict
}

// findHeader looks for %PDF-; without one the file must at least look like a
// PDF further on, which reading it will show.
func (f *File) findHeader() error {
	if f.size == 0 {
		return ErrNotPDF
	}
	mark := []byte("%PDF-")
	head, err := f.window(0, nearWindow)
	if err == nil && !bytes.Contains(head, mark) {
		head, err = f.window(0, headerWindow)
	}
	if err != nil {
		return err
	}
	i := bytes.Index(head, mark)
	if i < 0 {
		if !bytes.Contains(head, []byte(" obj")) {
			return ErrNotPDF
		}
		return nil
	}
	f.header = int64(i)
	rest := head[i+len("%PDF-"):]
	if len(rest) >= 3 && isDigit(rest[0]) && rest[1] == '.' && isDigit(rest[2]) {
		f.version = string(rest[:3])
	}
	return nil
}

// load reads the chain of cross-reference sections.
func (f *File) load() error {
	start, err := f.lastStartXRef()
	if err != nil {
		return err
	}
	r, err := f.readSections(start)
	if err != nil {
		return err
	}
	f.startXRef = start
	f.sections = r.sections
	f.trailer = f.mergeTrailers(r.sections)
	f.xref = newXRefTable(r.entries)
	f.maxNum = max(f.xref.max(), r.maxNum)
	f.root, _ = f.trailer["Root"].(Ref)
	if f.root.Zero() {
		return malformed(r.sections[0].at, "trailer without /Root")
	}
	return nil
}

// mergeTrailers takes the newest trailer; what it lacks of the keys that every
// trailer needs comes from older ones.
func (f *File) mergeTrailers(sections []section) Dict {
	t := sections[0].trailer
	if len(sections) > 1 {
		t = t.Clone()
	}
	for _, key := range []Name{"Root", "Encrypt", "ID", "Info"} {
		for _, s := range sections[1:] {
			if _, ok := t[key]; ok || key == "Encrypt" && f.opt.Strict {
				break
			}
			if v, ok := s.trailer[key]; ok {
				t[key] = v
			}
		}
	}
	return t
}

// lastStartXRef reads the number after the last startxref.
func (f *File) lastStartXRef() (int64, error) {
	for _, window := range []int64{nearWindow, tailWindow} {
		from := max(f.size-window, 0)
		tail, err := f.window(from, window)
		if err != nil {
			return 0, err
		}
		i := bytes.LastIndex(tail, []byte("startxref"))
		if i < 0 {
			continue
		}
		off, ok := leadingInt(tail[i+len("startxref"):])
		if !ok {
			return 0, malformed(from+int64(i), "startxref without a number")
		}
		return off, nil
	}
	return 0, malformed(f.size, "startxref missing")
}

// leadingInt reads digits after white space.
func leadingInt(b []byte) (int64, bool) {
	b = bytes.TrimLeft(b, "\x00\t\n\f\r ")
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	v, err := strconv.ParseInt(string(b[:n]), 10, 64)
	return v, err == nil
}

// checkCatalog makes sure that the catalog and the root of the page tree are
// where the cross-reference data say.
func (f *File) checkCatalog() error {
	cat, err := f.Catalog()
	if err != nil {
		return err
	}
	pages, err := f.Dict(cat["Pages"])
	if err != nil {
		return err
	}
	if pages == nil {
		return malformed(-1, "catalog without page tree")
	}
	return nil
}

// Trailer gives the newest trailer. It must not be changed.
func (f *File) Trailer() Dict { return f.trailer }

// CatalogRef gives the catalog's reference.
func (f *File) CatalogRef() Ref { return f.root }

// Catalog reads the catalog. It must not be changed.
func (f *File) Catalog() (Dict, error) {
	o, err := f.Get(f.root)
	if err != nil {
		return nil, err
	}
	d, ok := o.(Dict)
	if !ok {
		return nil, malformed(-1, "catalog is no dictionary")
	}
	return d, nil
}

// Version is the newer of the header's and the catalog's version, such as
// "1.7", or "" where neither is readable.
func (f *File) Version() string {
	v := f.version
	if cat, err := f.Catalog(); err == nil {
		if n := string(cat.Name("Version")); len(n) == 3 && n > v {
			v = n
		}
	}
	return v
}

// Encrypted reports whether the file is encrypted.
func (f *File) Encrypted() bool { return f.crypt != nil }

// XRefStyle tells how the newest cross-reference section is written.
func (f *File) XRefStyle() XRefStyle {
	if len(f.sections) == 0 {
		return XRefTable
	}
	return f.sections[0].style
}

// Repaired reports whether the cross-reference data had to be rebuilt.
func (f *File) Repaired() bool { return f.repaired }

// Size is the file's length in bytes.
func (f *File) Size() int64 { return f.size }

// Source is what the file was opened from.
func (f *File) Source() io.ReaderAt { return f.src }

// HeaderOffset is where %PDF- stands, 0 where it is missing.
func (f *File) HeaderOffset() int64 { return f.header }

// MaxObject is the highest object number in use or reserved.
func (f *File) MaxObject() int { return f.maxNum }

// Objects lists the objects in use by number.
func (f *File) Objects() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for _, e := range f.xref.entries {
			ref := Ref{Num: int(e.num)}
			if e.kind == entryPlain {
				ref.Gen = int(e.gen)
			}
			if e.kind != entryFree && !yield(ref) {
				return
			}
		}
	}
}
