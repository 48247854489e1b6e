package site

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// the build of both apps, as small as can be.
func built(t *testing.T) fstest.MapFS {
	t.Helper()
	console := map[string]chunk{
		consoleEntry: {File: "main-AAAAAAAA.js", Imports: []string{"_shared.js"}, CSS: []string{"main-BBBBBBBB.css"}},
		"_shared.js": {File: "shared-CCCCCCCC.js", CSS: []string{"shared-DDDDDDDD.css"}},
		"../internal/locale/texts/hu/console.json": {File: "hu-EEEEEEEE.js"},
	}
	signer := map[string]chunk{
		signerEntry: {File: "signer-FFFFFFFF.js", CSS: []string{"signer-GGGGGGGG.css"}},
		verifyEntry: {File: "verify-HHHHHHHH.js", CSS: []string{"signer-GGGGGGGG.css"}},
	}
	files := fstest.MapFS{
		"placeholder.html":                  {Data: []byte("<p>not built: make run")},
		"console/main-AAAAAAAA.js":          {Data: []byte(strings.Repeat("console.log(1);\n", 200))},
		"console/main-BBBBBBBB.css":         {Data: []byte("a{color:red}")},
		"signer/signer-GGGGGGGG.css":        {Data: []byte(strings.Repeat("a{color:red}\n", 200))},
		"signer/pdfjs/cmaps/x.bcmap":        {Data: []byte{1, 2, 3}},
		"signer/pdfjs/wasm/a.wasm":          {Data: []byte{0, 'a', 's', 'm'}},
		"signer/pdfjs/standard_fonts/a.ttf": {Data: []byte{1}},
	}
	for app, chunks := range map[string]map[string]chunk{consoleApp: console, signerApp: signer} {
		raw, err := json.Marshal(chunks)
		if err != nil {
			t.Fatal(err)
		}
		files[app+"/manifest.json"] = &fstest.MapFile{Data: raw}
	}
	return files
}

func open(t *testing.T, cfg Config) *Site {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func wants(t *testing.T, where string, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%s lacks %q:\n%s", where, p, body)
		}
	}
}

func TestConsoleShell(t *testing.T) {
	s := open(t, Config{Files: built(t)})
	for _, path := range []string{
		"/", "/envelopes", "/envelopes/x/fields", "/new", "/messages", "/users", "/api-keys", "/certificates", "/audit",
		"/settings/seal", "/branding", "/account", "/sign-in",
	} {
		if w := get(t, s, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<div id="root">`) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := get(t, s, "/", "Accept-Language", "fr;q=0.9, hu-HU;q=0.8, en;q=0.1")
	wants(t, "shell", w.Body.String(),
		`<html lang="hu" dir="ltr">`, `content="width=device-width, initial-scale=1"`, `<script type="module" src="/assets/console/main-AAAAAAAA.js">`,
		`<link rel="modulepreload" href="/assets/console/shared-CCCCCCCC.js">`, `<link rel="modulepreload" href="/assets/console/hu-EEEEEEEE.js">`,
		`<link rel="stylesheet" href="/assets/console/shared-DDDDDDDD.css">`, `<link rel="stylesheet" href="/assets/console/main-BBBBBBBB.css">`, "<noscript>")
	if strings.Contains(w.Body.String(), "user-scalable") || strings.Contains(w.Body.String(), "maximum-scale") {
		t.Error("the shell keeps people from zooming")
	}
	const want = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='; " +
		"img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types pdf-worker"
	if got := w.Header().Get("Content-Security-Policy"); got != want {
		t.Errorf("policy\n%s, want\n%s", got, want)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the shell is kept: %s", got)
	}
}

func TestEdgeHasNoConsole(t *testing.T) {
	s := open(t, Config{Files: built(t), Edge: true})
	for _, path := range []string{"/", "/envelopes/x", "/sign-in", "/assets/console/main-AAAAAAAA.js"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/verify", "/continue", "/assets/signer/signer-GGGGGGGG.css", "/assets/icon.svg"} {
		if w := get(t, s, path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAssets(t *testing.T) {
	s := open(t, Config{Files: built(t)})
	for path, want := range map[string]struct{ media, cache string }{
		"/assets/console/main-AAAAAAAA.js":            {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		"/assets/console/main-BBBBBBBB.css":           {"text/css; charset=utf-8", "public, max-age=31536000, immutable"},
		"/assets/signer/pdfjs/cmaps/x.bcmap":          {"application/octet-stream", "public, max-age=86400"},
		"/assets/signer/pdfjs/wasm/a.wasm":            {"application/wasm", "public, max-age=86400"},
		"/assets/signer/pdfjs/standard_fonts/a.ttf":   {"font/ttf", "public, max-age=86400"},
		"/assets/icon.svg":                            {"image/svg+xml", "public, max-age=3600"},
		"/assets/icon.svg?v=" + ownTags()["icon.svg"]: {"image/svg+xml", "public, max-age=31536000, immutable"},
		"/assets/icon.svg?v=0000":                     {"image/svg+xml", "public, max-age=3600"},
	} {
		w := get(t, s, path)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != want.media || h.Get("Cache-Control") != want.cache ||
			h.Get("Vary") != "Accept-Encoding" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
	}
	for _, path := range []string{
		"/assets/console/gone-AAAAAAAA.js", "/assets/console/manifest.json", "/assets/signer/", "/assets/", "/assets/other/x.js",
		"/assets/console/../placeholder.html", "/assets/signer/pdfjs", "/assets/placeholder.html",
	} {
		w := get(t, s, path)
		if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestAssetEncoding(t *testing.T) {
	s := open(t, Config{Files: built(t)})
	const path = "/assets/console/main-AAAAAAAA.js"
	plain := get(t, s, path)
	for header, zipped := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "*": true, "gzip;q=0": false, "br": false, "": false, "GZIP": true, "gzip; q=0.0": false,
	} {
		w := get(t, s, path, "Accept-Encoding", header)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("%q: zipped %v", header, got)
		}
		body := io.Reader(bytes.NewReader(w.Body.Bytes()))
		if zipped {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if data, err := io.ReadAll(body); err != nil || !bytes.Equal(data, plain.Body.Bytes()) {
			t.Errorf("%q: other bytes, %v", header, err)
		}
		again := get(t, s, path, "Accept-Encoding", header, "If-None-Match", `W/"x", `+w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%q: %d for a known tag", header, again.Code)
		}
	}
	if w := get(t, s, "/assets/console/main-BBBBBBBB.css", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a file that does not shrink was zipped")
	}
}

func TestWithoutBuild(t *testing.T) {
	s := open(t, Config{Files: fstest.MapFS{"placeholder.html": {Data: []byte("<p>not built: make run")}}})
	wants(t, "placeholder", get(t, s, "/").Body.String(), "make run")
	wants(t, "verify", get(t, s, "/verify").Body.String(), `<form id="verify-form"`, "/assets/page.css?v=")
	none := open(t, Config{})
	wants(t, "no pages", get(t, none, "/envelopes/x").Body.String(), "API")
}

func TestWarm(t *testing.T) {
	files := built(t)
	s := open(t, Config{Files: files})
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	delete(files, "signer/signer-GGGGGGGG.css")
	if w := get(t, s, "/assets/signer/signer-GGGGGGGG.css"); w.Code != http.StatusOK {
		t.Errorf("it was not read ahead: %d", w.Code)
	}
	if err := open(t, Config{}).Warm(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLiveBuildIsReadAnew(t *testing.T) {
	files := built(t)
	s := open(t, Config{Files: files, Live: true})
	files["console/manifest.json"] = &fstest.MapFile{Data: []byte(`{"console/main.tsx":{"file":"main-NEWNEWNE.js"}}`)}
	wants(t, "shell", get(t, s, "/").Body.String(), "main-NEWNEWNE.js")
	files["console/manifest.json"] = &fstest.MapFile{Data: []byte(`{"console/ma`)}
	if w := get(t, s, "/"); w.Code != http.StatusOK {
		t.Errorf("a build under way: %d", w.Code)
	}
	if _, err := New(Config{Files: files}); err == nil {
		t.Error("a broken manifest is taken at the start")
	}
}

func TestDevelopmentServer(t *testing.T) {
	vite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "from vite "+r.URL.Path) }))
	defer vite.Close()
	to, err := url.Parse(vite.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{Files: built(t), DevUI: to})
	w := get(t, s, "/")
	wants(t, "shell", w.Body.String(), "/assets/dev.js", "/assets/console/console/main.tsx")
	if p := w.Header().Get("Content-Security-Policy"); strings.Contains(p, "trusted-types") || !strings.Contains(p, "style-src 'self' 'unsafe-inline'") || !strings.Contains(p, "frame-ancestors 'none'") {
		t.Errorf("policy %s", p)
	}
	wants(t, "module", get(t, s, "/assets/console/@vite/client").Body.String(), "from vite /assets/console/@vite/client")
	if strings.Contains(get(t, s, "/assets/signer/signer-GGGGGGGG.css").Body.String(), "vite") {
		t.Error("the signer's files come from the console's server")
	}
}

func TestLanguages(t *testing.T) {
	s := open(t, Config{Files: built(t)})
	for header, want := range map[string]string{
		"": "en", "de-AT,de;q=0.9,en;q=0.8": "de", "fr,ar;q=0.3": "ar", "en;q=0.2,hi": "hi", "xx": "en", "hu;q=0,en": "en", ";;;,q=": "en",
	} {
		wants(t, header, get(t, s, "/nothing", "Accept-Language", header).Body.String(), `<html lang="`+want+`"`)
	}
	arabic := get(t, s, "/nothing?lang=ar&x=%22%3E", "Accept-Language", "de").Body.String()
	wants(t, "arabic", arabic, `<html lang="ar" dir="rtl">`, `href="/nothing?lang=hu"`, `aria-current="true"`, `href="/verify?lang=ar"`)
	wants(t, "unknown choice", get(t, s, "/nothing?lang=../x", "Accept-Language", "de").Body.String(), `<html lang="de"`, `href="/verify"`)
}

func TestRefusals(t *testing.T) {
	s := open(t, Config{Files: built(t)})
	for _, c := range []struct {
		err    *problem.Error
		status int
		words  string
	}{
		{problem.New(problem.Gone, "voided", "x"), http.StatusGone, "Withdrawn"},
		{problem.New(problem.Limited, "rate_limited", "x").After(1500 * time.Millisecond), http.StatusTooManyRequests, "One moment"},
		{problem.New(problem.Conflict, "a_new_code", "x"), http.StatusConflict, "Not now"},
		{problem.New(problem.Internal, "internal", "secret text"), http.StatusInternalServerError, "Something went wrong on our side"},
	} {
		w := httptest.NewRecorder()
		s.Refuse(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/s/x", nil), c.err)
		if w.Code != c.status || w.Header().Get("Content-Security-Policy") != pagePolicy || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %v", c.err.Code, w.Code, w.Header())
		}
		wants(t, c.err.Code, w.Body.String(), c.words)
		if after := w.Header().Get("Retry-After"); (after == "2") != (c.err.Kind == problem.Limited) {
			t.Errorf("%s: retry after %q", c.err.Code, after)
		}
		if strings.Contains(w.Body.String(), "secret text") {
			t.Error("the text of an internal error is on the page")
		}
	}
}

// TestEveryKindHasWords looks for keys that pages make out of codes and kinds.
func TestEveryKindHasWords(t *testing.T) {
	for _, lang := range locale.All() {
		s := open(t, Config{})
		w := s.words(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang="+lang, nil), "")
		for _, kind := range []problem.Kind{
			problem.Malformed, problem.Invalid, problem.Unauthorized, problem.Forbidden, problem.NotFound, problem.Conflict, problem.Gone,
			problem.TooLarge, problem.Unsupported, problem.Limited, problem.Unavailable, problem.Full, problem.Internal,
		} {
			e := problem.New(kind, "never_heard_of", "x")
			if w.heading(e) == "" || w.reason(e) == "" {
				t.Errorf("%s: %s has no words", lang, kind)
			}
		}
	}
}

// TestWithoutMail promises no link that cannot be sent.
func TestWithoutMail(t *testing.T) {
	s := open(t, Config{})
	used := problem.New(problem.Gone, "link_exchanged", "")
	for _, c := range []struct {
		mailed, asked bool
		want, never   string
	}{
		{true, false, "/again", "sends no e-mail"},
		{false, false, "ask Acme for a new link", "/again"},
		{true, true, "Look into your mail", "sends no e-mail"},
		{false, true, "sends no e-mail", "Look into your mail"},
	} {
		w := httptest.NewRecorder()
		g := &ceremony.Glance{Title: "Lease", Why: used, Mailed: c.mailed}
		s.Link(w, httptest.NewRequest(http.MethodGet, "/s/x", nil), &op.LinkPage{Glance: g, Token: "x", Asked: c.asked, Brand: &op.Brand{Name: "Acme"}})
		body := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(w.Body.String())
		if !strings.Contains(body, c.want) || strings.Contains(body, c.never) {
			t.Errorf("mailed %v, asked %v: %s", c.mailed, c.asked, body)
		}
	}
}

// TestClosed keeps whose page it was, what it was about and the sender's reason.
func TestClosed(t *testing.T) {
	s := open(t, Config{})
	w := httptest.NewRecorder()
	left := &ceremony.Remains{Glance: &ceremony.Glance{Title: "Lease", Locale: "en"}, Reason: "Wrong <rent>"}
	err := problem.New(problem.Gone, "voided", "")
	s.Closed(w, httptest.NewRequest(http.MethodGet, "/c/x", nil), &op.ClosedPage{Remains: left, Brand: &op.Brand{Name: "Acme"}}, err)
	for _, want := range []string{"Withdrawn · Lease", ">Acme<", "Wrong &lt;rent&gt;", "Reason given by the sender"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q is not in %s", want, w.Body)
		}
	}
	if w.Code != http.StatusGone {
		t.Errorf("answered %d", w.Code)
	}
}
