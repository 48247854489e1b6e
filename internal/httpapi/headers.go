package httpapi

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/consigil/consigil/internal/op"
)

// The policy of answers that are data: nothing in them is ever run or framed.
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

// common are the headers that every answer bears; their values are shared and never changed in place.
var common = http.Header{
	"Content-Security-Policy":      {dataPolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), microphone=(), geolocation=(), payment=()"},
	"Cache-Control":                {"no-store"},
}

// secure sets the headers that every answer bears; pages replace the content policy by their own.
func secure(h http.Header, publicURL string) {
	for name, values := range common {
		h[name] = values
	}
	if strings.HasPrefix(publicURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func isAPI(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/pki/") || path == "/tsa"
}

// originOf says where a request came from: as an edge states it, or as seen.
func (s *Server) originOf(r *http.Request) op.Origin {
	if o, ok := op.OriginFrom(r.Context()); ok {
		return o
	}
	return op.Origin{Address: clientAddress(r, s.d.Proxies), UserAgent: r.UserAgent()}
}

// clientAddress is the nearest address that is no proxy of ours.
func clientAddress(r *http.Request, proxies []netip.Prefix) string {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := ap.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && trusted(addr, proxies); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr.String()
}

func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
