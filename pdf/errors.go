package pdf

import (
	"errors"
	"fmt"
)

// ErrPassword says that the file is encrypted and that neither the given nor
// the empty password opens it.
var ErrPassword = errors.New("pdf: password required")

// ErrRecipient says that the file is encrypted for the holders of certificates
// and that none of those was given.
var ErrRecipient = errors.New("pdf: certificate and key of a recipient required")

// ErrTooLong says that a file with a cross-reference table reaches past ten
// decimal digits, which is as far as such a table can point. It is not continued
// with a cross-reference stream: /Prev of a stream leads to streams only (ISO
// 32000, table 17), and readers call signatures over a mixture broken.
var ErrTooLong = errors.New("pdf: file is too long for its cross-reference table")

// ErrNotPDF says that the bytes hold no PDF at all.
var ErrNotPDF = errors.New("pdf: not a PDF file")

// MalformedError says where and how the file breaks the format.
type MalformedError struct {
	Offset int64  // position in the file or decoded stream, -1 where unknown
	Reason string // says what is wrong, never what the file says
}

func (e *MalformedError) Error() string {
	if e.Offset < 0 {
		return "pdf: malformed: " + e.Reason
	}
	return fmt.Sprintf("pdf: malformed at byte %d: %s", e.Offset, e.Reason)
}

// LimitError says which of the Limits the file exceeds.
type LimitError struct {
	Limit string // name of the field of Limits
	Max   int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("pdf: too complex: %s exceeds %d", e.Limit, e.Max)
}

// UnsupportedError says which encryption or filter is not known.
type UnsupportedError struct{ Feature string }

func (e *UnsupportedError) Error() string { return "pdf: unsupported: " + e.Feature }

func malformed(off int64, reason string) error {
	return &MalformedError{Offset: off, Reason: reason}
}
