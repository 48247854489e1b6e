package pdf

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spellings gives the byte forms in which a password may have been used, the
// empty one last.
func (e *encryptDict) spellings(password string) [][]byte {
	if password == "" {
		return [][]byte{nil}
	}
	var out [][]byte
	if e.r >= 5 {
		out = append(out, []byte(saslprep(password)))
	} else if encoded, ok := encodePDFDoc(password); ok {
		out = append(out, encoded)
	}
	out = append(out, []byte(password)) // many producers take it as it comes
	if latin, ok := encodeLatin1(password); ok && e.r < 5 {
		out = append(out, latin)
	}
	return append(out, nil)
}

// saslprep maps a password as RFC 4013 section 2 wants: white space becomes a
// space, what is not seen vanishes, and the rest takes its compatibility form.
// What that profile prohibits is not looked for: such a password opens nothing
// that it should not.
func saslprep(s string) string {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case r != ' ' && unicode.Is(unicode.Zs, r), r == '\u200b':
			return ' '
		case unseen(r):
			return -1
		}
		return r
	}, s)
	return norm.NFKC.String(mapped)
}

// unseen are the characters commonly mapped to nothing (RFC 3454, table B.1).
func unseen(r rune) bool {
	return slices.Contains([]rune{0xAD, 0x34F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200C, 0x200D, 0x2060, 0xFEFF}, r) ||
		r >= 0xFE00 && r <= 0xFE0F
}

// encodePDFDoc is the reverse of decodePDFDoc.
func encodePDFDoc(s string) ([]byte, bool) {
	var out []byte
	for _, r := range s {
		switch i := slices.Index(pdfDocHigh[:], r); {
		case r == unicode.ReplacementChar:
			return nil, false
		case i >= 0 && i < 8:
			out = append(out, byte(0x18+i))
		case i >= 8:
			out = append(out, byte(0x80+i-8))
		case r < 0x18 || r >= 0x20 && r < 0x80 || r > 0xA0 && r <= 0xFF:
			out = append(out, byte(r))
		default:
			return nil, false
		}
	}
	return out, true
}

func encodeLatin1(s string) ([]byte, bool) {
	var out []byte
	for _, r := range s {
		if r > 0xFF {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, true
}
