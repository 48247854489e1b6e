package der

import (
	"bytes"
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
