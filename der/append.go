package der

import (
	"math/big"

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

// Size is how many octets an element takes whose content takes n.
func Size(n int) int { return 1 + lengthSize(n) + n }
