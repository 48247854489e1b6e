package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/pki"
)

// until is when an answer is not used any more: as long as its server says (RFC
// 9111 section 5.2.2), within bounds, and never past the end that stands in it.
// The zero time means that it is not kept.
func (c *Client) until(a *answer, end time.Time) time.Time {
	if c.config.Now == nil {
		return time.Time{}
	}
	keep, stated := maxAge(a.header)
	if !stated {
		keep = c.config.KeepFor
	}
	out := c.now().Add(min(keep, maxKeep))
	if !end.IsZero() && end.Before(out) {
		return end
	}
	return out
}

// maxAge is how long an answer is fresh, with stated false where its server does
// not say.
func maxAge(h http.Header) (keep time.Duration, stated bool) {
	for _, directive := range strings.Split(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-store", "no-cache":
			return 0, true
		case "max-age":
			seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
			if err != nil {
				return 0, true
			}
			keep, stated = time.Duration(seconds)*time.Second, true
		}
	}
	if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil && stated {
		keep = max(0, keep-time.Duration(age)*time.Second)
	}
	return keep, stated
}

// listEnd is nextUpdate of a revocation list (RFC 5280 section 5.1.2.5), read
// without its entries; what is no list has ended already.
func listEnd(list []byte) time.Time {
	past := time.Unix(0, 0)
	in := cryptobyte.String(list)
	var outer, tbs cryptobyte.String
	if !in.ReadASN1(&outer, casn1.SEQUENCE) || !outer.ReadASN1(&tbs, casn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(casn1.INTEGER) || !tbs.SkipASN1(casn1.SEQUENCE) || !tbs.SkipASN1(casn1.SEQUENCE) {
		return past
	}
	if _, ok := readTime(&tbs); !ok {
		return past
	}
	end, ok := readTime(&tbs)
	if !ok {
		return past // none is stated: a newer one may be there at every moment
	}
	return end
}

func readTime(in *cryptobyte.String) (out time.Time, ok bool) {
	if in.PeekASN1Tag(casn1.UTCTime) {
		ok = in.ReadASN1UTCTime(&out)
		return out, ok
	}
	ok = in.ReadASN1GeneralizedTime(&out)
	return out, ok
}

// responseEnd is the earliest nextUpdate of an OCSP response, with ok false where
// an answer in it has none or nothing can be read.
func responseEnd(raw []byte) (end time.Time, ok bool) {
	response, err := pki.ParseOCSPResponse(raw)
	if err != nil {
		return time.Time{}, false
	}
	for _, single := range response.Singles {
		if single.NextUpdate.IsZero() {
			return time.Time{}, false
		}
		if end.IsZero() || single.NextUpdate.Before(end) {
			end = single.NextUpdate
		}
	}
	return end, !end.IsZero()
}
