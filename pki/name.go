package pki

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// SameName reports whether two distinguished names, in DER, are the same (RFC 5280
// section 7.1), however they are encoded.
func SameName(a, b []byte) bool { return sameName(a, b) }

// sameName compares distinguished names by RFC 5280 section 7.1: attribute by
// attribute, text without regard to case, string type or runs of white space.
func sameName(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	left, ok := readName(a)
	if !ok {
		return false
	}
	right, ok := readName(b)
	return ok && len(left) == len(right) && hasPrefix(left, right)
}

// nameKey is equal for names that are the same. A name that cannot be read is
// the same as itself only.
func nameKey(raw []byte) string {
	name, ok := readName(raw)
	if !ok {
		return "?" + string(raw)
	}
	var b strings.Builder
	for _, rdn := range name {
		attrs := slices.Sorted(slices.Values(rdn))
		for _, attr := range attrs {
			b.WriteString(strconv.Itoa(len(attr)))
			b.WriteByte(':')
			b.WriteString(attr)
		}
		b.WriteByte('/')
	}
	return b.String()
}

// hasPrefix reports whether name starts with the relative names of prefix.
func hasPrefix(name, prefix []relativeName) bool {
	if len(name) < len(prefix) {
		return false
	}
	for i := range prefix {
		if !name[i].equal(prefix[i]) {
			return false
		}
	}
	return true
}

// relativeName is a set of attributes, each type and folded value in one text.
type relativeName []string

func (r relativeName) equal(other relativeName) bool {
	if len(r) != len(other) {
		return false
	}
	for _, attr := range r {
		if !other.contains(attr) {
			return false
		}
	}
	return true
}

func (r relativeName) contains(attr string) bool {
	for _, a := range r {
		if a == attr {
			return true
		}
	}
	return false
}

const maxRelativeNames = 128

func readName(in cryptobyte.String) ([]relativeName, bool) {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, casn1.SEQUENCE) || !in.Empty() {
		return nil, false
	}
	var out []relativeName
	for !seq.Empty() {
		var set cryptobyte.String
		if len(out) == maxRelativeNames || !seq.ReadASN1(&set, casn1.SET) {
			return nil, false
		}
		rdn, ok := readRelativeName(set)
		if !ok {
			return nil, false
		}
		out = append(out, rdn)
	}
	return out, true
}

func readRelativeName(set cryptobyte.String) (relativeName, bool) {
	var out relativeName
	for !set.Empty() {
		var attr, oid, value cryptobyte.String
		var tag casn1.Tag
		if len(out) == maxRelativeNames || !set.ReadASN1(&attr, casn1.SEQUENCE) ||
			!attr.ReadASN1Element(&oid, casn1.OBJECT_IDENTIFIER) || !attr.ReadAnyASN1(&value, &tag) || !attr.Empty() {
			return nil, false
		}
		out = append(out, string(oid)+"="+foldValue(tag, value))
	}
	return out, true
}

// foldValue makes text of equal meaning equal; values that are no text keep
// their octets and tag.
func foldValue(tag casn1.Tag, value []byte) string {
	text, ok := decodeText(tag, value)
	if !ok {
		return string([]byte{byte(tag)}) + string(value)
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

func decodeText(tag casn1.Tag, value []byte) (string, bool) {
	switch tag {
	case casn1.UTF8String, casn1.PrintableString, casn1.IA5String:
		return string(value), true
	case casn1.T61String:
		return latin1(value), true
	case casn1.Tag(30): // BMPString
		return bmp(value)
	}
	return "", false
}

func latin1(value []byte) string {
	out := make([]rune, len(value))
	for i, b := range value {
		out[i] = rune(b)
	}
	return string(out)
}

func bmp(value []byte) (string, bool) {
	if len(value)%2 != 0 {
		return "", false
	}
	out := make([]rune, 0, len(value)/2)
	for i := 0; i < len(value); i += 2 {
		out = append(out, rune(value[i])<<8|rune(value[i+1]))
	}
	return string(out), true
}
