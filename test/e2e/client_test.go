package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// caller speaks to one address with one credential.
type caller struct {
	t      *testing.T
	base   string
	bearer string
	cookie string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request; a body that is not bytes is sent as JSON.
func (c *caller) do(method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		r = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		r = bytes.NewReader(data)
		headers = append(headers, "Content-Type", "application/json")
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.cookie != "" {
		req.Header.Set("Cookie", c.cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &answer{res.StatusCode, res.Header, data}
}

// must is do for a call that has to work; the answer is decoded into out unless that is nil.
func (c *caller) must(method, path string, body, out any, headers ...string) *answer {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	if a.status < 200 || a.status > 299 {
		c.t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

// refused is do for a call that has to fail with this status and code.
func (c *caller) refused(status int, code, method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	var p struct{ Code string }
	if err := json.Unmarshal(a.body, &p); err != nil || a.status != status || p.Code != code {
		c.t.Errorf("%s %s: want %d %s, got %d %s", method, path, status, code, a.status, a.body)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		c.t.Errorf("%s %s: problem as %q", method, path, ct)
	}
	return a
}

func (a *answer) cookie() string {
	value, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return value
}

// eventually waits for something that another part of the program does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}
