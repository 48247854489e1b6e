package badinput

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
	"github.com/consigil/consigil/test/testpdf"
)

// stranger is an API account with every permission in a second organization, made as an operator's command makes one.
func (in *installation) stranger(t *testing.T) *caller {
	t.Helper()
	kek, err := secret.ReadFile(in.data + "/kek")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Config{Dir: in.data, KEK: kek, Clock: in.time, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	accounts := account.New(db.Accounts(), in.time)
	org, err := accounts.CreateOrganization(t.Context(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	user, err := accounts.CreateUser(t.Context(), org.ID, account.NewUser{Name: "Eve", Email: "eve@example.org", Role: access.Admin})
	if err != nil {
		t.Fatal(err)
	}
	admin := &access.Principal{Audience: access.Staff, Org: org.ID, User: user.ID, Permissions: access.Set(access.All())}
	key, _, err := accounts.CreateAPIKey(t.Context(), admin, account.NewAPIKey{Name: "all", Permissions: access.All()})
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t: t, in: in, bearer: key}
}

// schema is as much of JSON Schema as the API's own document uses.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Properties map[string]*schema
	Required   []string
	Enum       []any
	Format     string
	MinLength  int
	Items      *schema
}

// apiDocument is the OpenAPI document as far as this package reads it.
type apiDocument struct {
	Paths map[string]map[string]struct {
		OperationID string
		RequestBody struct {
			Content map[string]struct{ Schema *schema }
		}
		Parameters []struct {
			Name, In string
			Required bool
		}
	}
	Components struct{ Schemas map[string]*schema }
}

// example is a value that a schema lets pass, with every member that it asks for.
func (d *apiDocument) example(s *schema) any {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	if s == nil {
		return object{}
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	kind, _ := s.Type.(string)
	if list, ok := s.Type.([]any); ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "string":
		return "some text that is long enough"
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "array":
		return []any{}
	}
	out := object{}
	for _, name := range s.Required {
		out[name] = d.example(s.Properties[name])
	}
	return out
}

var inPath = regexp.MustCompile(`\{([a-z_]+)\}`)

// TestForeignOrganization asks for everything that one organization has with the key of another: every operation of
// the API's own document whose path names something, with a body that its schema lets pass.
func TestForeignOrganization(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	var doc apiDocument
	api.must("GET", "/api/openapi.json", nil, &doc)
	e := api.sent(testpdf.Classic(1), "Ann")
	draft := api.draft(testpdf.Classic(1), "Bob")
	_, user := in.staff(t, "staff@example.org", "sender")
	first := func(path string) string {
		var list struct{ Items []struct{ ID string } }
		api.must("GET", path, nil, &list)
		return list.Items[0].ID
	}
	var request struct{ ID string }
	api.must("POST", "/api/v1/certificates/requests", object{"common_name": "Example Ltd", "algorithm": "P-256"}, &request)
	ids := map[string]string{
		"request":  request.ID,
		"envelope": e.ID, "document": e.Documents[0].ID, "recipient": e.Recipients[0].ID, "field": e.Fields[0].ID,
		"upload": api.upload("x.pdf", testpdf.Classic(1)), "message": first("/api/v1/messages"), "api_key": first("/api/v1/api-keys"),
		"user": user, "organization": first("/api/v1/organizations"), "page": "1", "index": "0",
	}
	eve := in.stranger(t)
	tried := 0
	for path, methods := range doc.Paths {
		if strings.Contains(path, "{ceremony}") || strings.Contains(path, "/settings/") || strings.HasPrefix(path, "/pki/") || strings.Contains(path, "{session}") || strings.HasSuffix(path, "/open") {
			continue // recipients' own; named by kind; public; users' own, which a key cannot name
		}
		for _, of := range []*envelopeView{e, draft} {
			ids["envelope"], ids["document"], ids["recipient"], ids["field"] = of.ID, of.Documents[0].ID, of.Recipients[0].ID, of.Fields[0].ID
			whole := true
			target := inPath.ReplaceAllStringFunc(path, func(name string) string {
				id, ok := ids[name[1:len(name)-1]]
				whole = whole && ok
				return id
			})
			if !whole {
				t.Errorf("%s names something that this test has not", path)
			}
			if target == path {
				continue
			}
			for method, operation := range methods {
				var body any
				if content, ok := operation.RequestBody.Content["application/json"]; ok {
					body = doc.example(content.Schema)
				}
				tried++
				foreign(t, eve, operation.OperationID, strings.ToUpper(method), target, body)
			}
		}
	}
	t.Logf("%d calls with another organization's ids", tried)
	if tried < 50 {
		t.Errorf("only %d operations were tried", tried)
	}
	// Whatever is named in a body.
	eve.refused(refusal{404, "upload_unknown", "/documents/0/upload"}, "POST", envelopes, object{"title": "x", "documents": []object{{"upload": ids["upload"]}}})
	var own envelopeView
	eve.must("POST", envelopes, object{"title": "own"}, &own)
	eve.refused(refusal{404, "upload_unknown", "/upload"}, "POST", envelopes+"/"+own.ID+"/documents", object{"upload": ids["upload"]})
	for _, path := range []string{envelopes, "/api/v1/messages", "/api/v1/events", "/api/v1/users", "/api/v1/api-keys", "/api/v1/organizations"} {
		a := eve.must("GET", path, nil, nil)
		for _, id := range []string{e.ID, draft.ID, ids["message"], user, ids["organization"], "ann@example.org"} {
			if strings.Contains(string(a.body), id) {
				t.Errorf("%s shows another organization's %s", path, id)
			}
		}
	}
}

func foreign(t *testing.T, eve *caller, operation, method, path string, body any) {
	t.Helper()
	before := eve.in.state(t)
	headers := []string{}
	if strings.Contains(path, "resumable") {
		headers = append(headers, "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
	}
	a := eve.do(method, path, body, headers...)
	var p document
	if method != "HEAD" {
		_ = json.Unmarshal(a.body, &p)
	}
	if operation == "getLogEntry" || strings.Contains(path, "/audit/") {
		return // of the log one sees hashes only, whoever's they are
	}
	if a.status != 404 {
		t.Errorf("%s %s (%s): want 404, got %d %s", method, path, operation, a.status, a.body)
	}
	if strings.Contains(string(a.body), "example.org") {
		t.Errorf("%s shows an address", operation)
	}
	if after := eve.in.state(t); before != after {
		t.Errorf("%s %s changed something", method, path)
	}
}
