package pdf

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// hex reads a hexadecimal string; characters that do not belong are passed
// over, a missing last digit counts as 0.
func (l *lexer) hex() (Object, error) {
	l.pos++
	n := bytes.IndexByte(l.buf[l.pos:], '>')
	if n < 0 {
		l.pos = len(l.buf)
		return nil, l.end()
	}
	if l.skim {
		l.pos += n + 1
		return String(""), nil
	}
	if s, ok := l.plainHex(n); ok {
		return s, nil
	}
	out := make([]byte, 0, 32)
	high := -1
	for ; l.pos < len(l.buf); l.pos++ {
		c := l.buf[l.pos]
		v := hexValue(c)
		switch {
		case c == '>':
			l.pos++
			if high >= 0 {
				out = append(out, byte(high<<4))
			}
			return String(out), nil
		case v < 0 && !isSpace(c):
			l.odd++
		case v < 0:
		case high < 0:
			high = v
		default:
			out = append(out, byte(high<<4|v))
			high = -1
		}
	}
	return nil, l.end()
}

// plainHex reads n bytes that are nothing but pairs of digits, at once: most
// strings are, and those that hold signatures are long.
func (l *lexer) plainHex(n int) (String, bool) {
	var out strings.Builder
	out.Grow(n / 2)
	var some [256]byte
	for digits := l.buf[l.pos : l.pos+n]; len(digits) > 0; {
		part := digits[:min(len(digits), 2*len(some))]
		got, err := hex.Decode(some[:], part)
		if err != nil {
			return "", false
		}
		out.Write(some[:got])
		digits = digits[len(part):]
	}
	l.pos += n + 1
	return String(out.String()), true
}

// literal reads a string in parentheses (ISO 32000, 7.3.4.2).
func (l *lexer) literal() (Object, error) {
	l.pos++
	out := make([]byte, 0, 32)
	for open := 1; l.pos < len(l.buf); {
		c := l.buf[l.pos]
		l.pos++
		switch c {
		case '(':
			open++
		case ')':
			open--
			if open == 0 {
				return String(out), nil
			}
		case '\r':
			c = '\n'
			l.skipByte('\n')
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return nil, l.end()
}

// skipByte passes over c where it comes next.
func (l *lexer) skipByte(c byte) {
	if l.pos < len(l.buf) && l.buf[l.pos] == c {
		l.pos++
	}
}

// escape reads what follows a backslash. At the end of the buffer it reads
// nothing: literal then runs out as well.
func (l *lexer) escape(out []byte) []byte {
	if l.pos >= len(l.buf) {
		return out
	}
	c := l.buf[l.pos]
	l.pos++
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\n':
		return out
	case '\r':
		l.skipByte('\n')
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	return append(out, l.octal(c-'0'))
}

func (l *lexer) octal(v byte) byte {
	for n := 1; n < 3 && l.pos < len(l.buf); n++ {
		c := l.buf[l.pos]
		if c < '0' || c > '7' {
			break
		}
		v = v<<3 | (c - '0')
		l.pos++
	}
	return v
}
