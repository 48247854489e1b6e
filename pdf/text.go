package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text encodes s as a text string (ISO 32000, 7.9.2.2): plain where it is
// printable ASCII, else UTF-16 with byte order mark.
func Text(s string) String {
	if isASCII(s) {
		return String(s)
	}
	units := utf16.Encode([]rune(s))
	out := make([]byte, 2, 2+2*len(units))
	out[0], out[1] = 0xFE, 0xFF
	for _, u := range units {
		out = append(out, byte(u>>8), byte(u))
	}
	return String(out)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// Text decodes a text string: UTF-16 or UTF-8 with byte order mark, else
// PDFDocEncoding.
func (s String) Text() string {
	switch {
	case strings.HasPrefix(string(s), "\xFE\xFF"):
		return decodeUTF16(s[2:], 0)
	case strings.HasPrefix(string(s), "\xFF\xFE"):
		return decodeUTF16(s[2:], 1)
	case strings.HasPrefix(string(s), "\xEF\xBB\xBF"):
		return strings.ToValidUTF8(string(s[3:]), string(utf8.RuneError))
	}
	return decodePDFDoc(s)
}

// decodeUTF16 reads units whose high byte stands at index high of each pair.
func decodeUTF16(s String, high int) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i+high])<<8|uint16(s[i+1-high]))
	}
	return string(utf16.Decode(units))
}

// pdfDocHigh is where PDFDocEncoding differs from Latin-1 (ISO 32000, annex
// D.2): 0x18 to 0x1F and 0x80 to 0xA0.
var pdfDocHigh = [...]rune{
	'˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜',
	'•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', utf8.RuneError, '€',
}

func decodePDFDoc(s String) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 0x18 && c <= 0x1F:
			b.WriteRune(pdfDocHigh[c-0x18])
		case c >= 0x80 && c <= 0xA0:
			b.WriteRune(pdfDocHigh[8+c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
