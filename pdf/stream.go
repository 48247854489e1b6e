package pdf

import (
	"bytes"
	"fmt"
	"io"
)

// Stream is a dictionary with data, which stay in the file until asked for.
type Stream struct {
	Dict Dict

	data  []byte // of a stream made in memory
	file  *File  // of a stream read from a file
	off   int64
	ref   Ref
	plain bool  // never encrypted
	size  int64 // stored bytes, where known
	known bool
}

// NewStream makes a stream whose data are already encoded as dict says.
func NewStream(dict Dict, data []byte) *Stream { return &Stream{Dict: dict, data: data} }

// WithDict gives a stream with the same data and another dictionary.
func (s *Stream) WithDict(dict Dict) *Stream {
	c := *s
	c.Dict = dict
	if c.file != nil {
		n, err := s.length()
		c.size, c.known = n, err == nil
	}
	return &c
}

// Raw gives the data as they are stored, decrypted but with all filters still
// applied, and their length, -1 where decryption makes it unknown.
func (s *Stream) Raw() (io.Reader, int64, error) {
	if s.file == nil {
		return bytes.NewReader(s.data), int64(len(s.data)), nil
	}
	n, err := s.length()
	if err != nil {
		return nil, 0, err
	}
	r := io.NewSectionReader(s.file.src, s.off, n)
	if s.plain || s.file.crypt == nil || s.ref == s.file.encryptRef {
		return r, n, nil
	}
	return s.file.crypt.streamReader(s, r, n)
}

// length gives the number of stored bytes: /Length where "endstream" follows
// it, else up to the next "endstream".
func (s *Stream) length() (int64, error) {
	if s.known {
		return s.size, nil
	}
	n, ok := s.file.declaredLength(s.Dict["Length"])
	if ok && s.file.endstreamAt(s.off+n) {
		s.size, s.known = n, true
		return n, nil
	}
	n, err := s.file.findEndstream(s.off)
	if err != nil {
		return 0, err
	}
	s.size, s.known = n, true
	return n, nil
}

// declaredLength reads /Length. A reference is followed only to a plain
// object, so that object streams cannot send the reader in circles.
func (f *File) declaredLength(o Object) (int64, bool) {
	n, err := f.directInt(o)
	return n, err == nil && n >= 0
}

// endstreamAt reports whether the word endstream follows at off.
func (f *File) endstreamAt(off int64) bool {
	if off < 0 || off >= f.size {
		return false
	}
	head, err := f.readAt(off, 32)
	if err != nil {
		return false
	}
	head = bytes.TrimLeft(head, "\r\n\t\f\x00 ")
	return bytes.HasPrefix(head, []byte("endstream")) || bytes.HasPrefix(head, []byte("endobj"))
}

// findEndstream looks for the end of data whose length is not known.
func (f *File) findEndstream(off int64) (int64, error) {
	at, err := f.search(off, f.size, []byte("endstream"))
	if err != nil {
		return 0, err
	}
	if at < 0 {
		at, err = f.search(off, f.size, []byte("endobj"))
	}
	if err != nil {
		return 0, err
	}
	if at < 0 {
		at = f.size
	}
	return f.trimLineEnd(off, at)
}

// trimLineEnd takes the line end that stands before endstream off the data.
func (f *File) trimLineEnd(off, at int64) (int64, error) {
	if at-off < 2 {
		return at - off, nil
	}
	tail, err := f.readAt(at-2, 2)
	if err != nil {
		return 0, err
	}
	switch {
	case tail[0] == '\r' && tail[1] == '\n':
		at -= 2
	case tail[1] == '\n' || tail[1] == '\r':
		at--
	}
	return at - off, nil
}

// search gives the position of the first mark in [from, to), or -1.
func (f *File) search(from, to int64, mark []byte) (int64, error) {
	const step = 64 << 10
	for at := from; at < to; at += step {
		buf, err := f.readAt(at, min(step+int64(len(mark)), to-at))
		if err != nil {
			return 0, fmt.Errorf("pdf: search: %w", err)
		}
		if err := f.charge(int64(len(buf))); err != nil {
			return 0, err
		}
		if i := bytes.Index(buf, mark); i >= 0 {
			return at + int64(i), nil
		}
	}
	return -1, nil
}
