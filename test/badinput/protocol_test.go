package badinput

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/test/testpdf"
)

const envelopes = "/api/v1/envelopes"

// TestBodies sends what is no request at all.
func TestBodies(t *testing.T) {
	t.Parallel()
	in := start(t)
	json := []string{"Content-Type", "application/json"}
	deep := strings.Repeat(`{"documents":[`, 100_000) + `"` + canary
	for what, try := range map[string]struct {
		path    string
		body    any
		headers []string
		refusal
	}{
		"nothing":                {envelopes, nil, json, refusal{400, "malformed_body", ""}},
		"half an object":         {envelopes, []byte(`{"title":"` + canary), json, refusal{400, "malformed_body", ""}},
		"two objects":            {envelopes, []byte(`{"title":"a"}{"title":"` + canary + `"}`), json, refusal{400, "malformed_body", ""}},
		"no JSON":                {envelopes, []byte(canary), json, refusal{400, "malformed_body", ""}},
		"an array":               {envelopes, []byte(`["` + canary + `"]`), json, refusal{422, "invalid_request", ""}},
		"too large":              {envelopes, []byte(`{"title":"` + strings.Repeat(canary, 1<<19) + `"}`), json, refusal{413, "body_too_large", ""}},
		"too large, unannounced": {envelopes, raw{[]byte(`{"title":"` + strings.Repeat(canary, 1<<19) + `"}`), true}, json, refusal{413, "body_too_large", ""}},
		"too deep":               {envelopes, []byte(deep), json, refusal{400, "malformed_body", ""}},
		"as text":                {envelopes, []byte(`{"title":"x"}`), []string{"Content-Type", "text/plain"}, refusal{415, "unsupported_media_type", ""}},
		"as a form":              {envelopes, []byte(`title=` + canary), []string{"Content-Type", "application/x-www-form-urlencoded"}, refusal{415, "unsupported_media_type", ""}},
		"as CBOR":                {envelopes, []byte{0xa0}, []string{"Content-Type", "application/cbor"}, refusal{415, "unsupported_media_type", ""}},
		"invalid UTF-8":          {envelopes, []byte("{\"title\":\"\xff\xfe" + canary + "\"}"), json, refusal{400, "malformed_body", ""}},
		"a zero byte":            {envelopes, []byte("{\"title\":\"a\x00\"}"), json, refusal{400, "malformed_body", ""}},
		"a bad cursor":           {envelopes + "?cursor=" + canary, nil, nil, refusal{422, "bad_cursor", "query/cursor"}},
		"a limit of 0":           {envelopes + "?limit=0", nil, nil, refusal{422, "invalid_request", "query/limit"}},
		"a limit beyond":         {envelopes + "?limit=99999999999999999999", nil, nil, refusal{422, "invalid_request", "query/limit"}},
		"an unknown parameter":   {envelopes + "?nobody_knows=" + canary, nil, nil, refusal{422, "invalid_request", ""}},
		"a group that is none":   {envelopes + "?group=" + canary, nil, nil, refusal{422, "invalid_request", "query/group"}},
		"an id that climbs":      {envelopes + "/..%2f..%2f" + canary, nil, nil, refusal{404, "not_found", ""}},
		"an id with a zero byte": {envelopes + "/%00" + canary, nil, nil, refusal{422, "text_encoding", ""}},
		"an id not in UTF-8":     {envelopes + "/%ff" + canary, nil, nil, refusal{422, "text_encoding", ""}},
		"an event id":            {"/api/v1/events/stream", nil, []string{"Last-Event-ID", canary}, refusal{422, "bad_event_id", "header/Last-Event-ID"}},
		"settings that climb":    {"/api/v1/settings/..%2f" + canary, nil, nil, refusal{404, "settings_unknown", ""}},
		"a key too long":         {envelopes, object{"title": "x"}, []string{"Idempotency-Key", strings.Repeat(canary, 30)}, refusal{422, "too_long", "header/Idempotency-Key"}},
	} {
		t.Run(what, func(t *testing.T) {
			method := "POST"
			if try.body == nil && what != "nothing" {
				method = "GET"
			}
			in.api(t).refused(try.refusal, method, try.path, try.body, try.headers...)
		})
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	key := []string{"Idempotency-Key", "k"}
	reused := refusal{422, "idempotency_key_reused", ""}
	api.must("POST", envelopes, object{"title": "one"}, nil, key...)
	api.refused(reused, "POST", envelopes, object{"title": "two"}, key...) // of the same length
	api.refused(reused, "POST", envelopes, object{"title": "three"}, key...)
	api.refused(reused, "POST", "/api/v1/users", object{"name": "a", "email": "a@example.org", "role": "sender"}, key...)
	one, two := testpdf.Classic(1), bytes.ReplaceAll(testpdf.Classic(1), []byte("Page 1"), []byte("Page 2"))
	var first, again struct{ ID string }
	up := []string{"Idempotency-Key", "u", "Content-Type", "application/pdf"}
	api.must("POST", "/api/v1/uploads", one, &first, up...)
	api.refused(reused, "POST", "/api/v1/uploads", two, up...)
	if api.must("POST", "/api/v1/uploads", one, &again, up...); first.ID != again.ID || first.ID == "" {
		t.Errorf("a repeat made %s, then %s", first.ID, again.ID)
	}
	inFlight(t, in)
}

// inFlight repeats a call while the first one still runs. Which of the two comes first cannot be seen from outside, so
// it gives the first one more and more time, each time under a new key.
func inFlight(t *testing.T, in *installation) {
	t.Helper()
	pdf := string(testpdf.Classic(1))
	pdf += strings.Repeat(" ", 700-len(pdf))
	for lead := 50 * time.Millisecond; lead < 10*time.Second; lead *= 2 {
		slow, key := in.dial(t), "flight"+lead.String()
		head := "POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + in.key + "\r\nIdempotency-Key: " + key +
			"\r\nContent-Type: application/pdf\r\nContent-Length: 700\r\n\r\n"
		if _, err := slow.Write([]byte(head + pdf[:100])); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lead)
		a := in.api(t).do("POST", "/api/v1/uploads", []byte(pdf), "Idempotency-Key", key, "Content-Type", "application/pdf")
		if a.status == http.StatusCreated {
			continue // it came first
		}
		refusal{409, "still_running", ""}.is(t, a)
		if a.header.Get("Retry-After") == "" {
			t.Error("no word on when to come back")
		}
		if done := slow.exchange(t, pdf[100:]); done.status != http.StatusCreated {
			t.Errorf("the first call: %d %s", done.status, done.body)
		}
		return
	}
	t.Error("the first call never ran first")
}

// TestConnections misuses HTTP itself.
func TestConnections(t *testing.T) {
	t.Parallel()
	in := start(t)
	before := in.state(t)
	get := "GET /livez HTTP/1.1\r\nHost: x\r\n"
	for what, try := range map[string]struct {
		text   string
		status int
	}{
		"huge headers":    {get + "X: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", 431},
		"many headers":    {get + strings.Repeat("X: a\r\n", 20_000) + "\r\n", 431},
		"two lengths":     {"POST /api/v1/envelopes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
		"length, chunked": {"POST /api/v1/envelopes HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		"no host":         {"GET /livez HTTP/1.1\r\n\r\n", 400},
		"two hosts":       {get + "Host: y\r\n\r\n", 400},
		"a folded header": {get + "X : a\r\n\r\n", 400},
	} {
		if a := in.dial(t).exchange(t, try.text); a.status != try.status {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	// One who stops in the middle of the headers is hung up on, and holds nobody else up.
	slow := in.dial(t)
	begin := time.Now()
	if _, err := slow.Write([]byte("GET /livez HTTP/1.1\r\nHost: x\r\nX-Sl")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := in.dial(t).Write([]byte("POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	in.guest(t).must("GET", "/livez", nil, nil)
	if n, err := slow.Read(make([]byte, 1000)); err == nil && n > 0 {
		_, err = slow.Read(make([]byte, 1000))
		if err == nil {
			t.Error("a slow client was answered more than once")
		}
	}
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("a slow client was kept for %v", took)
	}
	if after := in.state(t); before != after {
		t.Error("something changed")
	}
}
