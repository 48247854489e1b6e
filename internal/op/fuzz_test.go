package op

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// everything is the table of an installation whose handlers do not run.
func everything(t testing.TB) (*Table, http.Handler) {
	t.Helper()
	table, err := NewTable(
		Sessions(nil), Users(nil, Installation{}), Organizations(nil), APIKeys(nil), Uploads(nil, nil), Envelopes(nil), Documents(nil), Recipients(nil),
		Fields(nil, nil), Ceremonies(nil), Events(nil), AuditLog(nil), Validations(nil), Messages(nil, nil), Certificates(nil), Evidence(nil),
		Settings(nil), Samples(nil), Health(nil), PublicKeyInfrastructure(nil), Pages(PageDeps{}),
	)
	if err != nil {
		t.Fatal(err)
	}
	table.dry = true
	mux := http.NewServeMux()
	table.Mount(mux, "1", func(_ Row, h http.Handler) http.Handler { return h })
	return table, mux
}

// FuzzOperations sends any bytes as the body, and any text as the query, of every typed operation: never a panic, never
// a failure of ours, always a problem document where it is refused.
func FuzzOperations(f *testing.F) {
	table, mux := everything(f)
	var typed []Row
	for _, o := range table.ops {
		if o.bind != nil {
			typed = append(typed, o.Row)
		}
	}
	for i := range typed {
		f.Add(uint8(i), `{"title":"x","name":"x","email":"a@example.org","fields":[{"page":1,"x":1e400}],"values":{"":null}}`, "limit=1&state=draft")
	}
	for _, body := range []string{"", "{", "[]", "null", `"x"`, `{"a":1,"a":2}`, "{\"\xff\":1}", `{"expires_at":"2026-13-01"}`, `{"limit":-1e999}`} {
		f.Add(uint8(3), body, "limit=%zz&limit=2&x[y]=1")
	}
	f.Fuzz(func(t *testing.T, which uint8, body, query string) {
		row := typed[int(which)%len(typed)]
		r := httptest.NewRequest(row.Method, strings.NewReplacer("{", "", "}", "").Replace(row.Path), strings.NewReader(body))
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code < 300 {
			return
		}
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code >= 500 || p.Status != w.Code || p.Code == "" {
			t.Fatalf("%s: %d %s", row.ID, w.Code, w.Body)
		}
		if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
			t.Fatalf("%s: problem as %q", row.ID, ct)
		}
	})
}

// TestDescription looks at what the OpenAPI document says of rows that answer by themselves.
func TestDescription(t *testing.T) {
	table, _ := everything(t)
	raw, err := table.Mount(http.NewServeMux(), "1", func(_ Row, h http.Handler) http.Handler { return h })()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
			Responses  map[string]struct {
				Content map[string]struct {
					Schema map[string]any
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, entry := range methods {
			if len(entry.Responses) == 0 {
				t.Errorf("%s %s: no answer", method, path)
			}
			if entry.Responses["default"].Content["application/problem+json"].Schema == nil {
				t.Errorf("%s %s: no problem", method, path)
			}
		}
	}
	upload := doc.Paths["/api/v1/uploads"]["post"].Responses["201"].Content["application/json"].Schema
	if upload["$ref"] != "#/components/schemas/UploadView" {
		t.Errorf("an upload answers %v", upload)
	}
	if n := len(doc.Paths["/api/v1/events/stream"]["get"].Parameters); n != 3 {
		t.Errorf("the stream has %d parameters", n)
	}
}
