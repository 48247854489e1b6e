package envelope

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/internal/problem"
)

// maxFaults bounds how many faults one answer lists.
const maxFaults = 200

// faults collects what is wrong with a request. Details never repeat what was sent.
type faults []problem.Field

func (f *faults) add(pointer, code, detail string) {
	if len(*f) < maxFaults {
		*f = append(*f, problem.Field{Pointer: pointer, Code: code, Detail: detail})
	}
}

// take adds the members that another layer's problem names, moved below a pointer.
func (f *faults) take(err error, below string) {
	p := problem.From(err)
	if len(p.Fields) == 0 {
		f.add(below, p.Code, p.Detail)
	}
	for _, m := range p.Fields {
		f.add(below+m.Pointer, m.Code, m.Detail)
	}
}

func (f faults) err() error { return problemOf(f) }

// pointer names an item of a list.
func pointer(list string, i int) string { return list + "/" + strconv.Itoa(i) }

// checkText takes text of at most max characters without control characters other than line breaks.
func checkText(s string, max int, at string, bad *faults) string {
	s = strings.TrimSpace(s)
	switch {
	case !utf8.ValidString(s):
		bad.add(at, "text", "This is not valid text.")
	case utf8.RuneCountInString(s) > max:
		bad.add(at, "too_long", "At most "+strconv.Itoa(max)+" characters are allowed.")
	case strings.ContainsFunc(s, forbidden):
		bad.add(at, "control_character", "Control characters are not allowed.")
	}
	return s
}

// forbidden are control characters and the marks that reorder or hide text, which have no place in a name.
func forbidden(r rune) bool {
	if r == '\n' || r == '\t' || r == '\r' {
		return false
	}
	return unicode.IsControl(r) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069) || r == 0xFEFF
}

func checkLocale(s, at string, bad *faults) string {
	if !locale.Known(s) {
		bad.add(at, "locale", locale.Hint())
	}
	return s
}

// checkLine is checkText for one line.
func checkLine(s string, max int, at string, bad *faults) string {
	s = checkText(s, max, at, bad)
	if strings.ContainsAny(s, "\r\n\t") {
		bad.add(at, "control_character", "Line breaks and tabs are not allowed here.")
	}
	return s
}

var (
	emailLocal  = regexp.MustCompile(`^[^\s@<>()\[\],;:\\"]{1,64}$`)
	emailDomain = regexp.MustCompile(`^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$`)
)

// validEmail says whether s is an address that one can put into a header as it stands.
func validEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > 254 || strings.ContainsFunc(s, forbidden) || strings.Contains(local, "..") {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") {
		return false
	}
	return emailLocal.MatchString(local) && emailDomain.MatchString(domain)
}
