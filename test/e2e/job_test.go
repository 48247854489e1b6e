package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/tsp"
	"github.com/consigil/consigil/validate"
)

// contract is a plain PDF of two pages.
func contract(t *testing.T) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	font := b.Alloc()
	b.Put(font, pdf.Dict{"Type": pdf.Name("Font"), "Subtype": pdf.Name("Type1"), "BaseFont": pdf.Name("Helvetica")})
	for range 2 {
		b.AddPage(595, 842, pdf.Dict{"Font": pdf.Dict{"F": font}}, []byte("BT /F 24 Tf 72 700 Td (A contract) Tj ET"))
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type envelopeView struct {
	ID         string
	State      string
	Documents  []struct{ ID, Level, State string }
	Recipients []struct{ ID, Name, State string }
}

func (c *caller) upload(name string, data []byte) string {
	c.t.Helper()
	var u struct{ ID string }
	c.must(http.MethodPost, "/api/v1/uploads?name="+name, data, &u, "Content-Type", "application/pdf")
	return u.ID
}

func field(recipient int) map[string]any {
	return map[string]any{
		"type": "signature", "required": true, "document_position": 1, "recipient_position": recipient,
		"page": 1, "x": 40 + 200*(recipient-1), "y": 60, "width": 180, "height": 50,
	}
}

// sent makes an envelope for two signers and sends it.
func (c *caller) sent(pdf []byte) *envelopeView {
	c.t.Helper()
	return c.sentAt(pdf, "B-T")
}

// sentAt is sent for seals of a level.
func (c *caller) sentAt(pdf []byte, level string) *envelopeView {
	c.t.Helper()
	var e envelopeView
	c.must(http.MethodPost, "/api/v1/envelopes", map[string]any{
		"title": "Contract", "level": level, "documents": []any{map[string]any{"upload": c.upload("contract.pdf", pdf)}},
		"recipients": []any{
			map[string]any{"role": "signer", "name": "Kőműves Ödön", "email": "odon@example.org"},
			map[string]any{"role": "signer", "name": "Мария Росси", "email": "maria@example.org"},
		},
		"fields": []any{field(1), field(2)},
	}, &e)
	c.must(http.MethodPost, "/api/v1/envelopes/"+e.ID+"/send", nil, nil)
	c.waitFor(e.ID, "sent")
	return &e
}

func (c *caller) waitFor(envelope, state string) *envelopeView {
	c.t.Helper()
	var e envelopeView
	eventually(c.t, "state "+state, func() bool {
		c.must(http.MethodGet, "/api/v1/envelopes/"+envelope, nil, &e)
		return e.State == state
	})
	return &e
}

func (c *caller) reveal(envelope, recipient string) (token string) {
	c.t.Helper()
	var link struct{ URL string }
	c.must(http.MethodPost, "/api/v1/envelopes/"+envelope+"/recipients/"+recipient+"/link", nil, &link)
	_, token, _ = strings.Cut(link.URL, "/s/")
	return token
}

type sittingView struct {
	Name      string
	Documents []struct{ ID, Digest string }
	Fields    []struct {
		ID   string
		Mine bool
	}
}

// sit exchanges a link for a sitting.
func (c *caller) sit(token string) (path string) {
	c.t.Helper()
	var opened struct{ Ceremony string }
	a := c.must(http.MethodPost, "/api/v1/ceremonies/exchange", map[string]any{"token": token}, &opened)
	c.cookie = a.cookie()
	for _, attribute := range []string{"; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict"} {
		if !strings.Contains(a.header.Get("Set-Cookie"), attribute) {
			c.t.Errorf("the cookie lacks %q", attribute)
		}
	}
	return "/api/v1/ceremonies/" + opened.Ceremony
}

// sign goes through a whole sitting.
func (c *caller) sign(token string) (path string) {
	c.t.Helper()
	path = c.sit(token)
	c.act(path)
	return path
}

// act goes through an open sitting.
func (c *caller) act(path string) {
	c.t.Helper()
	var s sittingView
	c.must(http.MethodGet, path, nil, &s)
	var consent map[string]any
	c.must(http.MethodGet, path+"/disclosure", nil, &consent)
	c.must(http.MethodPost, path+"/consent", map[string]any{"version": consent["version"], "locale": consent["locale"], "hash": consent["hash"]}, nil)
	for _, d := range s.Documents {
		c.readByRange(path+"/documents/"+d.ID+"/"+d.Digest, d.Digest)
	}
	values := map[string]any{}
	for _, f := range s.Fields {
		if f.Mine {
			values[f.ID] = map[string]any{"kind": "typed", "text": s.Name}
		}
	}
	c.must(http.MethodPut, path+"/values", map[string]any{"values": values}, nil)
	var preview struct {
		Documents []struct{ Document, Reviewed string }
	}
	c.must(http.MethodPost, path+"/preview", nil, &preview)
	reviewed := map[string]string{}
	for _, d := range preview.Documents {
		reviewed[d.Document] = d.Reviewed
	}
	first := c.must(http.MethodPost, path+"/sign", map[string]any{"reviewed": reviewed}, nil, "Idempotency-Key", "act-1")
	again := c.must(http.MethodPost, path+"/sign", map[string]any{"reviewed": reviewed}, nil, "Idempotency-Key", "act-1")
	var a, b struct{ Act string }
	if json.Unmarshal(first.body, &a) != nil || json.Unmarshal(again.body, &b) != nil || a.Act == "" || a.Act != b.Act {
		c.t.Errorf("a repeated act: %s, then %s", first.body, again.body)
	}
}

// readByRange fetches a file in three ranges and compares the digest in its address.
func (c *caller) readByRange(path, digest string) {
	c.t.Helper()
	first := c.do(http.MethodGet, path, nil, "Range", "bytes=0-99")
	if first.status != http.StatusPartialContent || len(first.body) != 100 {
		c.t.Fatalf("range: %d, %d bytes", first.status, len(first.body))
	}
	rest := c.do(http.MethodGet, path, nil, "Range", "bytes=100-")
	sum := sha256.Sum256(append(first.body, rest.body...))
	if got := hexOf(sum[:]); got != digest {
		c.t.Errorf("the ranges make %s, the address says %s", got, digest)
	}
}

func TestWholeJob(t *testing.T) {
	t.Run("all in one", func(t *testing.T) { wholeJob(t, allInOne(t)) })
	t.Run("edge and core", func(t *testing.T) { wholeJob(t, edgeAndCore(t)) })
}

func wholeJob(t *testing.T, in *installation) {
	api := in.api(t)
	events := in.follow(t)
	e := api.sent(contract(t))
	for _, r := range e.Recipients {
		token := api.reveal(e.ID, r.ID)
		linkChangesNothing(t, in, token)
		in.guest(t).sign(token)
		in.guest(t).refused(http.StatusGone, "link_exchanged", http.MethodPost, "/api/v1/ceremonies/exchange", map[string]any{"token": token})
	}
	done := api.waitFor(e.ID, "delivered")
	if got := done.Documents[0].Level; got != "B-T" {
		t.Errorf("level %q", got)
	}
	anchors := in.trust(t)
	sealed := api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind=sealed", nil, nil).body
	in.passes(t, sealed, anchors)
	in.origins(t, e, sealed)
	in.passes(t, api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/certificate", nil, nil).body, anchors)
	bundle := api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/evidence", nil, nil).body
	report, err := evidence.VerifyBundle(t.Context(), bytes.NewReader(bundle), int64(len(bundle)), anchors, time.Now())
	if err != nil || report.Indication != string(validate.TotalPassed) {
		t.Errorf("bundle: %+v, %v", report, err)
	}
	events.expect(t, "envelope.sent", "recipient.signed", "recipient.signed", "document.sealed", "envelope.sealed", "envelope.delivered")
	in.timestamps(t)
	noSecretsIn(t, in)
}

// origins asks what is known of files: of the sealed one that it is complete, of a stage that it is none, of the upload
// nothing.
func (in *installation) origins(t *testing.T, e *envelopeView, sealed []byte) {
	t.Helper()
	type origin struct {
		Complete     bool
		SignersDone  int `json:"signers_done"`
		SignersTotal int `json:"signers_total"`
	}
	ask := func(file []byte) *origin {
		var v struct{ Origin *origin }
		in.api(t).must(http.MethodPost, "/api/v1/validations", file, &v, "Content-Type", "application/pdf")
		return v.Origin
	}
	file := func(kind string) []byte {
		return in.api(t).must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind="+kind, nil, nil).body
	}
	if o := ask(sealed); o == nil || *o != (origin{true, 2, 2}) {
		t.Errorf("the sealed file: %+v", o)
	}
	if o := ask(file("stamped")); o == nil || o.Complete || o.SignersTotal != 2 {
		t.Errorf("a stage: %+v", o)
	}
	if o := ask(file("original")); o != nil {
		t.Errorf("the upload is known: %+v", o)
	}
}

// linkChangesNothing opens a link as a mail scanner does.
func linkChangesNothing(t *testing.T, in *installation, token string) {
	t.Helper()
	for range 2 {
		a := in.guest(t).do(http.MethodGet, "/s/"+token, nil)
		page := string(a.body)
		if a.status != http.StatusOK || !strings.Contains(page, "Contract") || !strings.Contains(page, "My organization") || strings.Contains(page, "example.org") {
			t.Errorf("the link's page: %d %s", a.status, page)
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "'unsafe") {
			t.Errorf("the page's policy is %q", csp)
		}
	}
}

func (in *installation) trust(t *testing.T) []*x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(in.guest(t).must(http.MethodGet, "/pki/trust.pem", nil, nil).body)
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return []*x509.Certificate{root}
}

// passes validates as a stranger would: our root is the only anchor, lists are fetched where certificates say.
func (in *installation) passes(t *testing.T, file []byte, anchors []*x509.Certificate) {
	t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	report, err := validate.File(t.Context(), bytes.NewReader(file), int64(len(file)), validate.Options{Anchors: anchors, Fetcher: client, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Signatures) != 1 || report.Signatures[0].Indication != validate.TotalPassed {
		t.Errorf("not passed: %+v", report.Signatures)
	}
}

// timestamps asks the authority's HTTP face where recipients reach it.
func (in *installation) timestamps(t *testing.T) {
	t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("any file"))
	token, err := (&fetch.TSA{Client: client, URLs: []string{in.guestURL + "/tsa"}}).Timestamp(t.Context(), crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := tsp.ParseToken(token)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Verify(crypto.SHA256, digest[:]); err != nil {
		t.Error(err)
	}
}

// noSecretsIn looks through the log for what must never be in one.
func noSecretsIn(t *testing.T, in *installation) {
	t.Helper()
	for _, canary := range []string{in.key, "odon@example.org", "Ödön", "/s/"} {
		if strings.Contains(in.log.String(), canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}

// stream is the event stream as it was read so far.
type stream struct{ types, data chan string }

// follow reads the organization's events until the test ends.
func (in *installation) follow(t *testing.T) *stream {
	t.Helper()
	return in.api(t).follow("/api/v1/events/stream")
}

// follow reads a stream of events until the test ends.
func (c *caller) follow(path string) *stream {
	t := c.t
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	req.Header.Set("Cookie", c.cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", path, res.StatusCode)
	}
	s := &stream{types: make(chan string, 1000), data: make(chan string, 1000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				s.types <- name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				s.data <- data
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return s
}

// expect waits for events in this order, others between them.
func (s *stream) expect(t *testing.T, types ...string) {
	t.Helper()
	var seen []string
	deadline := time.After(15 * time.Second)
	for _, want := range types {
		for got := ""; got != want; {
			select {
			case got = <-s.types:
				seen = append(seen, got)
			case <-deadline:
				t.Fatalf("no event %s; seen %v", want, seen)
			}
		}
	}
}
