//go:build interop

package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client speaks to a server that may be gone at any moment. Every call is one that may be repeated.
type client struct {
	s   *server
	key string
}

// refusal is an answer that is not a success.
type refusal struct {
	status int
	code   string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.status, r.code) }

// once sends one request.
func (c *client) once(method, path string, body []byte, out any, headers ...string) (http.Header, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.s.url(path), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode/100 != 2 {
		var p struct{ Code string }
		_ = json.Unmarshal(data, &p) // an answer without a code is reported by its status
		return nil, &refusal{res.StatusCode, p.Code}
	}
	switch to := out.(type) {
	case nil:
	case *[]byte:
		*to = data
	default:
		err = json.Unmarshal(data, to)
	}
	return res.Header, err
}

// api repeats a call of the sender until it is answered; a refusal is an answer unless the server asks to wait.
func (c *client) api(method, path string, body, out any, headers ...string) error {
	data, raw := body.([]byte)
	if !raw && body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	headers = append(headers, "Authorization", "Bearer "+c.key)
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, err := c.once(method, path, data, out, headers...)
		r, refused := err.(*refusal) //nolint:errorlint // once returns it bare
		wait := refused && (r.status >= 500 || r.status == http.StatusTooManyRequests)
		if err == nil || refused && !wait || time.Now().After(end) {
			return err
		}
	}
}

type envelopeView struct {
	ID        string
	State     string
	Documents []struct {
		ID      string
		State   string
		Level   string
		Stalled string
	}
	Recipients []struct{ ID, State string }
}

// job is one envelope on its way.
type job struct {
	c    *client
	n    int
	view envelopeView
}

// run takes an envelope from upload to its signature, however often the server dies.
func (j *job) run(pdf []byte) error {
	if err := j.create(pdf); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := j.send(); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return j.until(func() error { return j.sign() }, "in_progress", "completed", "sealing", "sealed", "delivered")
}

// create makes the draft. A server that dies leaves the key of the call it was at taken for two minutes, so every
// try has keys of its own; a draft that an earlier try left behind is sent by nobody.
func (j *job) create(pdf []byte) error {
	const tries = 50
	var err error
	for try := range tries {
		name := fmt.Sprintf("crash-%d", j.n)
		key := fmt.Sprintf("%s-%d", name, try)
		var upload struct{ ID string }
		err = j.c.api(http.MethodPost, "/api/v1/uploads?name="+name+".pdf", pdf, &upload, "Content-Type", "application/pdf", "Idempotency-Key", key+"-upload")
		if err != nil {
			continue
		}
		err = j.c.api(http.MethodPost, "/api/v1/envelopes", map[string]any{
			"title": name, "documents": []any{map[string]any{"upload": upload.ID}},
			"recipients": []any{map[string]any{"role": "signer", "name": "Éva", "email": name + "@example.org"}},
			"fields": []any{map[string]any{
				"type": "signature", "required": true, "document_position": 1, "recipient_position": 1, "page": 1, "x": 40, "y": 40, "width": 180, "height": 50,
			}},
		}, &j.view, "Idempotency-Key", key+"-envelope")
		if err == nil {
			return nil
		}
	}
	return err
}

func (j *job) path(rest string) string { return "/api/v1/envelopes/" + j.view.ID + rest }

func (j *job) refresh() error { return j.c.api(http.MethodGet, j.path(""), nil, &j.view) }

func (j *job) send() error {
	err := j.c.api(http.MethodPost, j.path("/send"), nil, nil)
	if r, ok := err.(*refusal); ok && r.status == http.StatusConflict { //nolint:errorlint // api returns it bare
		err = nil // it was sent by the call whose answer was lost
	}
	if err != nil {
		return err
	}
	return j.until(nil, "sent", "in_progress", "completed", "sealing", "sealed", "delivered")
}

// until repeats an attempt until the recipient is done, or waits for a state.
func (j *job) until(attempt func() error, states ...string) error {
	var last error
	for end := time.Now().Add(6 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err := j.refresh(); err != nil {
			return err
		}
		if attempt == nil && contains(states, j.view.State) || attempt != nil && j.view.Recipients[0].State == "done" {
			return nil
		}
		if attempt != nil {
			last = attempt()
		}
	}
	return fmt.Errorf("envelope is %s, last attempt: %w", j.view.State, last)
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}

// sign is one sitting; where it breaks off the next one begins with a new link.
func (j *job) sign() error {
	var link struct{ URL string }
	if err := j.c.api(http.MethodPost, j.path("/recipients/"+j.view.Recipients[0].ID+"/link"), nil, &link); err != nil {
		return err
	}
	_, token, _ := strings.Cut(link.URL, "/s/")
	var opened struct{ Ceremony string }
	body, err := json.Marshal(map[string]string{"token": token})
	if err != nil {
		return err
	}
	header, err := j.c.once(http.MethodPost, "/api/v1/ceremonies/exchange", body, &opened)
	if err != nil {
		return err
	}
	cookie, _, _ := strings.Cut(header.Get("Set-Cookie"), ";")
	guest := func(method, rest string, in, out any, more ...string) error {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		_, err = j.c.once(method, "/api/v1/ceremonies/"+opened.Ceremony+rest, data, out, append(more, "Cookie", cookie)...)
		return err
	}
	return j.sit(guest, opened.Ceremony)
}

func (j *job) sit(guest func(method, rest string, in, out any, more ...string) error, ceremony string) error {
	var text struct {
		Version string `json:"version"`
		Locale  string `json:"locale"`
		Hash    string `json:"hash"`
	}
	if err := guest(http.MethodGet, "/disclosure", nil, &text); err != nil {
		return err
	}
	if err := guest(http.MethodPost, "/consent", text, nil); err != nil {
		return err
	}
	var scene struct {
		Fields []struct{ ID, Type string }
	}
	if err := guest(http.MethodGet, "", nil, &scene); err != nil {
		return err
	}
	values := map[string]any{}
	for _, f := range scene.Fields {
		values[f.ID] = map[string]string{"kind": "typed", "text": "Éva"}
	}
	if err := guest(http.MethodPut, "/values", map[string]any{"values": values}, nil); err != nil {
		return err
	}
	var preview struct {
		Documents []struct{ Document, Reviewed string }
	}
	if err := guest(http.MethodPost, "/preview", map[string]any{}, &preview); err != nil {
		return err
	}
	reviewed := map[string]string{}
	for _, d := range preview.Documents {
		reviewed[d.Document] = d.Reviewed
	}
	return guest(http.MethodPost, "/sign", map[string]any{"reviewed": reviewed}, nil, "Idempotency-Key", ceremony)
}
