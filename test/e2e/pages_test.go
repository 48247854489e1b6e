package e2e

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// reader is a browser without script: it keeps cookies, follows links and sends forms.
type reader struct {
	t       *testing.T
	base    string
	cookies map[string]string
	at      string
	answer  *answer
}

func (in *installation) reader(t *testing.T) *reader {
	return &reader{t: t, base: in.guestURL, cookies: map[string]string{}}
}

// ask sends a request and goes where the answer leads.
func (r *reader) ask(method, path, mediaType string, body []byte) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.base+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept-Language", "en")
	if mediaType != "" {
		req.Header.Set("Content-Type", mediaType)
	}
	for name, value := range r.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for _, c := range res.Cookies() {
		r.cookies[c.Name] = c.Value
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		r.t.Fatal(err)
	}
	r.at, r.answer = path, &answer{res.StatusCode, res.Header, b.Bytes()}
	if to := res.Header.Get("Location"); res.StatusCode == http.StatusSeeOther {
		return r.ask(http.MethodGet, to, "", nil)
	}
	return b.String()
}

func (r *reader) open(path string) string {
	r.t.Helper()
	return r.ask(http.MethodGet, path, "", nil)
}

var (
	formOf   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	hiddenOf = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// send sends the n-th form of a page as it is, with more values.
func (r *reader) send(page string, n int, more ...string) string {
	r.t.Helper()
	forms := formOf.FindAllStringSubmatch(page, -1)
	if len(forms) <= n {
		r.t.Fatalf("the page has %d forms:\n%s", len(forms), page)
	}
	values := url.Values{}
	for _, m := range hiddenOf.FindAllStringSubmatch(forms[n][2], -1) {
		values.Set(m[1], m[2])
	}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return r.ask(http.MethodPost, forms[n][1], "application/x-www-form-urlencoded", []byte(values.Encode()))
}

func (r *reader) wants(page string, status int, parts ...string) {
	r.t.Helper()
	if r.answer.status != status || r.answer.header.Get("Content-Type") != "text/html; charset=utf-8" {
		r.t.Errorf("%s: %d %s, want %d", r.at, r.answer.status, r.answer.header.Get("Content-Type"), status)
	}
	for _, p := range parts {
		if !strings.Contains(page, p) {
			r.t.Errorf("%s lacks %q:\n%s", r.at, p, page)
		}
	}
}

// TestPagesWithoutScript goes from the link to the documents as a browser without script does, in one process and
// through an edge.
func TestPagesWithoutScript(t *testing.T) {
	t.Run("all in one", func(t *testing.T) { readPages(t, allInOne(t)) })
	t.Run("edge", func(t *testing.T) { readPages(t, edgeAndCore(t)) })
}

func readPages(t *testing.T, in *installation) {
	e := in.api(t).sent(contract(t))
	link := "/s/" + in.api(t).reveal(e.ID, e.Recipients[0].ID)
	anna := in.reader(t)
	for range 3 { // opening changes nothing
		anna.wants(anna.open(link), http.StatusOK, "My organization has sent you", "Contract", "Open the document")
	}
	if len(anna.cookies) > 0 || in.api(t).waitFor(e.ID, "sent").Recipients[0].State != "notified" {
		t.Error("a look at the link changed something")
	}
	page := anna.open(link + "?lang=hu")
	anna.wants(page, http.StatusOK, `<html lang="hu"`, `action="`+link+`?lang=hu"`)
	consent := anna.send(page, 0)
	anna.wants(consent, http.StatusOK, `<html lang="hu"`, "Ödön", `name="hash"`, `id="state"`)
	if !strings.HasSuffix(anna.at, "?lang=hu") || len(anna.cookies) != 1 {
		t.Errorf("at %s with %d cookies", anna.at, len(anna.cookies))
	}
	pressedTwice(t, in, anna, page)
	usedLink(t, in, anna, link)
	consent = anna.open(strings.TrimSuffix(anna.at, "?lang=hu"))
	anna.wants(consent, http.StatusOK, "Signing electronically", "contract.pdf", "2 pages", "SHA-256", "I agree")
	anna.wants(anna.send(consent, 0), http.StatusUnprocessableEntity, "Tick the box")
	anna.wants(anna.send(consent, 0, "agree", "yes", "hash", "00"), http.StatusUnprocessableEntity, "has changed meanwhile")
	documents := anna.send(consent, 0, "agree", "yes")
	anna.wants(documents, http.StatusOK, "Read the documents, fill in your fields and sign.", "<noscript>", "contract.pdf")
	file := regexp.MustCompile(`href="(/api/v1/ceremonies/[^"]*)"`).FindStringSubmatch(documents)
	if file == nil || !strings.HasPrefix(anna.open(file[1]), "%PDF-") {
		t.Errorf("no PDF behind %v", file)
	}
	refusing(t, in, e.ID, e.Recipients[1].ID)
	anna.wants(anna.open(strings.Split(anna.at, "/documents/")[0][len("/api/v1/ceremonies"):]), http.StatusNotFound)
	strangers(t, in)
}

// pressedTwice sends the link's form again before its answer is known.
func pressedTwice(t *testing.T, in *installation, anna *reader, page string) {
	t.Helper()
	again := in.reader(t)
	again.send(page, 0)
	if again.answer.status != http.StatusOK || again.at != anna.at || len(again.cookies) != 1 {
		t.Errorf("pressed twice: %d at %s, not %s", again.answer.status, again.at, anna.at)
	}
}

// usedLink opens the link again where it was used and elsewhere.
func usedLink(t *testing.T, in *installation, anna *reader, link string) {
	t.Helper()
	here := anna.at
	page := anna.open(link)
	anna.wants(page, http.StatusGone, "This link was opened already.", "Go on here", "This server sends no e-mail: ask My organization for a new link.")
	anna.send(page, 0)
	if anna.answer.status != http.StatusOK || anna.at != strings.TrimSuffix(here, "?lang=hu") {
		t.Errorf("a used link led to %d at %s", anna.answer.status, anna.at)
	}
	stranger := in.reader(t)
	page = stranger.open(link)
	stranger.wants(stranger.send(page, 0), http.StatusGone, "This link was opened already.")
	asked := stranger.ask(http.MethodPost, link+"/again", "application/x-www-form-urlencoded", nil)
	stranger.wants(asked, http.StatusAccepted, "nothing is on its way")
	unknown := in.reader(t)
	if other := unknown.ask(http.MethodPost, "/s/nothing/again", "application/x-www-form-urlencoded", nil); !strings.Contains(other, "nothing is on its way") || strings.Contains(asked, "Contract") {
		t.Errorf("asking for a link tells whether there is one:\n%s", other)
	}
	if len(stranger.cookies)+len(unknown.cookies) > 0 {
		t.Error("somebody sat down with a used link")
	}
}

func refusing(t *testing.T, in *installation, envelope, recipient string) {
	t.Helper()
	maria := in.reader(t)
	maria.send(maria.open("/s/"+in.api(t).reveal(envelope, recipient)), 0)
	ask := maria.open(maria.at + "/refuse")
	maria.wants(ask, http.StatusOK, "Refuse to sign", "one other recipient", "Why do you refuse?")
	maria.wants(maria.send(ask, 0, "reason", "The rent is wrong."), http.StatusOK, "You have refused")
	in.api(t).waitFor(envelope, "declined")
	maria.wants(maria.open(strings.TrimSuffix(maria.at, "/refuse")), http.StatusGone, "A recipient refused")
}

// strangers come without what they need.
func strangers(t *testing.T, in *installation) {
	t.Helper()
	r := in.reader(t)
	r.wants(r.open("/s/nothing"), http.StatusNotFound, "This link is not known here")
	r.wants(r.open("/c/01a20567-0470-7440-9af3-95bb4ea0a3e5"), http.StatusUnauthorized, "Open your link again")
	r.wants(r.open("/c/nothing/refuse"), http.StatusUnauthorized, "Open your link again")
	r.wants(r.open("/nothing"), http.StatusNotFound, "There is nothing at this address")
	r.wants(r.ask(http.MethodPost, "/c/01a20567-0470-7440-9af3-95bb4ea0a3e5/consent", "application/x-www-form-urlencoded", []byte("agree=yes")), http.StatusUnauthorized, "Open your link again")
	r.wants(r.open("/continue"), http.StatusOK, `id="continue-form"`)
	foreign := in.guest(t).do(http.MethodPost, "/s/nothing", []byte("nonce=x"), "Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded")
	if foreign.status != http.StatusForbidden || !strings.Contains(string(foreign.body), "Another site asked for this") {
		t.Errorf("another site's form: %d %s", foreign.status, foreign.body)
	}
	for _, path := range []string{"/s/nothing", "/continue", "/verify"} {
		r.open(path)
		h := r.answer.header
		if !strings.Contains(h.Get("Content-Security-Policy"), "require-trusted-types-for 'script'") || h.Get("Referrer-Policy") != "same-origin" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestVerifyPage hands in a sealed file, a changed one and none, by the form and by the call that its script makes.
func TestVerifyPage(t *testing.T) {
	in := edgeAndCore(t)
	e := in.api(t).sent(contract(t))
	for _, r := range e.Recipients {
		in.guest(t).sign(in.api(t).reveal(e.ID, r.ID))
	}
	in.api(t).waitFor(e.ID, "delivered")
	sealed := in.api(t).must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file", nil, nil).body
	r := in.reader(t)
	r.wants(r.open("/verify"), http.StatusOK, `enctype="multipart/form-data"`, "not kept")
	r.wants(r.handIn(sealed), http.StatusOK, `class="status valid"`, "The signature is valid.", "My organization signed this", "The whole file as it is now", "TOTAL_PASSED")
	changed := bytes.Replace(sealed, []byte("595 842"), []byte("595 841"), 1)
	r.wants(r.handIn(changed), http.StatusOK, "The signature is not valid.", "HASH_FAILURE")
	r.wants(r.handIn(contract(t)), http.StatusOK, "This file has no signature.")
	r.wants(r.handIn([]byte("hello")), http.StatusBadRequest, "cannot be read as a PDF")
	r.wants(r.handIn(nil), http.StatusBadRequest, "Choose a PDF file first.")
	var v struct {
		SHA256     string
		Signatures []struct{ Indication string }
	}
	in.guest(t).must(http.MethodPost, "/api/v1/verifications", sealed, &v, "Content-Type", "application/pdf")
	if len(v.SHA256) != 64 || len(v.Signatures) != 1 || v.Signatures[0].Indication != "TOTAL_PASSED" {
		t.Errorf("the call says %+v", v)
	}
	in.guest(t).refused(http.StatusBadRequest, "not_pdf", http.MethodPost, "/api/v1/verifications", []byte("hello"))
}

// handIn sends a file by the page's form.
func (r *reader) handIn(file []byte) string {
	r.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "a.pdf")
	if err != nil {
		r.t.Fatal(err)
	}
	_, _ = part.Write(file) // to memory
	if err := w.Close(); err != nil {
		r.t.Fatal(err)
	}
	return r.ask(http.MethodPost, "/verify", w.FormDataContentType(), b.Bytes())
}
