package cms

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestRC2 is a part of the vectors of RFC 2268 section 5.
func TestRC2(t *testing.T) {
	for _, c := range []struct {
		key           string
		effective     int
		plain, secret string
	}{
		{"0000000000000000", 63, "0000000000000000", "ebb773f993278eff"},
		{"ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"},
		{"88", 64, "0000000000000000", "61a8a244adacccf0"},
		{"88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"},
		{"88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"},
		{"88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"},
	} {
		block, err := newRC2(unhex(t, c.key), c.effective)
		if err != nil {
			t.Fatal(err)
		}
		var got [8]byte
		block.Decrypt(got[:], unhex(t, c.secret))
		if !bytes.Equal(got[:], unhex(t, c.plain)) {
			t.Errorf("%s of %d bits gives %x", c.key, c.effective, got)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
