package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestHTTP tries what every operation has in common, on one running program.
func TestHTTP(t *testing.T) {
	in := allInOne(t)
	for name, try := range map[string]func(*testing.T, *installation){
		"idempotency": idempotency, "secrets are shown once": secretsOnce, "cross origin": crossOrigin, "etags": etags, "uploads": uploads,
		"tus": tus, "problems echo nothing": echoNothing, "sessions": sessions, "unknown paths": unknownPaths, "openapi": openAPI,
		"pages": pages, "health": health, "cursor pages": cursors, "security headers": headers, "passwords": passwords, "settings": settings,
	} {
		t.Run(name, func(t *testing.T) { try(t, in) })
	}
}

func idempotency(t *testing.T, in *installation) {
	api := in.api(t)
	body := map[string]any{"title": "Once"}
	var first, second struct{ ID string }
	api.must(http.MethodPost, "/api/v1/envelopes", body, &first, "Idempotency-Key", "k1")
	a := api.must(http.MethodPost, "/api/v1/envelopes", body, &second, "Idempotency-Key", "k1")
	if first.ID != second.ID || a.header.Get("Idempotent-Replayed") != "true" || a.status != http.StatusCreated {
		t.Errorf("the repeat: %d %v, %s then %s", a.status, a.header, first.ID, second.ID)
	}
	api.refused(http.StatusUnprocessableEntity, "idempotency_key_reused", http.MethodPost, "/api/v1/envelopes", map[string]any{"title": "Other"}, "Idempotency-Key", "k1")
	api.refused(http.StatusUnprocessableEntity, "too_long", http.MethodPost, "/api/v1/envelopes", body, "Idempotency-Key", strings.Repeat("x", 256))
	// A refused call leaves its key free.
	api.do(http.MethodPost, "/api/v1/envelopes", map[string]any{"title": 1}, "Idempotency-Key", "k2")
	api.must(http.MethodPost, "/api/v1/envelopes", body, nil, "Idempotency-Key", "k2")
	// Of many at once, one runs.
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			for range 100 {
				a := api.do(http.MethodPost, "/api/v1/envelopes", body, "Idempotency-Key", "k3")
				var e struct{ ID string }
				if a.status == http.StatusCreated && json.Unmarshal(a.body, &e) == nil {
					ids[i] = e.ID
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	for _, got := range ids {
		if got == "" || got != ids[0] {
			t.Fatalf("one key made several envelopes: %v", ids)
		}
	}
}

func secretsOnce(t *testing.T, in *installation) {
	api := in.api(t)
	body := map[string]any{"name": "nightly", "permissions": []string{"envelopes:read"}}
	var made struct{ Key string }
	api.must(http.MethodPost, "/api/v1/api-keys", body, &made, "Idempotency-Key", "key-1")
	a := api.refused(http.StatusConflict, "secret_already_shown", http.MethodPost, "/api/v1/api-keys", body, "Idempotency-Key", "key-1")
	if made.Key == "" || bytes.Contains(a.body, []byte(made.Key)) {
		t.Error("the key was shown again, or never")
	}
	narrow := &caller{t: t, base: in.staffURL, bearer: made.Key}
	narrow.must(http.MethodGet, "/api/v1/envelopes", nil, nil)
	narrow.refused(http.StatusForbidden, "not_permitted", http.MethodPost, "/api/v1/envelopes", map[string]any{"title": "x"})
	var list struct {
		Items []struct{ ID, Name, Hint string }
	}
	api.must(http.MethodGet, "/api/v1/api-keys", nil, &list)
	for _, k := range list.Items {
		if k.Name == "nightly" {
			api.must(http.MethodDelete, "/api/v1/api-keys/"+k.ID, nil, nil)
		}
	}
	narrow.refused(http.StatusUnauthorized, "api_key_unusable", http.MethodGet, "/api/v1/envelopes", nil)
}

// signIn opens a session by the link of a user of this e-mail address, made when needed.
func signIn(t *testing.T, in *installation, email, role string) *caller {
	t.Helper()
	api := in.api(t)
	var user struct{ ID string }
	api.must(http.MethodPost, "/api/v1/users", map[string]any{"name": "Some One", "email": email, "role": role}, &user)
	var link struct{ Link string }
	api.must(http.MethodPost, "/api/v1/users/"+user.ID+"/sign-in-link", nil, &link)
	_, token, _ := strings.Cut(link.Link, "#")
	staff := &caller{t: t, base: in.staffURL}
	a := staff.must(http.MethodPost, "/api/v1/sessions/exchange", map[string]any{"token": token}, nil)
	staff.refused(http.StatusGone, "sign_in_link_used", http.MethodPost, "/api/v1/sessions/exchange", map[string]any{"token": token})
	staff.cookie = a.cookie()
	return staff
}

func crossOrigin(t *testing.T, in *installation) {
	staff := signIn(t, in, "csrf@example.org", "sender")
	body := map[string]any{"title": "x"}
	staff.refused(http.StatusForbidden, "cross_origin", http.MethodPost, "/api/v1/envelopes", body, "Sec-Fetch-Site", "cross-site")
	staff.refused(http.StatusForbidden, "cross_origin", http.MethodPost, "/api/v1/envelopes", body, "Origin", "https://evil.example")
	staff.must(http.MethodPost, "/api/v1/envelopes", body, nil, "Sec-Fetch-Site", "same-origin")
	staff.must(http.MethodGet, "/api/v1/envelopes", nil, nil, "Sec-Fetch-Site", "cross-site")
	in.api(t).must(http.MethodPost, "/api/v1/envelopes", body, nil, "Origin", "https://elsewhere.example")
	staff.refused(http.StatusForbidden, "cross_origin", http.MethodPost, "/api/v1/sessions/exchange", map[string]any{"token": "x"}, "Sec-Fetch-Site", "cross-site")
}

func etags(t *testing.T, in *installation) {
	api := in.api(t)
	var e struct{ ID string }
	first := api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{"title": "a"}, &e).header.Get("ETag")
	path := "/api/v1/envelopes/" + e.ID
	second := api.must(http.MethodPatch, path, map[string]any{"title": "b"}, nil, "If-Match", first).header.Get("ETag")
	if first == "" || first == second {
		t.Errorf("etag %q stayed %q", first, second)
	}
	if a := api.do(http.MethodPatch, path, map[string]any{"title": "c"}, "If-Match", first); a.status != http.StatusPreconditionFailed {
		t.Errorf("a stale change: %d %s", a.status, a.body)
	}
	api.refused(http.StatusPreconditionFailed, "etag_mismatch", http.MethodPatch, path, map[string]any{"title": "c"}, "If-Match", `"nonsense"`)
	api.must(http.MethodPatch, path, map[string]any{"title": "d"}, nil, "If-Match", second)
}

func uploads(t *testing.T, in *installation) {
	api := in.api(t)
	api.refused(http.StatusUnprocessableEntity, "upload_empty", http.MethodPost, "/api/v1/uploads", []byte{})
	var u struct {
		ID, Name string
		Size     int64
		Complete bool
	}
	api.must(http.MethodPost, "/api/v1/uploads", []byte("%PDF-"), &u, "Content-Disposition", `attachment; filename="../../etc/passwd"`)
	if u.Name != "passwd" || u.Size != 5 || !u.Complete {
		t.Errorf("upload %+v", u)
	}
	// Announced too large: refused before the body.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, in.staffURL+"/api/v1/uploads", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 200 << 20
	req.Header.Set("Authorization", "Bearer "+in.key)
	if res, err := http.DefaultClient.Do(req); err == nil {
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("a large upload: %d", res.StatusCode)
		}
		_ = res.Body.Close()
	}
	other := signIn(t, in, "uploads@example.org", "admin")
	other.refused(http.StatusNotFound, "upload_unknown", http.MethodGet, "/api/v1/uploads/"+u.ID, nil)
	api.must(http.MethodDelete, "/api/v1/uploads/"+u.ID, nil, nil)
	api.refused(http.StatusNotFound, "upload_unknown", http.MethodGet, "/api/v1/uploads/"+u.ID, nil)
}

func tus(t *testing.T, in *installation) {
	api := in.api(t)
	file := contract(t)
	v := []string{"Tus-Resumable", "1.0.0"}
	created := api.must(http.MethodPost, "/api/v1/uploads/resumable", []byte{}, nil, append(v,
		"Upload-Length", strconv.Itoa(len(file)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("Szerződés.pdf")))...)
	twice := append(v, "Upload-Length", "9", "Idempotency-Key", "tus-1")
	one := api.must(http.MethodPost, "/api/v1/uploads/resumable", []byte{}, nil, twice...).header.Get("Location")
	if again := api.must(http.MethodPost, "/api/v1/uploads/resumable", []byte{}, nil, twice...).header.Get("Location"); again != one || one == "" {
		t.Errorf("one key made two uploads: %q, %q", one, again)
	}
	location := strings.TrimPrefix(created.header.Get("Location"), in.staffURL)
	chunk := append(v, "Content-Type", "application/offset+octet-stream")
	half := len(file) / 2
	api.must(http.MethodPatch, location, file[:half], nil, append(chunk, "Upload-Offset", "0")...)
	if got := api.must(http.MethodHead, location, nil, nil, v...).header.Get("Upload-Offset"); got != strconv.Itoa(half) {
		t.Errorf("offset %s", got)
	}
	if a := api.do(http.MethodPatch, location, file[half:], append(chunk, "Upload-Offset", "0")...); a.status != http.StatusConflict {
		t.Errorf("a wrong offset: %d", a.status)
	}
	stranger := signIn(t, in, "tus@example.org", "admin")
	if a := stranger.do(http.MethodHead, location, nil, v...); a.status != http.StatusNotFound {
		t.Errorf("a stranger's look: %d", a.status)
	}
	api.must(http.MethodPatch, location, file[half:], nil, append(chunk, "Upload-Offset", strconv.Itoa(half))...)
	id := location[strings.LastIndexByte(location, '/')+1:]
	var e struct {
		Documents []struct{ Name string }
	}
	api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{"title": "t", "documents": []any{map[string]any{"upload": id}}}, &e)
	if len(e.Documents) != 1 || e.Documents[0].Name != "Szerződés.pdf" {
		t.Errorf("documents %+v", e.Documents)
	}
	api.refused(http.StatusNotFound, "upload_unknown", http.MethodGet, "/api/v1/uploads/"+id, nil)
	api.refused(http.StatusRequestEntityTooLarge, "tus_max_size_exceeded", http.MethodPost, "/api/v1/uploads/resumable", []byte{}, append(v, "Upload-Length", "999999999999")...)
	api.refused(http.StatusPreconditionFailed, "tus_version", http.MethodPost, "/api/v1/uploads/resumable", []byte{}, "Upload-Length", "1")
}

var pathName = regexp.MustCompile(`\{[^}]*\}`)

// echoNothing sends a canary in every member, parameter and header of every operation, in every wrong form.
func echoNothing(t *testing.T, in *installation) {
	const canary = "c4n4ry-s3cr3t"
	api := in.api(t)
	var doc struct {
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	api.must(http.MethodGet, "/api/openapi.json", nil, &doc)
	names := map[string]any{}
	for _, s := range doc.Components.Schemas {
		for name := range s.Properties {
			names[name] = []any{map[string]any{"x": canary}}
		}
	}
	strs := map[string]any{}
	for name := range names {
		strs[name] = canary
	}
	bodies := []any{names, strs, []any{canary}, canary, []byte(`{"password":"` + canary), []byte(canary), map[string]any{canary: 1}}
	for path, methods := range doc.Paths {
		if strings.HasSuffix(path, "/stream") {
			continue // has no end
		}
		for method := range methods {
			tries := bodies
			if method == "get" || method == "head" || method == "options" {
				tries = bodies[:1]
			}
			for _, body := range tries {
				p := pathName.ReplaceAllString(path, canary) + "?limit=" + canary + "&x=" + canary
				a := api.do(strings.ToUpper(method), p, body, "Content-Type", "application/json", "If-Match", canary, "Idempotency-Key", "")
				if a.status >= 400 && bytes.Contains(a.body, []byte(canary)) {
					t.Errorf("%s %s echoes: %s", method, path, a.body)
				}
				if a.status >= 500 {
					t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
				}
			}
		}
	}
	if strings.Contains(in.log.String(), canary) {
		t.Error("the log holds a submitted value")
	}
}

func sessions(t *testing.T, in *installation) {
	staff := signIn(t, in, "sessions@example.org", "auditor")
	var me struct {
		User        struct{ Role, Email string }
		Permissions []string
	}
	staff.must(http.MethodGet, "/api/v1/users/me", nil, &me)
	if me.User.Role != "auditor" || me.User.Email != "sessions@example.org" || len(me.Permissions) == 0 {
		t.Errorf("me %+v", me)
	}
	// A stream ends with its session.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, in.staffURL+"/api/v1/events/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", staff.cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("stream: %v %v", res, err)
	}
	defer func() { _ = res.Body.Close() }()
	staff.must(http.MethodDelete, "/api/v1/sessions/current", nil, nil)
	staff.refused(http.StatusUnauthorized, "session_ended", http.MethodGet, "/api/v1/users/me", nil)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 4096)
		for {
			if _, err := res.Body.Read(buf); err != nil {
				return
			}
		}
	}()
	select {
	case <-ended:
	case <-time.After(8 * time.Second):
		t.Error("the stream outlived its session")
	}
}

func unknownPaths(t *testing.T, in *installation) {
	api := in.api(t)
	api.refused(http.StatusNotFound, "no_such_path", http.MethodGet, "/api/v1/nothing", nil)
	api.refused(http.StatusNotFound, "no_such_path", http.MethodPost, "/nothing", nil)
	a := api.refused(http.StatusMethodNotAllowed, "method_not_allowed", http.MethodPut, "/api/v1/envelopes", nil)
	if allow := a.header.Get("Allow"); !strings.Contains(allow, "POST") {
		t.Errorf("allow %q", allow)
	}
}

func openAPI(t *testing.T, in *installation) {
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	a := in.api(t).must(http.MethodGet, "/api/openapi.json", nil, &doc)
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) < 50 {
		t.Errorf("openapi %s with %d paths", doc.OpenAPI, len(doc.Paths))
	}
	if bytes.Contains(a.body, []byte("$schema\"")) {
		t.Error("the document holds huma's $schema members")
	}
}

func pages(t *testing.T, in *installation) {
	guest := in.guest(t)
	for path, want := range map[string]int{"/": 200, "/sign-in": 200, "/assets/page.css": 200, "/assets/": 404, "/nothing": 404, "/s/x": 404} {
		a := guest.do(http.MethodGet, path, nil)
		if a.status != want {
			t.Errorf("%s: %d", path, a.status)
		}
		if bytes.Contains(a.body, []byte("<script>")) || bytes.Contains(a.body, []byte("style=")) {
			t.Errorf("%s has inline code", path)
		}
	}
}

func health(t *testing.T, in *installation) {
	guest := in.guest(t)
	for _, path := range []string{"/livez", "/readyz", "/health"} {
		guest.must(http.MethodGet, path, nil, nil)
	}
	guest.refused(http.StatusUnauthorized, "not_signed_in", http.MethodGet, "/metrics", nil)
	a := in.api(t).must(http.MethodGet, "/metrics", nil, nil)
	if !bytes.Contains(a.body, []byte(`consigil_calls_total{operation="livez"`)) {
		t.Error("the metrics count nothing")
	}
}

func cursors(t *testing.T, in *installation) {
	api := in.api(t)
	for i := range 5 {
		api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{"title": fmt.Sprint("page ", i)}, nil)
	}
	seen := map[string]bool{}
	next := ""
	for range 20 {
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		api.must(http.MethodGet, "/api/v1/envelopes?text=page&limit=2&cursor="+next, nil, &page)
		for _, e := range page.Items {
			if seen[e.ID] {
				t.Fatal("an envelope is on two pages")
			}
			seen[e.ID] = true
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d of 5 envelopes on the pages", len(seen))
	}
	api.refused(http.StatusUnprocessableEntity, "invalid_request", http.MethodGet, "/api/v1/envelopes?limit=0", nil)
	api.refused(http.StatusUnprocessableEntity, "bad_cursor", http.MethodGet, "/api/v1/envelopes?cursor=x", nil)
}

func headers(t *testing.T, in *installation) {
	for _, path := range []string{"/api/v1/envelopes", "/", "/livez", "/api/v1/nothing", "/pki/trust.pem"} {
		h := in.guest(t).do(http.MethodGet, path, nil).header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}

func passwords(t *testing.T, in *installation) {
	staff := signIn(t, in, "password@example.org", "sender")
	staff.refused(http.StatusUnprocessableEntity, "too_short", http.MethodPut, "/api/v1/users/me/password", map[string]any{"password": "short"})
	staff.must(http.MethodPut, "/api/v1/users/me/password", map[string]any{"password": "correct horse battery"}, nil)
	staff.refused(http.StatusUnprocessableEntity, "wrong_password", http.MethodPut, "/api/v1/users/me/password", map[string]any{"current": "wrong", "password": "correct horse battery 2"})
	stranger := &caller{t: t, base: in.staffURL}
	in1 := map[string]any{"email": "Password@Example.org", "password": "correct horse battery"}
	stranger.must(http.MethodPost, "/api/v1/sessions", in1, nil)
	for _, email := range []string{"password@example.org", "nobody@example.org"} {
		stranger.refused(http.StatusUnauthorized, "wrong_credentials", http.MethodPost, "/api/v1/sessions", map[string]any{"email": email, "password": "wrong horse battery"})
	}
}

func settings(t *testing.T, in *installation) {
	api := in.api(t)
	a := api.must(http.MethodGet, "/api/v1/settings/seal", nil, nil)
	if strings.TrimSpace(string(a.body)) != `{"algorithm":"P-256","level":"B-T","keep_valid":false,"fall_back":false}` {
		t.Errorf("seal settings %s", a.body)
	}
	api.refused(http.StatusUnprocessableEntity, "not_one_of", http.MethodPut, "/api/v1/settings/seal", map[string]any{"algorithm": "ROT13"})
	etag := api.must(http.MethodPut, "/api/v1/settings/seal", map[string]any{"algorithm": "P-384"}, nil).header.Get("ETag")
	api.refused(http.StatusPreconditionFailed, "etag_mismatch", http.MethodPut, "/api/v1/settings/seal", map[string]any{"algorithm": "P-256"}, "If-Match", `"0"`)
	api.must(http.MethodPut, "/api/v1/settings/seal", map[string]any{"algorithm": "P-256"}, nil, "If-Match", etag)
	api.refused(http.StatusNotFound, "settings_unknown", http.MethodGet, "/api/v1/settings/nothing", nil)
	api.refused(http.StatusUnprocessableEntity, "bad_form", http.MethodPut, "/api/v1/branding", map[string]any{"color": "red"})
	api.refused(http.StatusUnprocessableEntity, "control_character", http.MethodPut, "/api/v1/branding", map[string]any{"color": "#112233", "footer": "a\nBcc: b"})
	api.must(http.MethodPut, "/api/v1/branding", map[string]any{"color": "#112233", "display_name": "Példa"}, nil)
}
