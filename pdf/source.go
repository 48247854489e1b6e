package pdf

import (
	"errors"
	"fmt"
	"io"
)

// firstWindow is how much of an object is read at first; it grows until the
// object fits.
const firstWindow = 4096

// keptWindow is up to which size the memory of a window is used again.
const keptWindow = 64 << 10

// readAt fills up to n bytes from off; fewer only at the end of the file.
func (f *File) readAt(off int64, n int64) ([]byte, error) {
	if off < 0 || off >= f.size {
		return nil, malformed(off, "position outside the file")
	}
	buf := make([]byte, min(n, f.size-off))
	return buf, f.fill(buf, off)
}

// fill reads all of buf from off.
func (f *File) fill(buf []byte, off int64) error {
	got, err := f.src.ReadAt(buf, off)
	if got == len(buf) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("pdf: read: %w", err)
}

// window reads like readAt, small pieces into a buffer that the next call
// takes again: what is parsed from it copies what it keeps.
func (f *File) window(off, n int64) ([]byte, error) {
	if n > keptWindow || off < 0 || off >= f.size {
		return f.readAt(off, n)
	}
	n = min(n, f.size-off)
	if int64(len(f.scratch)) < n {
		f.scratch = make([]byte, max(n, min(firstWindow, f.size)))
	}
	buf := f.scratch[:n]
	return buf, f.fill(buf, off)
}

// parseAt runs parse over a growing window of the file at off.
func (f *File) parseAt(off int64, parse func(*lexer) error) error {
	for n := int64(firstWindow); ; n *= 4 {
		buf, err := f.window(off, n)
		if err != nil {
			return err
		}
		l := &f.lex
		*l = *newLexer(buf, off, off+int64(len(buf)) == f.size, f.lim.Depth)
		err = parse(l)
		if limit := f.charge(int64(l.pos)); limit != nil {
			return limit
		}
		if !errors.Is(err, errShort) {
			f.top = max(f.top, l.top)
			return err
		}
		if n >= f.lim.ObjectBytes {
			return &LimitError{Limit: "ObjectBytes", Max: f.lim.ObjectBytes}
		}
	}
}

// workFloor and workRatio bound how many bytes are lexed for one file, read
// again or not: objects that overlap must not cost more than the file is worth.
const (
	workFloor = 256 * mib
	workRatio = 64
)

func (f *File) charge(n int64) error {
	f.work += n
	if limit := workFloor + workRatio*f.size; f.work > limit {
		return &LimitError{Limit: "work", Max: limit}
	}
	return nil
}
