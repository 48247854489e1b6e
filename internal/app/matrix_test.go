package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/pdf"
)

func TestMain(m *testing.M) {
	intake.MaybeChild()
	os.Exit(m.Run())
}

// world is a running program with two organizations, and an envelope that is under way in the first.
type world struct {
	t     *testing.T
	m     *Main
	rows  []op.Row
	home  *org
	other *org
	ids   map[string]string // an id of the first organization for each name in a path
	sit   string            // Cookie header of the recipient's sitting
}

// org is an organization with a user of each role and two API keys.
type org struct {
	id     id.Org
	users  map[access.Role]id.ID
	key    string // every permission
	narrow string // reads its own envelopes and nothing else
}

func newWorld(t *testing.T) *world {
	t.Helper()
	m := &Main{
		Config: Config{Data: filepath.Join(t.TempDir(), "d"), Listen: "127.0.0.1:0"}, Version: "test",
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Out: io.Discard, Rates: httpapi.Rates{Work: 4, Queue: 64},
	}
	if err := m.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, m: m, ids: map[string]string{}}
	table, err := m.core.table(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.rows = table.Rows()
	orgs, err := m.core.accounts.Organizations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.home = w.populate(orgs[0].ID, "home")
	second, err := m.core.accounts.CreateOrganization(t.Context(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	w.other = w.populate(second.ID, "other")
	w.fill()
	return w
}

func (w *world) populate(o id.Org, host string) *org {
	w.t.Helper()
	ctx, accounts := w.t.Context(), w.m.core.accounts
	out := &org{id: o, users: map[access.Role]id.ID{}}
	for _, role := range access.Roles() {
		u, err := accounts.CreateUser(ctx, o, account.NewUser{Name: string(role), Email: string(role) + "@" + host + ".example", Role: role})
		if err != nil {
			w.t.Fatal(err)
		}
		out.users[role] = u.ID
	}
	admin := &access.Principal{Audience: access.Staff, Org: o, User: out.users[access.Admin], Permissions: access.Set(access.All())}
	var err error
	if out.key, _, err = accounts.CreateAPIKey(ctx, admin, account.NewAPIKey{Name: "all", Permissions: access.All()}); err != nil {
		w.t.Fatal(err)
	}
	narrow := account.NewAPIKey{Name: "narrow", Permissions: []access.Permission{access.EnvelopesRead}}
	if out.narrow, _, err = accounts.CreateAPIKey(ctx, admin, narrow); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// session opens a fresh session, so that no call of the matrix ends another's.
func (w *world) session(o *org, role access.Role) string {
	w.t.Helper()
	token, _, err := w.m.core.accounts.SignInLink(w.t.Context(), o.id, o.users[role])
	if err != nil {
		w.t.Fatal(err)
	}
	secret, sess, err := w.m.core.accounts.ExchangeLink(w.t.Context(), token, account.Visitor{Address: "192.0.2.1"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ids["session"] = string(sess.ID)
	return op.SessionCookie + "=" + secret
}

// call is one request; cookie or key may be empty.
func (w *world) call(method, path, cookie, key string, body []byte) (status int, code string, answer []byte) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, w.m.URL()+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode < 400 && strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return res.StatusCode, "", nil
	}
	answer, err = io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	var p struct{ Code string }
	if res.StatusCode >= 400 {
		_ = json.Unmarshal(answer, &p) // pages and HEAD have no problem document
	}
	return res.StatusCode, p.Code, answer
}

func (w *world) must(method, path string, body []byte, out any) {
	w.t.Helper()
	status, _, answer := w.call(method, path, "", w.home.key, body)
	if status > 299 {
		w.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			w.t.Fatal(err)
		}
	}
}

// fill makes one of everything in the first organization.
func (w *world) fill() {
	w.t.Helper()
	var upload struct{ ID string }
	w.must("POST", "/api/v1/uploads", onePage(w.t), &upload)
	body := `{"title":"Contract","documents":[{"upload":"` + upload.ID + `"}],"recipients":[{"role":"signer","name":"Ann","email":"ann@example.org"}],` +
		`"fields":[{"type":"signature","required":true,"document_position":1,"recipient_position":1,"page":1,"x":40,"y":60,"width":180,"height":50}]}`
	var e struct {
		ID                            string
		State                         string
		Documents, Recipients, Fields []struct{ ID string }
	}
	w.must("POST", "/api/v1/envelopes", []byte(body), &e)
	one := "/api/v1/envelopes/" + e.ID
	w.must("POST", one+"/send", nil, nil)
	for range 200 {
		if w.must("GET", one, nil, &e); e.State == "sent" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.must("POST", "/api/v1/uploads", onePage(w.t), &upload)
	var link struct{ URL string }
	w.must("POST", one+"/recipients/"+e.Recipients[0].ID+"/link", nil, &link)
	_, token, _ := strings.Cut(link.URL, "/s/")
	sess, err := w.m.core.ceremony.Exchange(w.t.Context(), token, ceremonyOrigin())
	if err != nil {
		w.t.Fatal(err)
	}
	w.sit = op.CeremonyCookiePrefix + string(sess.Ceremony) + "=" + sess.Secret
	var messages, keys struct{ Items []struct{ ID string } }
	w.must("GET", "/api/v1/messages", nil, &messages)
	w.must("GET", "/api/v1/api-keys", nil, &keys)
	for name, value := range map[string]string{
		"envelope": e.ID, "document": e.Documents[0].ID, "recipient": e.Recipients[0].ID, "field": e.Fields[0].ID, "upload": upload.ID,
		"message": messages.Items[0].ID, "api_key": keys.Items[len(keys.Items)-1].ID, "user": string(w.home.users[access.Sender]),
		"organization": string(w.home.id), "org": string(w.home.id), "ceremony": string(sess.Ceremony), "page": "1", "index": "0", "name": "seal", "file": "x", "issuer": "x", "request": "MAA=", "token": "x",
		"digest": strings.Repeat("0", 64),
	} {
		w.ids[name] = value
	}
}

func onePage(t *testing.T) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	b.AddPage(595, 842, pdf.Dict{}, []byte(" "))
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var wildcard = regexp.MustCompile(`\{([a-z_]+)(\.\.\.)?\}`)

// path fills a row's path with ids of the first organization, or with ids that nobody has.
func (w *world) path(row op.Row, real bool) string {
	w.t.Helper()
	return wildcard.ReplaceAllStringFunc(row.Path, func(part string) string {
		value, ok := w.ids[strings.TrimSuffix(part[1:len(part)-1], "...")]
		if !ok {
			w.t.Fatalf("row %s: the matrix has no value for %s", row.ID, part)
		}
		if !real && id.Valid(value) && part != "{ceremony}" {
			return string(id.New())
		}
		return value
	})
}

// names says whether a row's path names something that belongs to an organization.
func (w *world) names(row op.Row) bool {
	for _, name := range op.PathNames(row.Path) {
		if id.Valid(w.ids[name]) {
			return true
		}
	}
	return false
}

// TestEveryRowForEveryAudience asks for every operation as everyone: nobody, each role, API keys with all and with few
// permissions, a recipient. What the table says is what happens.
func TestEveryRowForEveryAudience(t *testing.T) {
	w := newWorld(t)
	for _, row := range w.rows {
		w.tryRow(row, "nobody", access.Public, nil, "", "")
		for _, role := range access.Roles() {
			w.tryRow(row, string(role), access.Staff, access.Of(role), w.session(w.home, role), "")
		}
		w.tryRow(row, "key", access.API, access.All(), "", w.home.key)
		w.tryRow(row, "narrow key", access.API, []access.Permission{access.EnvelopesRead}, "", w.home.narrow)
		w.tryRow(row, "recipient", access.RecipientAudience, nil, w.sit, "")
	}
}

func (w *world) tryRow(row op.Row, who string, audience access.Audience, perms []access.Permission, cookie, key string) {
	w.t.Helper()
	status, code, answer := w.call(row.Method, w.path(row, false), cookie, key, nil)
	head := row.Method == http.MethodHead // has no document to tell the code
	switch {
	case row.Audience&(audience|access.Public) == 0:
		if status != http.StatusUnauthorized && status != http.StatusForbidden {
			w.t.Errorf("%s as %s: want a refusal, got %d %s", row.ID, who, status, answer)
		}
	case row.Audience&audience != 0 && audience&staffOrKey != 0 && row.Permission != "" && !access.Set(perms)[row.Permission]:
		if status != http.StatusForbidden || !head && code != "not_permitted" {
			w.t.Errorf("%s as %s: want not_permitted, got %d %s", row.ID, who, status, answer)
		}
	default:
		if code == "not_permitted" || code == "wrong_audience" || code == "not_signed_in" || status >= 500 && code != "not_ready" {
			w.t.Errorf("%s as %s: want to get past the checks, got %d %s", row.ID, who, status, answer)
		}
	}
}

const staffOrKey = access.Staff | access.API

// TestForeignOrganization asks for everything that the first organization has with the credentials of the second.
func TestForeignOrganization(t *testing.T) {
	w := newWorld(t)
	found := 0 // by their own organization: that the ids are right
	for _, row := range w.rows {
		if row.Audience&staffOrKey == 0 || !w.names(row) {
			continue
		}
		if row.Method == http.MethodGet && !strings.Contains(row.Path, "/pages/") { // drawing takes seconds on a new machine
			if status, _, _ := w.call(row.Method, w.path(row, true), "", w.home.key, nil); status == http.StatusOK {
				found++
			}
		}
		cookie := w.session(w.other, access.Admin)
		w.ids["session"] = string(w.anySession(w.home))
		for who, credential := range map[string][2]string{"admin": {cookie, ""}, "key": {"", w.other.key}} {
			status, code, answer := w.call(row.Method, w.path(row, true), credential[0], credential[1], w.body(row))
			hidden := status == http.StatusNotFound
			tus := strings.HasPrefix(row.Path, op.ResumableUploads) && status == http.StatusPreconditionFailed // its version comes first
			if refused := code == "not_signed_in" || code == "wrong_audience"; !hidden && !tus && !refused {
				t.Errorf("%s as a foreign %s: want not found, got %d %s", row.ID, who, status, answer)
			}
			if bytes.Contains(answer, []byte("ann@example.org")) {
				t.Errorf("%s as a foreign %s: shows an address", row.ID, who)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d of the things asked for are there at all", found)
	}
}

// bodies are what operations take that need more than an empty object to get as far as looking anything up.
var bodies = map[string]string{
	"addDocument": `{"upload":"UPLOAD"}`, "replaceDocument": `{"upload":"UPLOAD"}`, "replaceFields": `{"fields":[]}`,
	"voidEnvelope": `{"reason":"x"}`, "addRecipient": `{"role":"signer","name":"x","email":"x@example.org"}`,
}

func (w *world) body(row op.Row) []byte {
	switch row.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		if b := bodies[row.ID]; b != "" {
			return []byte(strings.ReplaceAll(b, "UPLOAD", w.ids["upload"]))
		}
		return []byte("{}")
	}
	return nil
}

func (w *world) anySession(o *org) id.ID {
	w.t.Helper()
	w.session(o, access.Sender)
	return id.ID(w.ids["session"])
}

// TestSenderSeesOwn asks for another sender's envelope as a member of the same organization.
func TestSenderSeesOwn(t *testing.T) {
	w := newWorld(t)
	for _, row := range w.rows {
		if !strings.HasPrefix(row.Path, "/api/v1/envelopes/{envelope}") || row.Method != http.MethodGet {
			continue
		}
		for who, credential := range map[string][2]string{"sender": {w.session(w.home, access.Sender), ""}, "narrow key": {"", w.home.narrow}} {
			if status, _, answer := w.call(row.Method, w.path(row, true), credential[0], credential[1], nil); status != http.StatusNotFound && status != http.StatusForbidden {
				t.Errorf("%s as another %s: got %d %s", row.ID, who, status, answer)
			}
		}
	}
}
