package pades

import (
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// ErrDamaged says that a file is too damaged to be signed as it stands.
var ErrDamaged = errors.New("file is too damaged to be signed")

// reopens makes sure that what will be written can be read without repair, and
// that the signature is found in it. It is asked for files that needed repair
// themselves: there the increment cannot lean on what is below it.
func (p *Prepared) reopens(src io.ReaderAt, access pdf.Options) error {
	whole := joined{first: src, size: p.FileSize, rest: p.Increment}
	access.Strict = true
	file, err := pdf.Open(whole, whole.length(), access)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, s := range list {
		if s.Field == p.Field && s.Err == nil && s.ByteRange == p.ByteRange {
			return nil
		}
	}
	return fmt.Errorf("%w: the new signature would not be found", ErrDamaged)
}

// joined reads a file and what is to be appended to it as one.
type joined struct {
	first io.ReaderAt
	size  int64
	rest  []byte
}

func (j joined) length() int64 { return j.size + int64(len(j.rest)) }

func (j joined) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 || at >= j.length() {
		return 0, io.EOF
	}
	n := 0
	if at < j.size {
		part := b[:min(int64(len(b)), j.size-at)]
		read, err := j.first.ReadAt(part, at)
		if read < len(part) {
			return read, err
		}
		n = read
	}
	if n < len(b) && at+int64(n) < j.length() {
		n += copy(b[n:], j.rest[at+int64(n)-j.size:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
