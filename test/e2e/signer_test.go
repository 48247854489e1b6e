package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/esign"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// link is how core and signer know each other in a test.
type link struct {
	dir    string // of esign.Setup
	data   string // of the signer
	token  bool   // tokens in place of certificates
	listen string
	url    string
}

func newLink(t *testing.T, token bool) *link {
	t.Helper()
	l := &link{dir: t.TempDir(), data: filepath.Join(t.TempDir(), "signer"), token: token, listen: freeAddress(t)}
	l.url = "https://" + l.listen
	l.write(t, "", []string{"127.0.0.1"}, "core")
	return l
}

// write makes certificates and keys under names with a prefix.
func (l *link) write(t *testing.T, prefix string, hosts []string, client string) {
	t.Helper()
	files, err := esign.Setup(hosts, client, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(l.file(prefix+name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (l *link) file(name string) string { return filepath.Join(l.dir, name) }

// signer starts a process of role signer; change may alter its configuration.
func (l *link) signer(t *testing.T, log *bytes.Buffer, change ...func(*app.Config)) *app.Main {
	t.Helper()
	cfg := app.Config{
		Data: l.data, Listen: l.listen, Role: []string{app.RoleSigner}, CacheDir: cacheDir, PublicURL: l.url,
		TLSCert: l.file("signer.pem"), TLSKey: l.file("signer.key"),
		ESignClientCA: l.file("ca.pem"), ESignClient: []string{"core"}, ESignTokenKey: []string{"core=" + l.file("core-token.pub")},
	}
	for _, f := range change {
		f(&cfg)
	}
	m := &app.Main{Config: cfg, Version: "test", Clock: clock.System{}, Log: quiet(log), Out: io.Discard}
	start(t, m)
	return m
}

// core is the configuration of a core that uses the signer.
func (l *link) core(c *app.Config) {
	c.Signer, c.SignerCA = l.url, l.file("ca.pem")
	if l.token {
		c.SignerTokenKey = l.file("core-token.key")
		return
	}
	c.SignerCert, c.SignerKey = l.file("core.pem"), l.file("core.key")
}

// client speaks to the signer with a certificate of the link, or with none.
func (l *link) client(t *testing.T, name string) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	data, err := os.ReadFile(l.file("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots.AppendCertsFromPEM(data)
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}
	if name != "" {
		pair, err := tls.LoadX509KeyPair(l.file(name+".pem"), l.file(name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	transport := &http.Transport{TLSClientConfig: config}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestWholeJobWithSigner(t *testing.T) {
	for name, token := range map[string]bool{"certificates": false, "tokens": true} {
		t.Run(name, func(t *testing.T) {
			l := newLink(t, token)
			log := &bytes.Buffer{}
			l.signer(t, log)
			var data string
			in := allInOne(t, l.core, func(c *app.Config) { data = c.Data })
			wholeJob(t, in)
			if err := in.core.Stop(context.Background()); err != nil {
				t.Fatal(err)
			}
			holdsNoSealKey(t, data)
			holdsNothingOf(t, l.data, in, log.String())
		})
	}
}

// holdsNoSealKey opens core's database with everything that core has, as a thief of both would.
func holdsNoSealKey(t *testing.T, data string) {
	t.Helper()
	ctx := context.Background()
	kek, err := secret.ReadFile(filepath.Join(data, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(ctx, store.Config{Dir: data, KEK: kek, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	orgs, err := db.Accounts().Organizations(ctx)
	if err != nil || len(orgs) == 0 {
		t.Fatalf("organizations %v, %v", orgs, err)
	}
	for _, org := range orgs {
		keys, err := db.SealKeys().SealKeys(ctx, org.ID)
		if err != nil || len(keys) == 0 {
			t.Fatalf("keys %v, %v", keys, err)
		}
		for _, k := range keys {
			_, opened := seal.Software(db.Ring()).Open(ctx, org.ID, k.Reference)
			if k.Custodian != seal.CustodyRemote || opened == nil || bytes.Contains(k.Reference, []byte("PRIVATE")) {
				t.Errorf("core holds seal key %s (%s): %v", k.ID, k.Custodian, opened)
			}
		}
	}
}

// holdsNothingOf looks through the signer's folder and log for what belongs to tenants.
func holdsNothingOf(t *testing.T, dir string, in *installation, log string) {
	t.Helper()
	canaries := []string{"odon@example.org", "Ödön", "My organization", in.key, "%PDF", "PRIVATE KEY"}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, canary := range canaries {
			if strings.Contains(string(data), canary) {
				t.Errorf("the signer's %s holds %q", d.Name(), canary)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range append(canaries, "Bearer ") {
		if strings.Contains(log, canary) {
			t.Errorf("the signer's log holds %q", canary)
		}
	}
	if !strings.Contains(log, `"msg":"signed"`) {
		t.Error("the signer's log tells of no signature")
	}
}

// TestSignerDown takes the signer away before the last signature, and brings it back.
func TestSignerDown(t *testing.T) {
	l := newLink(t, false)
	signer := l.signer(t, &bytes.Buffer{})
	in := allInOne(t, l.core)
	api := in.api(t)
	e := api.sent(contract(t))
	if err := signer.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Recipients {
		in.guest(t).sign(api.reveal(e.ID, r.ID))
	}
	eventually(t, "a stall", func() bool {
		var v struct {
			Documents []struct{ State, Stalled string }
		}
		api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID, nil, &v)
		return v.Documents[0].Stalled == "signer_unavailable" && v.Documents[0].State != "sealed"
	})
	l.signer(t, &bytes.Buffer{})
	done := api.waitFor(e.ID, "delivered")
	if done.Documents[0].Level != "B-T" || done.Documents[0].State != "sealed" {
		t.Errorf("after it came back: %+v", done.Documents)
	}
	in.passes(t, api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind=sealed", nil, nil).body, in.trust(t))
}

// at is one who calls the signer.
type at struct {
	t    *testing.T
	base string
	http *http.Client
	mint *esign.Minter
}

func (a *at) do(method, path, media string, body []byte) (*http.Response, []byte) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	if a.mint != nil {
		if err := a.mint.Authorize(r, bytes.NewReader(body)); err != nil {
			a.t.Fatal(err)
		}
	}
	return a.send(r)
}

func (a *at) send(r *http.Request) (*http.Response, []byte) {
	a.t.Helper()
	res, err := a.http.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return res, data
}

func (a *at) json(method, path string, in, out any) int {
	a.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		a.t.Fatal(err)
	}
	res, data := a.do(method, path, "application/json", body)
	if out != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(data, out); err != nil {
			a.t.Fatalf("%s: %v in %s", path, err, data)
		}
	}
	if res.StatusCode >= 300 {
		a.t.Logf("%s: %d %s", path, res.StatusCode, data)
	}
	return res.StatusCode
}

// form is the body of a request with a document.
func form(t *testing.T, options any, document []byte) (media string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormField("options")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(part).Encode(options); err != nil {
		t.Fatal(err)
	}
	if part, err = w.CreateFormFile("document", "x.pdf"); err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(document)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func (a *at) file(path string, options any, document []byte) (*http.Response, []byte) {
	a.t.Helper()
	media, body := form(a.t, options, document)
	return a.do(http.MethodPost, path, media, body)
}

func codeOf(data []byte) string {
	var p struct{ Code string }
	_ = json.Unmarshal(data, &p) // no code, no match
	return p.Code
}

// certified makes a key at the signer, with a certificate of the link's own making.
func (a *at) certified(l *link) string {
	a.t.Helper()
	var key struct {
		ID        string
		PublicKey string `json:"public_key"`
	}
	if s := a.json(http.MethodPost, "/esign/keys", map[string]string{"algorithm": "P-256"}, &key); s != http.StatusCreated {
		a.t.Fatalf("make key: %d", s)
	}
	block, _ := pem.Decode([]byte(key.PublicKey))
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		a.t.Fatal(err)
	}
	chain := issue(a.t, pub)
	if s := a.json(http.MethodPut, "/esign/keys/"+key.ID+"/certificate", map[string]string{"chain": chain}, nil); s != http.StatusOK {
		a.t.Fatalf("certify key: %d", s)
	}
	return key.ID
}

// TestSignerDocuments hands documents to a signer: seal, prepare and finish, validate, stamp.
func TestSignerDocuments(t *testing.T) {
	tsa := allInOne(t)
	l := newLink(t, true)
	m := l.signer(t, &bytes.Buffer{}, func(c *app.Config) { c.TSA = []string{tsa.guestURL + "/tsa"} })
	a := &at{t: t, base: l.url, http: l.client(t, "core")}
	key := a.certified(l)
	pdf := contract(t)
	for _, level := range []string{"B-B", "B-T"} {
		res, sealed := a.file("/esign/seal", map[string]any{"key": key, "level": level, "lock": true}, pdf)
		if res.StatusCode != http.StatusOK || res.Header.Get("Consigil-Level") != level || !bytes.HasPrefix(sealed, pdf) {
			t.Fatalf("%s: %d %v %s", level, res.StatusCode, res.Header, codeOf(sealed))
		}
		res, report := a.do(http.MethodPost, "/esign/validations", "application/pdf", sealed)
		if res.StatusCode != http.StatusOK || !strings.Contains(string(report), `"level":"`+level+`"`) {
			t.Errorf("validate: %d %s", res.StatusCode, report)
		}
	}
	for want, options := range map[string]map[string]any{
		"no_revocation_data": {"key": key, "level": "B-LT"}, "not_one_of": {"key": key, "level": "B-X"}, "no_such_key": {"key": "x", "level": "B-B"},
		"malformed_options": {"key": key, "level": "B-B", "secret": 1},
	} {
		if res, body := a.file("/esign/seal", options, pdf); res.StatusCode < 400 || codeOf(body) != want {
			t.Errorf("%s: %d %s", want, res.StatusCode, body)
		}
	}
	stamp := map[string]any{"hash": "SHA-256", "digest": make([]byte, 32)}
	if s := a.json(http.MethodPost, "/esign/timestamps", stamp, nil); s != http.StatusOK {
		t.Errorf("time stamp: %d", s)
	}
	finishOnce(t, l, m, a, key, pdf)
	if s := a.json(http.MethodPost, "/esign/timestamps", stamp, nil); s != http.StatusServiceUnavailable {
		t.Errorf("time stamp without an authority: %d", s)
	}
}

// finishOnce finishes a prepared signature over a restart, and tries again before and after another one.
func finishOnce(t *testing.T, l *link, m *app.Main, a *at, key string, pdf []byte) {
	t.Helper()
	res, body := a.file("/esign/sessions", map[string]any{"key": key, "level": "B-B"}, pdf)
	var session struct{ Session string }
	if err := json.Unmarshal(body, &session); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("prepare: %d %s", res.StatusCode, body)
	}
	restart := func() {
		if err := m.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		m = l.signer(t, &bytes.Buffer{})
	}
	restart()
	path := "/esign/sessions/" + session.Session + "/finish"
	if res, body := a.file(path, map[string]any{}, append(bytes.Clone(pdf), '\n')); codeOf(body) != "file_changed" {
		t.Errorf("another file: %d %s", res.StatusCode, body)
	}
	if res, body := a.file(path, map[string]any{}, pdf); res.StatusCode != http.StatusOK || !bytes.HasPrefix(body, pdf) {
		t.Fatalf("finish: %d %s", res.StatusCode, codeOf(body))
	}
	for range 2 {
		if res, body := a.file(path, map[string]any{}, pdf); res.StatusCode != http.StatusGone || codeOf(body) != "session_used" {
			t.Errorf("a second finish: %d %s", res.StatusCode, body)
		}
		restart()
	}
}

// TestSignerRefuses tries every operation as everybody who has no business there.
func TestSignerRefuses(t *testing.T) {
	l := newLink(t, true)
	l.signer(t, &bytes.Buffer{})
	l.write(t, "stranger-", []string{"127.0.0.1"}, "core") // the right names, of another authority
	known := &at{t: t, base: l.url, http: l.client(t, "core")}
	res, doc := known.do(http.MethodGet, "/esign/openapi.json", "", nil)
	var api struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(doc, &api); err != nil || res.StatusCode != http.StatusOK || len(api.Paths) < 8 {
		t.Fatalf("description: %d, %v, %d paths", res.StatusCode, err, len(api.Paths))
	}
	minter := func(key, service, audience string, now func() time.Time) *esign.Minter {
		data, err := os.ReadFile(l.file(key))
		if err != nil {
			t.Fatal(err)
		}
		private, err := esign.ParseTokenKey(data)
		if err != nil {
			t.Fatal(err)
		}
		m, err := esign.NewMinter(service, audience, private, now)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	open := l.client(t, "")
	early := func() time.Time { return time.Now().Add(-10 * time.Minute) }
	for name, who := range map[string]*at{
		"nobody":          {t, l.url, open, nil},
		"the signer":      {t, l.url, l.client(t, "signer"), nil}, // a certificate of the authority with another name and use
		"a stranger":      {t, l.url, open, minter("stranger-core-token.key", "core", l.url, time.Now)},
		"another name":    {t, l.url, open, minter("core-token.key", "boss", l.url, time.Now)},
		"another signer":  {t, l.url, open, minter("core-token.key", "core", "https://other", time.Now)},
		"an expired one":  {t, l.url, open, minter("core-token.key", "core", l.url, early)},
		"no JWT":          {t, l.url, open, nil},
		"foreign chain":   nil,
		"a staff session": {t, l.url, open, nil},
	} {
		if who == nil {
			foreign(t, l)
			continue
		}
		for path, methods := range api.Paths {
			if !strings.HasPrefix(path, "/esign/") {
				continue
			}
			for method := range methods {
				refusedAt(t, who, name, strings.ToUpper(method), path)
			}
		}
	}
	if res, _ := (&at{t, l.url, open, nil}).do(http.MethodGet, "/livez", "", nil); res.StatusCode != http.StatusOK {
		t.Errorf("livez: %d", res.StatusCode)
	}
	if res, _ := known.do(http.MethodGet, "/api/v1/envelopes", "", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("another part of the product: %d", res.StatusCode)
	}
	replays(t, &at{t, l.url, open, minter("core-token.key", "core", l.url, time.Now)})
}

func refusedAt(t *testing.T, who *at, name, method, path string) {
	t.Helper()
	path = strings.NewReplacer("{key}", "0190aaaa-0000-7000-8000-000000000001", "{session}", "0190aaaa-0000-7000-8000-000000000001").Replace(path)
	r, err := http.NewRequestWithContext(t.Context(), method, who.base+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	switch name {
	case "no JWT":
		r.Header.Set("Authorization", "Bearer consigil")
	case "a staff session":
		r.Header.Set("Cookie", "__Host-consigil=x")
	}
	if who.mint != nil {
		if err := who.mint.Authorize(r, strings.NewReader("{}")); err != nil {
			t.Fatal(err)
		}
	}
	res, err := who.http.Do(r)
	if err != nil { // a certificate that is not for clients ends the handshake
		if name != "the signer" {
			t.Errorf("%s: %s %s: %v", name, method, path, err)
		}
		return
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%s: %s %s: %d %s", name, method, path, res.StatusCode, data)
	}
}

// foreign presents a certificate with the right name of an authority that the signer does not know.
func foreign(t *testing.T, l *link) {
	t.Helper()
	c := l.client(t, "stranger-core")
	res, err := c.Get(l.url + "/esign/keys")
	if err == nil {
		defer res.Body.Close()
		t.Errorf("a foreign certificate: %d", res.StatusCode)
	}
}

// replays sends one token again, and to another path and body.
func replays(t *testing.T, a *at) {
	t.Helper()
	make := func(path, body string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	const body = `{"algorithm":"P-256"}`
	first := make("/esign/keys", body)
	if err := a.mint.Authorize(first, strings.NewReader(body)); err != nil {
		t.Fatal(err)
	}
	elsewhere, other := make("/esign/timestamps", body), make("/esign/keys", `{"algorithm":"P-384"}`)
	for _, r := range []*http.Request{elsewhere, other} {
		r.Header.Set("Authorization", first.Header.Get("Authorization"))
		if res, data := a.send(r); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s with another request's token: %d %s", r.URL.Path, res.StatusCode, data)
		}
	}
	if res, data := a.send(first); res.StatusCode != http.StatusCreated {
		t.Errorf("the request itself: %d %s", res.StatusCode, data)
	}
	again := make("/esign/keys", body)
	again.Header.Set("Authorization", first.Header.Get("Authorization"))
	if res, data := a.send(again); res.StatusCode != http.StatusUnauthorized || codeOf(data) != "not_a_service" {
		t.Errorf("the same again: %d %s", res.StatusCode, data)
	}
}

// TestSignerStreams seals 100 MB and watches the memory of both ends, which are this process.
func TestSignerStreams(t *testing.T) {
	l := newLink(t, false)
	l.signer(t, &bytes.Buffer{})
	a := &at{t: t, base: l.url, http: l.client(t, "core")}
	key := a.certified(l)
	big := testpdf.Large(100 << 20)
	r, w := io.Pipe()
	parts := multipart.NewWriter(w)
	go func() {
		part, err := parts.CreateFormField("options")
		if err == nil {
			_, err = io.WriteString(part, `{"key":"`+key+`","level":"B-B"}`)
		}
		if err == nil {
			part, err = parts.CreateFormFile("document", "big.pdf")
		}
		if err == nil {
			_, err = io.Copy(part, io.NewSectionReader(big, 0, big.Size()))
		}
		w.CloseWithError(errorsOr(err, parts.Close))
	}()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapInuse))
			}
		}
	}()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/esign/seal", r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", parts.FormDataContentType())
	res, err := a.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	close(done)
	if err != nil || res.StatusCode != http.StatusOK || n <= big.Size() {
		t.Fatalf("%d, %d bytes, %v", res.StatusCode, n, err)
	}
	grown := int64(most.Load()) - int64(before.HeapInuse)
	t.Logf("%d MB sealed, the heap of both ends: at most %.1f MB in use, %.1f before", big.Size()>>20, float64(most.Load())/(1<<20), float64(before.HeapInuse)/(1<<20))
	if grown > 48<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func errorsOr(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

// issue certifies a key as an installation's authority does, PEM.
func issue(t *testing.T, pub any) string {
	t.Helper()
	a, err := authority.Open(t.Context(), authoritytest.NewMemory(), authoritytest.Keyring{}, clock.System{}, authority.Config{
		PublicURL: func() string { return "http://ca.invalid" },
	})
	if err != nil {
		t.Fatal(err)
	}
	chain, err := a.IssueSeal(t.Context(), id.Org("0190aaaa-0000-7000-8000-000000000001"), "Példa Kft.", pub)
	if err != nil {
		t.Fatal(err)
	}
	return string(testpki.PEM(chain...))
}
