package testpdf

import (
	"bytes"
	"fmt"
	"io"
)

// Virtual is a PDF whose bulk is one stream of spaces that exists only while it
// is read: the memory of a test that reads it is that of the code under test.
type Virtual struct {
	head, tail []byte
	size       int64
}

// Large makes a one-page file of about size bytes.
func Large(size int64) *Virtual {
	objects := base(1)
	var head bytes.Buffer
	offsets := body(&head, objects)
	bulk := head.Len()
	fmt.Fprintf(&head, "%d 0 obj\n<</Length %d>>stream\n", len(objects)+1, size)
	xref := int64(head.Len()) + size + int64(len("\nendstream\nendobj\n"))
	var tail bytes.Buffer
	fmt.Fprintf(&tail, "\nendstream\nendobj\nxref\n0 %d\n0000000000 65535 f \n", len(objects)+2)
	for _, at := range append(offsets, bulk) {
		fmt.Fprintf(&tail, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&tail, "trailer\n<</Size %d/Root 1 0 R/ID[<%032x><%032x>]>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+2, 3, 3, xref)
	return &Virtual{head: head.Bytes(), tail: tail.Bytes(), size: int64(head.Len()) + size + int64(tail.Len())}
}

// Size is the file's length in bytes.
func (v *Virtual) Size() int64 { return v.size }

// ReadAt reads like a file.
func (v *Virtual) ReadAt(b []byte, at int64) (int, error) {
	if at >= v.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), v.size-at))
	for i := range b[:n] {
		b[i] = ' '
	}
	overlay(b[:n], at, v.head, 0)
	overlay(b[:n], at, v.tail, v.size-int64(len(v.tail)))
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// overlay copies into b, which starts at a place of the file, the part of src
// that falls into it.
func overlay(b []byte, at int64, src []byte, from int64) {
	low, high := max(at, from), min(at+int64(len(b)), from+int64(len(src)))
	if low < high {
		copy(b[low-at:high-at], src[low-from:high-from])
	}
}
