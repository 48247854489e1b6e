package site

import (
	"net/http"
	"strings"
)

// The content policy of pages: nothing from elsewhere, no inline code or style, no framing, and the one worker of
// pdf.js as the only address that script may load.
const pagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types pdf-worker"

// ariaStyle is the digest of the one style that react-aria-components 1.22.1 puts into a page, for presses.
const ariaStyle = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='"

// workerPolicy goes with script files: a worker is bound by the policy of its own file, not by that of its page.
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' blob: data:; " +
	"font-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types pdf-worker"

var consolePolicy = strings.Replace(pagePolicy, "style-src 'self'", "style-src 'self' "+ariaStyle, 1)

// pageHeaders are those of every page. A page with forms must say where they come from, to us alone: under no-referrer
// browsers would say null, and the check against other sites' forms would refuse ours. The console has no such forms.
func pageHeaders(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Referrer-Policy", "no-referrer")
	if policy == pagePolicy {
		h.Set("Referrer-Policy", "same-origin")
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
}
