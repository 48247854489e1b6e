package pdf

import (
	"io"
	"iter"
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
	Password string // user or owner password, UTF-8; the empty one is always tried
	Limits   Limits
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
}

// Revision is one closed stretch of the file: its newest cross-reference
// section and the byte after its %%EOF and end of line.
type Revision struct{ XRefOffset, End int64 }

// Page is one page with its inherited attributes resolved.
type Page struct {
	Index    int // from 0
	Ref      Ref
	Dict     Dict
	MediaBox Rect
	CropBox  Rect
	Rotate   int // 0, 90, 180 or 270, clockwise
}

// Open reads the cross-reference data of a file.
func Open(src io.ReaderAt, size int64, opt Options) (*File, error) {
	f := &File{src: src, size: size, opt: opt}
	return f, nil
}

// Trailer gives the newest trailer.
func (f *File) Trailer() Dict { return nil }

// CatalogRef gives the catalog's reference.
func (f *File) CatalogRef() Ref { return Ref{} }

// Catalog reads the catalog.
func (f *File) Catalog() (Dict, error) { return nil, nil }

// Get reads one object; a missing or free one is Null.
func (f *File) Get(ref Ref) (Object, error) { return Null{}, nil }

// Resolve follows references until it meets something else.
func (f *File) Resolve(o Object) (Object, error) { return o, nil }

// PageCount counts the pages.
func (f *File) PageCount() (int, error) { return 0, nil }

// Page gives page i, from 0.
func (f *File) Page(i int) (Page, error) { return Page{}, nil }

// Pages walks the page tree.
func (f *File) Pages() iter.Seq2[Page, error] { return func(func(Page, error) bool) {} }

// Decode gives a stream's data with all filters undone.
func (f *File) Decode(s *Stream) ([]byte, error) { return nil, nil }

// Encrypted reports whether the file is encrypted.
func (f *File) Encrypted() bool { return false }

// XRefStyle tells how the newest cross-reference section is written.
func (f *File) XRefStyle() XRefStyle { return XRefTable }

// Revisions lists the closed revisions in file order.
func (f *File) Revisions() []Revision { return nil }

// Repaired reports whether the cross-reference data had to be rebuilt.
func (f *File) Repaired() bool { return false }

// Size is the file's length in bytes.
func (f *File) Size() int64 { return f.size }

// Source is what the file was opened from.
func (f *File) Source() io.ReaderAt { return f.src }
