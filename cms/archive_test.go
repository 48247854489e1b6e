package cms_test

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/cms"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// archive encodes RevocationInfoArchival as ISO 32000-2 section 12.8.3.3.2 has it.
func archive(t testing.TB, crls, ocsp [][]byte) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for tag, list := range [][][]byte{crls, ocsp} {
			if list == nil {
				continue
			}
			b.AddASN1(casn1.Tag(tag).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for _, raw := range list {
						b.AddBytes(raw)
					}
				})
			})
		}
	})
	out, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRevocationArchive(t *testing.T) {
	one, two, three := []byte{0x30, 1, 5}, []byte{0x30, 2, 5, 0}, []byte{0x30, 0}
	oid := []int{1, 2, 840, 113583, 1, 1, 8}
	for name, tt := range map[string]struct {
		value      []byte
		crls, ocsp int
	}{
		"both":      {archive(t, [][]byte{one, two}, [][]byte{three}), 2, 1},
		"lists":     {archive(t, [][]byte{one}, nil), 1, 0},
		"responses": {archive(t, nil, [][]byte{two, three}), 0, 2},
		"none":      {archive(t, nil, nil), 0, 0},
		"cut":       {archive(t, [][]byte{one}, nil)[:4], 0, 0},
		"junk":      {[]byte("junk"), 0, 0},
		"more":      {append(archive(t, [][]byte{one}, nil), 5, 0), 0, 0},
	} {
		info := cms.SignerInfo{Signed: []cms.Attribute{{Type: oid, Values: [][]byte{tt.value}}}}
		crls, ocsp := info.RevocationArchive()
		if len(crls) != tt.crls || len(ocsp) != tt.ocsp {
			t.Errorf("%s: %d lists and %d responses, want %d and %d", name, len(crls), len(ocsp), tt.crls, tt.ocsp)
		}
		if tt.crls > 0 && !bytes.Equal(crls[0], one) {
			t.Errorf("%s: %x", name, crls[0])
		}
	}
}
