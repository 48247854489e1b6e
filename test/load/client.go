package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client is an API account that also plays the recipients whose links it reveals.
type client struct {
	base, key string
	http      *http.Client
}

func newClient(base, key string) *client {
	return &client{base: base, key: key, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
}

func healthy(url string) bool {
	res, err := http.Get(url) //nolint:gosec // the address is our own
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// call sends JSON or bytes and decodes the answer. An empty cookie means the API key.
func (c *client) call(method, path, cookie string, body, out any) (http.Header, error) {
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte:
		r, kind = bytes.NewReader(b), "application/pdf"
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, c.base+"/api/v1"+path, r)
	if err != nil {
		return nil, err
	}
	if r != nil {
		req.Header.Set("Content-Type", kind)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
		req.Header.Set("Idempotency-Key", "load")
	} else {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode > 299 {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, data)
	}
	if out == nil || len(data) == 0 {
		return res.Header, nil
	}
	return res.Header, json.Unmarshal(data, out)
}

func (c *client) get(path string, out any) error {
	_, err := c.call(http.MethodGet, path, "", nil, out)
	return err
}

type object = map[string]any

// envelope takes one file from upload to its only signature and returns the envelope's id.
func (c *client) envelope(file []byte, title string) (string, error) {
	var upload struct{ ID string }
	if _, err := c.call(http.MethodPost, "/uploads?name=contract.pdf", "", file, &upload); err != nil {
		return "", err
	}
	var e struct {
		ID         string
		Recipients []struct{ ID string }
	}
	draft := object{
		"title": "Contract " + title, "documents": []object{{"upload": upload.ID}},
		"recipients": []object{{"role": "signer", "name": "Anna Kovács", "email": "anna@example.org"}},
		"fields": []object{{
			"type": "signature", "required": true, "document_position": 1, "recipient_position": 1,
			"page": 1, "x": 40, "y": 40, "width": 180, "height": 50,
		}},
	}
	if _, err := c.call(http.MethodPost, "/envelopes", "", draft, &e); err != nil {
		return "", err
	}
	if _, err := c.call(http.MethodPost, "/envelopes/"+e.ID+"/send", "", nil, nil); err != nil {
		return "", err
	}
	if err := c.waitFor(e.ID, "sent", "in_progress"); err != nil {
		return "", err
	}
	var link struct{ URL string }
	if _, err := c.call(http.MethodPost, "/envelopes/"+e.ID+"/recipients/"+e.Recipients[0].ID+"/link", "", nil, &link); err != nil {
		return "", err
	}
	_, token, _ := strings.Cut(link.URL, "/s/")
	return e.ID, c.sign(token)
}

// sign is one recipient's sitting.
func (c *client) sign(token string) error {
	var sitting struct{ Ceremony string }
	head, err := c.call(http.MethodPost, "/ceremonies/exchange", "", object{"token": token}, &sitting)
	if err != nil {
		return err
	}
	cookie, _, _ := strings.Cut(head.Get("Set-Cookie"), ";")
	path := "/ceremonies/" + sitting.Ceremony
	var text struct{ Version, Locale, Hash string }
	if _, err := c.call(http.MethodGet, path+"/disclosure", cookie, nil, &text); err != nil {
		return err
	}
	consent := object{"version": text.Version, "locale": text.Locale, "hash": text.Hash}
	if _, err := c.call(http.MethodPost, path+"/consent", cookie, consent, nil); err != nil {
		return err
	}
	var state struct{ Fields []struct{ ID string } }
	if _, err := c.call(http.MethodGet, path, cookie, nil, &state); err != nil {
		return err
	}
	values := object{}
	for _, f := range state.Fields {
		values[f.ID] = object{"kind": "typed", "text": "Anna Kovács"}
	}
	if _, err := c.call(http.MethodPut, path+"/values", cookie, object{"values": values}, nil); err != nil {
		return err
	}
	var preview struct {
		Documents []struct{ Document, Reviewed string }
	}
	if _, err := c.call(http.MethodPost, path+"/preview", cookie, nil, &preview); err != nil {
		return err
	}
	reviewed := object{}
	for _, d := range preview.Documents {
		reviewed[d.Document] = d.Reviewed
	}
	_, err = c.call(http.MethodPost, path+"/sign", cookie, object{"reviewed": reviewed}, nil)
	return err
}

func (c *client) waitSealed(id string) error { return c.waitFor(id, "sealed", "delivered") }

// waitFor reads the envelope until it is in one of these states.
func (c *client) waitFor(id string, states ...string) error {
	state := ""
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var e struct{ State string }
		if err := c.get("/envelopes/"+id, &e); err != nil {
			return err
		}
		for _, want := range states {
			if e.State == want {
				return nil
			}
		}
		state = e.State
	}
	return fmt.Errorf("envelope is %s after two minutes", state)
}

// readPaths are the reads that a console makes.
func (c *client) readPaths() ([]string, error) {
	var list struct{ Items []struct{ ID string } }
	if err := c.get("/envelopes?limit=50", &list); err != nil {
		return nil, err
	}
	paths := []string{"/envelopes?limit=50", "/envelopes/counts"}
	for _, e := range list.Items {
		paths = append(paths, "/envelopes/"+e.ID, "/envelopes/"+e.ID+"/events")
	}
	return paths, nil
}
