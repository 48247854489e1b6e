package der

import (
	"bytes"
	stdasn1 "encoding/asn1"
	"math"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// AppendHeader appends a tag and the length, octets, of what will follow: for
// encodings that are made so often that a cryptobyte.Builder is felt.
func AppendHeader(out []byte, tag asn1.Tag, n int) []byte {
	out = append(out, byte(tag))
	if n < 0x80 {
		return append(out, byte(n))
	}
	octets := lengthSize(n) - 1
	out = append(out, 0x80|byte(octets))
	for i := octets - 1; i >= 0; i-- {
		out = append(out, byte(n>>(8*i)))
	}
	return out
}

// Append appends one element.
func Append(out []byte, tag asn1.Tag, content []byte) []byte {
	return append(AppendHeader(out, tag, len(content)), content...)
}

// AppendInteger appends an INTEGER.
func AppendInteger(out []byte, n *big.Int) []byte {
	if n.Sign() < 0 {
		b := cryptobyte.NewBuilder(out)
		b.AddASN1BigInt(n)
		return b.BytesOrPanic()
	}
	size := n.BitLen()/8 + 1 // with room for a sign
	out = AppendHeader(out, asn1.INTEGER, size)
	at := len(out)
	out = append(out, make([]byte, size)...)
	n.FillBytes(out[at:])
	return out
}

// AppendNested appends an element whose content build appends; build keeps what
// it is given.
func AppendNested(out []byte, tag asn1.Tag, build func([]byte) []byte) []byte {
	at := len(out)
	out = build(append(out, byte(tag), 0))
	n := len(out) - at - 2
	if more := lengthSize(n) - 1; more > 0 {
		out = append(out, make([]byte, more)...)
		copy(out[at+2+more:], out[at+2:at+2+n])
	}
	AppendHeader(out[:at], tag, n)
	return out
}

// AppendOID appends an OBJECT IDENTIFIER for which ValidOID is true.
func AppendOID(out []byte, oid stdasn1.ObjectIdentifier) []byte {
	return AppendNested(out, asn1.OBJECT_IDENTIFIER, func(out []byte) []byte {
		out = appendArc(out, 40*oid[0]+oid[1])
		for _, arc := range oid[2:] {
			out = appendArc(out, arc)
		}
		return out
	})
}

// ValidOID reports an object identifier that can be encoded (X.660 section 7.6).
func ValidOID(oid stdasn1.ObjectIdentifier) bool {
	return len(oid) >= 2 && oid[0] <= 2 && (oid[1] < 40 || oid[0] == 2 && oid[1] <= math.MaxInt-80) && slices.Min(oid) >= 0
}

// appendArc appends n in groups of seven bits, all but the last marked (X.690
// section 8.19.2).
func appendArc(out []byte, n int) []byte {
	shift := 0
	for n>>shift >= 0x80 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		out = append(out, 0x80|byte(n>>shift))
	}
	return append(out, byte(n)&0x7f)
}

// AppendSetOf appends a SET OF with its elements in order, under the given tag
// (asn1.SET, or a context tag for an implicit one).
func AppendSetOf(out []byte, tag asn1.Tag, elements [][]byte) []byte {
	if !slices.IsSortedFunc(elements, bytes.Compare) {
		elements = slices.Clone(elements)
		SortSet(elements)
	}
	out = AppendHeader(out, tag, total(elements))
	for _, e := range elements {
		out = append(out, e...)
	}
	return out
}

// SetOf is AppendSetOf by itself.
func SetOf(tag asn1.Tag, elements [][]byte) []byte {
	return AppendSetOf(make([]byte, 0, Size(total(elements))), tag, elements)
}

func total(elements [][]byte) int {
	n := 0
	for _, e := range elements {
		n += len(e)
	}
	return n
}

// Size is how many octets an element takes whose content takes n.
func Size(n int) int { return 1 + lengthSize(n) + n }
