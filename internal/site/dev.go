package site

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// devPolicy lets Vite's own client put in styles and talk to its server; --dev-ui is refused off the loopback address.
var devPolicy = strings.NewReplacer("; require-trusted-types-for 'script'; trusted-types pdf-worker", "", "style-src 'self'", "style-src 'self' 'unsafe-inline'").
	Replace(pagePolicy)

// proxy hands a request to Vite, its socket for changes too.
func proxy(to *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(to)
			p.Out.Host = to.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "The development server does not answer.", http.StatusBadGateway)
		},
	}
}
