package der

import (
	"bytes"
	stdasn1 "encoding/asn1"
	"math"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 127, 128, 255, 256, 65535, 65536, 1<<24 - 1, 1 << 24} {
		content := make([]byte, n)
		var b cryptobyte.Builder
		b.AddASN1OctetString(content)
		got := Append([]byte{9}, asn1.OCTET_STRING, content)
		if !bytes.Equal(got[1:], b.BytesOrPanic()) || got[0] != 9 || Size(n) != len(got)-1 {
			t.Errorf("%d octets: %d, said to be %d", n, len(got)-1, Size(n))
		}
	}
}

func TestAppendNested(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 120, 123, 124, 127, 128, 250, 253, 254, 255, 256, 65530, 65535, 65536, 1 << 24} {
		content := bytes.Repeat([]byte{7}, n)
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(content) })
			b.AddUint8(3)
		})
		got := AppendNested([]byte{9}, asn1.SEQUENCE, func(out []byte) []byte {
			return append(AppendNested(out, asn1.SET, func(out []byte) []byte { return append(out, content...) }), 3)
		})
		if got[0] != 9 || !bytes.Equal(got[1:], b.BytesOrPanic()) {
			t.Errorf("%d octets: %d", n, len(got)-1)
		}
	}
}

func FuzzAppendOID(f *testing.F) {
	for _, seed := range [][3]int{{0, 0, 0}, {1, 39, 127}, {1, 40, 1}, {2, 47, 128}, {2, 999, 16383}, {3, 1, 1}, {-1, 2, 3}, {2, -1, 3}, {2, 5, -3}, {2, math.MaxInt, 1}, {2, math.MaxInt32, math.MaxInt}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, first, second, third int) {
		for _, oid := range []stdasn1.ObjectIdentifier{{first, second, third}, {first, second}, {first}, {1, 2, third, second}} {
			var b cryptobyte.Builder
			b.AddASN1ObjectIdentifier(oid)
			want, err := b.Bytes()
			valid := ValidOID(oid)
			if valid && err != nil || !valid && err == nil && oid[1] <= math.MaxInt-80 {
				t.Fatalf("%v: valid %v, %v", oid, valid, err)
			}
			if valid && !bytes.Equal(AppendOID(nil, oid), want) {
				t.Errorf("%v: % x, want % x", oid, AppendOID(nil, oid), want)
			}
		}
	})
}

func FuzzAppendInteger(f *testing.F) {
	for _, seed := range [][]byte{nil, {0}, {1}, {0x7f}, {0x80}, {0xff}, {1, 0}, {0x80, 0}, bytes.Repeat([]byte{0xff}, 64)} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, negative bool) {
		n := new(big.Int).SetBytes(raw)
		if negative {
			n.Neg(n)
		}
		var b cryptobyte.Builder
		b.AddASN1BigInt(n)
		if got := AppendInteger(nil, n); !bytes.Equal(got, b.BytesOrPanic()) {
			t.Errorf("%v: % x", n, got)
		}
	})
}
