package locale

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Preferred is the first language of an Accept-Language header that the catalogue has.
func Preferred(header string) string {
	type wish struct {
		tag    string
		weight float64
	}
	var all []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, q, weighed := strings.Cut(strings.TrimSpace(part), ";q=")
		w := wish{tag, 1}
		if weighed {
			w.weight, _ = strconv.ParseFloat(q, 64) // what is no number counts for nothing
		}
		all = append(all, w)
	}
	slices.SortStableFunc(all, func(a, b wish) int { return cmp.Compare(b.weight, a.weight) })
	for _, w := range all {
		base, _, _ := strings.Cut(strings.ToLower(w.tag), "-")
		if w.weight > 0 && Known(base) {
			return base
		}
	}
	return Fallback
}
