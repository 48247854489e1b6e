// Package der is the library's own helper for ASN.1 encodings: it checks that
// octets are strict DER (X.690 section 10 and 11), turns tolerated BER into
// DER, and sorts SET OF, all within caps on size, depth and count.
//
// It is not an ASN.1 compiler: structures are read and written with
// golang.org/x/crypto/cryptobyte by the packages that know them.
package der

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// Limits bound the work of one call.
type Limits struct {
	Size     int // octets of input
	Depth    int // nesting of constructed elements
	Elements int // elements in all
}

// DefaultLimits suit signatures, tokens, certificates and revocation lists.
func DefaultLimits() Limits { return Limits{Size: 32 << 20, Depth: 64, Elements: 1 << 20} }

// ErrMalformed reports octets that are not the encoding asked for.
var ErrMalformed = errors.New("der: malformed")

// ErrLimit reports input beyond a limit.
var ErrLimit = errors.New("der: over the limit")

const (
	classMask   = 0xc0
	constructed = 0x20
	numberMask  = 0x1f
)

// header is the start of one element.
type header struct {
	tag        byte
	size       int // octets of tag and length
	length     int // octets of content; -1 when indefinite
	indefinite bool
}

func (h header) constructed() bool { return h.tag&constructed != 0 }

// universal is the universal tag number, or -1 for another class.
func (h header) universal() int {
	if h.tag&classMask != 0 {
		return -1
	}
	return int(h.tag & numberMask)
}

func malformed(at int, what string) error {
	return fmt.Errorf("%w: %s at octet %d", ErrMalformed, what, at)
}

// readHeader reads tag and length at the start of in; at is for messages.
func readHeader(in []byte, at int) (header, error) {
	if len(in) < 2 {
		return header{}, malformed(at, "truncated element")
	}
	h := header{tag: in[0], size: 2}
	if h.tag&numberMask == numberMask {
		return header{}, malformed(at, "tag number above 30")
	}
	switch first := in[1]; {
	case first < 0x80:
		h.length = int(first)
	case first == 0x80:
		h.length, h.indefinite = -1, true
		if !h.constructed() {
			return header{}, malformed(at, "primitive of indefinite length")
		}
		return h, nil
	default:
		if err := h.readLong(in, int(first&0x7f), at); err != nil {
			return header{}, err
		}
	}
	if h.length > len(in)-h.size {
		return header{}, malformed(at, "length beyond the input")
	}
	return h, nil
}

// measure is readHeader for strict DER: the octets of tag and length, and those of
// the content. Where anything else stands there, size is 0.
func measure(in []byte) (size, length int) {
	if len(in) < 2 || in[0]&numberMask == numberMask {
		return 0, 0
	}
	size, length = 2, int(in[1])
	if length >= 0x80 {
		octets := length - 0x80
		if octets == 0 || octets > 4 || len(in) < 2+octets || in[2] == 0 {
			return 0, 0
		}
		size, length = 2+octets, 0
		for _, b := range in[2:size] {
			length = length<<8 | int(b)
		}
		if length < 0x80 || length > math.MaxInt32 {
			return 0, 0
		}
	}
	if length > len(in)-size {
		return 0, 0
	}
	return size, length
}

func (h *header) readLong(in []byte, count, at int) error {
	if count > 4 || len(in) < 2+count {
		return malformed(at, "length")
	}
	var n int64
	for _, b := range in[2 : 2+count] {
		n = n<<8 | int64(b)
	}
	if n > 1<<31-1 {
		return malformed(at, "length")
	}
	h.length = int(n)
	h.size = 2 + count
	return nil
}

// walker counts elements and depth against the limits.
type walker struct {
	limits Limits
	left   int // elements that may still be looked at
	nodes  int // nodes that may still be kept
}

func newWalker(in []byte, limits Limits) (*walker, error) {
	if len(in) > limits.Size {
		return nil, fmt.Errorf("%w: %d octets, at most %d", ErrLimit, len(in), limits.Size)
	}
	return &walker{limits: limits, left: limits.Elements}, nil
}

func (w *walker) enter(depth int) error {
	w.left--
	if w.left < 0 || depth > w.limits.Depth {
		return fmt.Errorf("%w: too many elements or too deep", ErrLimit)
	}
	return nil
}

// Check reports whether in is exactly one element in strict DER: minimal
// definite lengths, no constructed strings, minimal INTEGER, BOOLEAN of 00 or
// FF, and SET elements in order.
func Check(in []byte, limits Limits) error {
	w, err := newWalker(in, limits)
	if err != nil {
		return err
	}
	n, err := w.check(in, 0, 0)
	if err != nil {
		return err
	}
	if n != len(in) {
		return malformed(n, "octets after the element")
	}
	return nil
}

// check checks the element at the start of in and returns its whole size.
func (w *walker) check(in []byte, at, depth int) (int, error) {
	if err := w.enter(depth); err != nil {
		return 0, err
	}
	size, length := measure(in)
	if size == 0 {
		return 0, notMeasured(in, at)
	}
	tag, content := in[0], in[size:size+length]
	if tag&constructed == 0 {
		return size + length, checkPrimitive(tag, content, at)
	}
	if tag&classMask == 0 && tag != sequence && tag != set && tag != external && tag != embedded {
		return 0, malformed(at, "constructed string")
	}
	return size + length, w.checkChildren(tag == set, content, at+size, depth+1)
}

// The constructed elements of the universal class, but for strings.
const (
	sequence = constructed | 16
	set      = constructed | 17
	external = constructed | 8
	embedded = constructed | 11
)

// notMeasured says why measure found nothing.
func notMeasured(in []byte, at int) error {
	if _, err := readHeader(in, at); err != nil {
		return err
	}
	return malformed(at, "length not minimal")
}

// checkChildren checks the elements that fill content; those of a SET are in order.
func (w *walker) checkChildren(ordered bool, content []byte, at, depth int) error {
	var previous []byte
	for len(content) > 0 {
		n, err := w.check(content, at, depth)
		if err != nil {
			return err
		}
		if ordered && bytes.Compare(previous, content[:n]) > 0 {
			return malformed(at, "SET not in order")
		}
		previous, content = content[:n], content[n:]
		at += n
	}
	return nil
}

func checkPrimitive(tag byte, content []byte, at int) error {
	switch tag {
	case 1:
		if len(content) != 1 || (content[0] != 0 && content[0] != 0xff) {
			return malformed(at, "BOOLEAN")
		}
	case 2, 10:
		if len(content) == 0 || len(content) > 1 && redundant(content) {
			return malformed(at, "INTEGER")
		}
	case 5:
		if len(content) != 0 {
			return malformed(at, "NULL")
		}
	case 16, 17:
		return malformed(at, "primitive SEQUENCE or SET")
	}
	return nil
}

// redundant reports a first octet that adds nothing to a two's complement.
func redundant(content []byte) bool {
	return content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80
}

// SortSet sorts the encodings of a SET OF in place, X.690 section 11.6.
func SortSet(elements [][]byte) { slices.SortFunc(elements, bytes.Compare) }

// Explicit is the context-specific constructed tag [n].
func Explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

// Elements splits the octets of concatenated DER elements. At most limit of
// them are accepted.
func Elements(in []byte, limit int) ([][]byte, error) {
	n, err := count(in, limit)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, 0, n)
	for range n {
		size, length := measure(in)
		out = append(out, in[:size+length:size+length])
		in = in[size+length:]
	}
	return out, nil
}

func count(in []byte, limit int) (int, error) {
	n := 0
	for at := 0; at < len(in); n++ {
		size, length := measure(in[at:])
		if size == 0 {
			return 0, malformed(at, "element")
		}
		if n == limit {
			return 0, fmt.Errorf("%w: more than %d elements", ErrLimit, limit)
		}
		at += size + length
	}
	return n, nil
}
