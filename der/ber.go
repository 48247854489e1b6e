package der

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// Normalized is the outcome of Normalize.
type Normalized struct {
	DER    []byte // the first element with definite minimal lengths and whole strings
	Size   int    // octets of the input that it took
	Strict bool   // those octets were strict DER already, and DER is the input itself
}

// Normalize reads the first element of in, which may be BER, and gives it
// with minimal definite lengths and constructed strings joined. The order of
// SETs and the content of primitives stay as they are, so what was signed as
// DER stays what was signed. Octets behind the element are left to the caller.
func Normalize(in []byte, limits Limits) (Normalized, error) {
	w, err := newWalker(in, limits)
	if err != nil {
		return Normalized{}, err
	}
	if n, err := w.check(in, 0, 0); err == nil {
		return Normalized{DER: in[:n:n], Size: n, Strict: true}, nil
	}
	w.left, w.nodes = limits.Elements, maxNodes
	tree, err := w.read(in, 0, 0)
	if err != nil {
		return Normalized{}, err
	}
	return Normalized{DER: tree.append(make([]byte, 0, tree.total())), Size: tree.consumed}, nil
}

// maxNodes bounds the tree that Normalize keeps in memory; what is DER already
// is one node, however large.
const maxNodes = 1 << 16

// node is an element on its way from BER to DER. A primitive has content, a
// constructed one children; raw is an element that stays as it is.
type node struct {
	tag      byte
	raw      []byte
	content  []byte
	children []node
	length   int // octets of content once encoded
	consumed int // octets of input
}

// read reads the element at the start of in.
func (w *walker) read(in []byte, at, depth int) (node, error) {
	if err := w.enter(depth); err != nil {
		return node{}, err
	}
	h, err := readHeader(in, at)
	if err != nil {
		return node{}, err
	}
	if w.nodes--; w.nodes < 0 {
		return node{}, fmt.Errorf("%w: too many elements that are not DER", ErrLimit)
	}
	if !h.constructed() {
		return node{tag: h.tag, content: in[h.size : h.size+h.length], length: h.length, consumed: h.size + h.length}, nil
	}
	if !h.indefinite {
		if n, err := w.check(in, at, depth); err == nil {
			return node{raw: in[:n], consumed: n}, nil
		}
	}
	n := node{tag: h.tag}
	if h.indefinite {
		err = w.readUntilEnd(&n, in, h.size, at, depth)
	} else {
		err = w.readWithin(&n, in[:h.size+h.length], h.size, at, depth)
	}
	if err != nil {
		return node{}, err
	}
	if joinable(h) {
		return join(n, at)
	}
	return n, nil
}

// readWithin reads children that fill in from offset to its end.
func (w *walker) readWithin(n *node, in []byte, offset, at, depth int) error {
	for offset < len(in) {
		child, err := w.read(in[offset:], at+offset, depth+1)
		if err != nil {
			return err
		}
		offset += child.consumed
		n.add(child)
	}
	n.consumed = offset
	return nil
}

// readUntilEnd reads children up to the end-of-contents octets.
func (w *walker) readUntilEnd(n *node, in []byte, offset, at, depth int) error {
	for {
		rest := in[offset:]
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			n.consumed = offset + 2
			return nil
		}
		child, err := w.read(rest, at+offset, depth+1)
		if err != nil {
			return err
		}
		offset += child.consumed
		n.add(child)
	}
}

func (n *node) add(child node) {
	n.length += child.total()
	n.children = append(n.children, child)
}

// joinable reports a universal string type in constructed form.
func joinable(h header) bool {
	switch h.universal() {
	case 3, 4, 12, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30:
		return true
	}
	return false
}

// join makes a primitive string of a constructed one. Segments carry the tag
// of the whole, or OCTET STRING for the character strings; every segment of a
// BIT STRING but the last must be whole octets.
func join(n node, at int) (node, error) {
	tag := n.tag &^ constructed
	out := node{tag: tag, consumed: n.consumed}
	if tag == 3 {
		out.content = []byte{0}
	}
	for i, part := range n.children {
		if part.raw != nil {
			return node{}, malformed(at, "segment of a string")
		}
		if part.tag != tag && (part.tag != 4 || tag == 3) {
			return node{}, malformed(at, "segment of a string")
		}
		content := part.content
		if tag == 3 {
			if len(content) == 0 || content[0] > 7 || content[0] != 0 && i != len(n.children)-1 {
				return node{}, malformed(at, "segment of a BIT STRING")
			}
			out.content[0] = content[0]
			content = content[1:]
		}
		out.content = append(out.content, content...)
	}
	out.length = len(out.content)
	return out, nil
}

// total is the size of the encoded element.
func (n *node) total() int {
	if n.raw != nil {
		return len(n.raw)
	}
	return Size(n.length)
}

func lengthSize(length int) int {
	switch {
	case length < 0x80:
		return 1
	case length < 1<<8:
		return 2
	case length < 1<<16:
		return 3
	case length < 1<<24:
		return 4
	}
	return 5
}

func (n *node) append(out []byte) []byte {
	if n.raw != nil {
		return append(out, n.raw...)
	}
	out = append(AppendHeader(out, asn1.Tag(n.tag), n.length), n.content...)
	for i := range n.children {
		out = n.children[i].append(out)
	}
	return out
}
