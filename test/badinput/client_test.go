package badinput

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// canary stands in every value that is submitted where a refusal is expected: no answer may hold it.
const canary = "c4naryQx7"

// patience is the longest that any refusal may take on a busy machine.
const patience = 20 * time.Second

// caller speaks to one installation with one credential.
type caller struct {
	t      *testing.T
	in     *installation
	bearer string
	cookie string
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// raw is a body that is sent as it stands, with a length that is not announced where unannounced is set.
type raw struct {
	data        []byte
	unannounced bool
}

// do sends a request; a body that is not bytes is sent as JSON.
func (c *caller) do(method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case raw:
		if r = bytes.NewReader(b.data); b.unannounced {
			r = struct{ io.Reader }{r}
		}
	case []byte:
		r = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		r, headers = bytes.NewReader(data), append([]string{"Content-Type", "application/json"}, headers...)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.in.url+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
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

// refusal is what a faulty request has to be answered with.
type refusal struct {
	status  int
	code    string
	pointer string // one of the places named; empty: none is asked for
}

// document is an RFC 9457 problem document.
type document struct {
	Type, Title, Code, Detail string
	Status                    int
	Errors                    []struct{ Pointer, Code, Detail string }
}

// is judges an answer against the refusal that is due.
func (want refusal) is(t *testing.T, a *answer) *document {
	t.Helper()
	var p document
	if err := json.Unmarshal(a.body, &p); err != nil || a.status != want.status || p.Code != want.code || p.Status != want.status {
		t.Errorf("want %d %s, got %d %s", want.status, want.code, a.status, a.body)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("a problem as %q", ct)
	}
	if want.pointer != "" && !p.points(want.pointer) {
		t.Errorf("no error at %s: %s", want.pointer, a.body)
	}
	if bytes.Contains(bytes.ToLower(a.body), []byte(strings.ToLower(canary))) {
		t.Errorf("a submitted value is echoed: %s", a.body)
	}
	if p.Detail == "" || p.Title == "" {
		t.Errorf("a problem without words: %s", a.body)
	}
	return &p
}

func (p *document) points(at string) bool {
	for _, e := range p.Errors {
		if e.Pointer == at {
			return true
		}
	}
	return false
}

// refused is do for a call that has to be refused, soon, and must change nothing.
func (c *caller) refused(want refusal, method, path string, body any, headers ...string) *document {
	c.t.Helper()
	before := c.in.state(c.t)
	begin := time.Now()
	a := c.do(method, path, body, headers...)
	if took := time.Since(begin); took > patience {
		c.t.Errorf("the refusal took %v", took)
	}
	p := want.is(c.t, a)
	if after := c.in.state(c.t); before != after {
		c.t.Errorf("something changed: before\n%s\nafter\n%s", before, after)
	}
	return p
}

// state is everything of the installation that a refused call could have changed.
func (in *installation) state(t *testing.T) string {
	t.Helper()
	c := in.api(t)
	var b strings.Builder
	var list struct{ Items []struct{ ID string } }
	b.Write(c.must("GET", "/api/v1/envelopes?limit=200", nil, &list).body)
	for _, e := range list.Items {
		b.Write(c.must("GET", "/api/v1/envelopes/"+e.ID, nil, nil).body)
	}
	for _, path := range []string{"/api/v1/messages?limit=200", "/api/v1/users", "/api/v1/settings/seal", "/api/v1/branding", "/api/v1/organizations"} {
		b.Write(c.must("GET", path, nil, nil).body)
	}
	b.WriteString(in.blobs(t))
	return b.String()
}

type envelopeView struct {
	ID         string
	State      string
	Title      string
	Version    int
	Documents  []struct{ ID, Name, Level, State, Stalled string }
	Recipients []struct{ ID, Name, State string }
	Fields     []struct{ ID string }
}

func (c *caller) upload(name string, data []byte) string {
	c.t.Helper()
	var u struct{ ID string }
	c.must("POST", "/api/v1/uploads?name="+name, data, &u, "Content-Type", "application/pdf")
	return u.ID
}

type object = map[string]any

func signatureField(recipient int) object {
	return object{
		"type": "signature", "required": true, "document_position": 1, "recipient_position": recipient,
		"page": 1, "x": 40 + 200*(recipient-1), "y": 60, "width": 180, "height": 50,
	}
}

func signer(name string) object {
	return object{"role": "signer", "name": name, "email": strings.ToLower(name) + "@example.org"}
}

// draft makes an envelope with one document and these signers, a signature field for each.
func (c *caller) draft(pdf []byte, names ...string) *envelopeView {
	c.t.Helper()
	var recipients, fields []object
	for i, n := range names {
		recipients, fields = append(recipients, signer(n)), append(fields, signatureField(i+1))
	}
	var e envelopeView
	c.must("POST", "/api/v1/envelopes", object{
		"title": "Contract", "documents": []object{{"upload": c.upload("contract.pdf", pdf)}}, "recipients": recipients, "fields": fields,
	}, &e)
	return &e
}

func (c *caller) sent(pdf []byte, names ...string) *envelopeView {
	c.t.Helper()
	e := c.draft(pdf, names...)
	c.must("POST", "/api/v1/envelopes/"+e.ID+"/send", nil, nil)
	return c.waitFor(e.ID, "sent")
}

// waitFor waits for a state, and then until every message is on its way.
func (c *caller) waitFor(envelope, state string) *envelopeView {
	c.t.Helper()
	var e envelopeView
	eventually(c.t, "state "+state, func() bool {
		e = envelopeView{}
		c.must("GET", "/api/v1/envelopes/"+envelope, nil, &e)
		return e.State == state
	})
	eventually(c.t, "rest", func() bool {
		return !bytes.Contains(c.must("GET", "/api/v1/messages?limit=200", nil, nil).body, []byte(`"state":"queued"`))
	})
	return &e
}

func (c *caller) reveal(e *envelopeView, recipient int) (token string) {
	c.t.Helper()
	var link struct{ URL string }
	c.must("POST", "/api/v1/envelopes/"+e.ID+"/recipients/"+e.Recipients[recipient].ID+"/link", nil, &link)
	base, token, _ := strings.Cut(link.URL, "/s/")
	if base != c.in.url {
		c.t.Errorf("the link leads to %s", base)
	}
	return token
}

const exchange = "/api/v1/ceremonies/exchange"

// sit exchanges a link for a sitting.
func (c *caller) sit(token string) (path string) {
	c.t.Helper()
	var opened struct{ Ceremony string }
	a := c.must("POST", exchange, object{"token": token}, &opened)
	c.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	return "/api/v1/ceremonies/" + opened.Ceremony
}

// sitting is a recipient who is about to sign.
type sitting struct {
	*caller
	path     string
	field    string
	reviewed map[string]string
}

// review goes through a whole sitting up to the act.
func (c *caller) review(token string) *sitting {
	c.t.Helper()
	s := &sitting{caller: c, path: c.sit(token), reviewed: map[string]string{}}
	var view struct {
		Name   string
		Fields []struct {
			ID   string
			Mine bool
		}
	}
	c.must("GET", s.path, nil, &view)
	var consent object
	c.must("GET", s.path+"/disclosure", nil, &consent)
	c.must("POST", s.path+"/consent", object{"version": consent["version"], "locale": consent["locale"], "hash": consent["hash"]}, nil)
	values := object{}
	for _, f := range view.Fields {
		if f.Mine {
			s.field = f.ID
			values[f.ID] = object{"kind": "typed", "text": view.Name}
		}
	}
	c.must("PUT", s.path+"/values", object{"values": values}, nil)
	var preview struct {
		Documents []struct{ Document, Reviewed string }
	}
	c.must("POST", s.path+"/preview", nil, &preview)
	for _, d := range preview.Documents {
		s.reviewed[d.Document] = d.Reviewed
	}
	return s
}

func (s *sitting) sign() {
	s.t.Helper()
	s.must("POST", s.path+"/sign", object{"reviewed": s.reviewed}, nil, "Idempotency-Key", "act")
}
