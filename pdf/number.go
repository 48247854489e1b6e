package pdf

import (
	"strconv"
	"strings"
)

// parseNumeral reads a number as lenient readers do: several signs count as
// one, and what follows a second point or a sign inside is cut off.
func parseNumeral(s string) (float64, bool) {
	neg := false
	for s != "" && (s[0] == '+' || s[0] == '-') {
		neg = neg || s[0] == '-'
		s = s[1:]
	}
	if i := strings.IndexAny(s, "+-"); i >= 0 {
		s = s[:i]
	}
	if i := strings.IndexByte(s, '.'); i >= 0 {
		if j := strings.IndexByte(s[i+1:], '.'); j >= 0 {
			s = s[:i+1+j]
		}
	}
	if s == "" || s == "." {
		return 0, true
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	if neg {
		v = -v
	}
	return v, true
}
