package der_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte/asn1"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	out, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"sequence", "30 06 02 01 05 02 01 06", true},
		{"set in order", "31 06 02 01 05 02 01 06", true},
		{"set out of order", "31 06 02 01 06 02 01 05", false},
		{"true", "01 01 ff", true},
		{"true as one", "01 01 01", false},
		{"integer padded", "02 02 00 05", false},
		{"integer padded negative", "02 02 ff 85", false},
		{"integer with sign octet", "02 02 00 85", true},
		{"integer empty", "02 00", false},
		{"null", "05 00", true},
		{"null with content", "05 01 00", false},
		{"long length needed", "04 81 80" + strings.Repeat("00", 128), true},
		{"long length not needed", "04 81 05 00 00 00 00 00", false},
		{"long length padded", "04 82 00 80" + strings.Repeat("00", 128), false},
		{"indefinite", "30 80 02 01 05 00 00", false},
		{"constructed octets", "24 05 04 03 00 01 02", false},
		{"primitive sequence", "10 00", false},
		{"behind", "05 00 00", false},
		{"truncated", "30 06 02 01 05", false},
		{"high tag", "1f 81 01 00", false},
		{"length of five octets", "04 85 00 00 00 00 01 00", false},
		{"empty", "", false},
	} {
		err := der.Check(unhex(t, c.in), der.DefaultLimits())
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: not ErrMalformed: %v", c.name, err)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, out string
		size          int
		strict        bool
	}{
		{"strict", "30 03 02 01 05", "30 03 02 01 05", 5, true},
		{"behind", "30 03 02 01 05 00 00 00", "30 03 02 01 05", 5, true},
		{"indefinite", "30 80 02 01 05 00 00", "30 03 02 01 05", 7, false},
		{"nested indefinite", "30 80 31 80 05 00 00 00 00 00", "30 04 31 02 05 00", 10, false},
		{"octets in parts", "24 80 04 02 01 02 04 01 03 00 00", "04 03 01 02 03", 11, false},
		{"octets nested", "24 06 24 04 04 02 01 02", "04 02 01 02", 8, false},
		{"bits in parts", "23 80 03 02 00 aa 03 02 04 b0 00 00", "03 03 04 aa b0", 12, false},
		{"text in octets", "2c 04 04 02 61 62", "0c 02 61 62", 6, false},
		{"length not minimal", "30 81 03 02 01 05", "30 03 02 01 05", 6, false},
		{"set order kept", "31 06 02 01 06 02 01 05", "31 06 02 01 06 02 01 05", 8, false},
	} {
		got, err := der.Normalize(unhex(t, c.in), der.DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !bytes.Equal(got.DER, unhex(t, c.out)) || got.Size != c.size || got.Strict != c.strict {
			t.Errorf("%s: got %x size %d strict %v", c.name, got.DER, got.Size, got.Strict)
		}
	}
}

func TestNormalizeRefuses(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"no end":                  "30 80 02 01 05",
		"primitive indefinite":    "04 80 00 00",
		"part of another type":    "24 03 02 01 05",
		"bits not at the end":     "23 08 03 02 04 b0 03 02 00 aa",
		"child beyond its parent": "30 03 04 05 00 00 00 00 00",
	} {
		if _, err := der.Normalize(unhex(t, in), der.DefaultLimits()); !errors.Is(err, der.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	deep := bytes.Repeat([]byte{0x30, 0x80}, 1000)
	if _, err := der.Normalize(deep, der.DefaultLimits()); !errors.Is(err, der.ErrLimit) {
		t.Errorf("depth: %v", err)
	}
	wide := append([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 100)...)
	if _, err := der.Normalize(wide, der.Limits{Size: 1000, Depth: 5, Elements: 50}); !errors.Is(err, der.ErrLimit) {
		t.Errorf("elements: %v", err)
	}
	many := slices.Concat([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 1<<17), []byte{0, 0})
	if _, err := der.Normalize(many, der.DefaultLimits()); !errors.Is(err, der.ErrLimit) {
		t.Errorf("elements that are not DER: %v", err)
	}
	inner := slices.Concat([]byte{0x30, 0x83, 4, 0, 0}, bytes.Repeat([]byte{5, 0}, 1<<17))
	if got, err := der.Normalize(slices.Concat([]byte{0x30, 0x80}, inner, []byte{0, 0}), der.DefaultLimits()); err != nil || len(got.DER) != len(inner)+5 {
		t.Errorf("large DER within BER: %v", err)
	}
	if err := der.Check(make([]byte, 11), der.Limits{Size: 10, Depth: 5, Elements: 50}); !errors.Is(err, der.ErrLimit) {
		t.Errorf("size: %v", err)
	}
}

func TestSetOf(t *testing.T) {
	t.Parallel()
	in := [][]byte{{2, 1, 9}, {2, 1, 3}}
	out := der.SetOf(asn1.SET, in)
	if !bytes.Equal(out, []byte{0x31, 6, 2, 1, 3, 2, 1, 9}) {
		t.Errorf("got %x", out)
	}
	if in[0][2] != 9 {
		t.Error("the caller's order was changed")
	}
	back, err := der.Elements(out[2:], 2)
	if err != nil || len(back) != 2 {
		t.Errorf("elements: %v %v", back, err)
	}
	if _, err := der.Elements(out[2:], 1); !errors.Is(err, der.ErrLimit) {
		t.Errorf("limit: %v", err)
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"3003020105", "308002010500 00", "24800402010204010300 00", "238003020 0aa030204b00000", "2c0404026162"} {
		in, _ := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		limits := der.Limits{Size: 1 << 16, Depth: 20, Elements: 1 << 12}
		got, err := der.Normalize(in, limits)
		if err != nil {
			return
		}
		// The one thing that grows is a constructed bit string without parts: two octets become three.
		if got.Size > len(in) || len(got.DER) > got.Size+got.Size/2+1 {
			t.Fatalf("grew: %d of %d octets became %d", got.Size, len(in), len(got.DER))
		}
		again, err := der.Normalize(got.DER, limits)
		if err != nil || !bytes.Equal(again.DER, got.DER) {
			t.Fatalf("not stable: %x then %x (%v)", got.DER, again.DER, err)
		}
	})
}
