package op

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

type thingInput struct {
	Thing string `path:"thing"`
	Limit int    `query:"limit" maximum:"10"`
	Body  struct {
		Name  string   `json:"name" maxLength:"5"`
		Email string   `json:"email,omitempty" format:"email"`
		Kinds []string `json:"kinds,omitempty" enum:"a,b"`
	}
}

func thing(fail error) Op {
	return Typed(Row{
		ID: "makeThing", Method: http.MethodPost, Path: "/things/{thing}", Summary: "Make a thing", Audience: access.Public, Group: GroupApp, Status: 201,
	}, func(context.Context, *thingInput) (*Empty, error) { return &Empty{}, fail })
}

func serve(t *testing.T, ops ...Op) *http.ServeMux {
	t.Helper()
	table, err := NewTable(ops)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	table.Mount(mux, "1", func(_ Row, h http.Handler) http.Handler { return h })
	return mux
}

func ask(h http.Handler, path, body string) (*httptest.ResponseRecorder, Problem) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	var p Problem
	_ = json.Unmarshal(w.Body.Bytes(), &p) // an empty problem fails the comparison
	return w, p
}

// TestFaultsArePrecise shows code and place of what is wrong with a request, and that no value comes back.
func TestFaultsArePrecise(t *testing.T) {
	mux := serve(t, thing(nil))
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
		faults     []FaultyField
	}{
		"fine":          {"/things/1", `{"name":"n"}`, 201, "", nil},
		"not JSON":      {"/things/1", `{"name":"canary`, 400, "malformed_body", nil},
		"no body":       {"/things/1", ``, 400, "malformed_body", nil},
		"wrong type":    {"/things/1", `{"name":{"x":"canary"}}`, 422, "invalid_request", []FaultyField{{"/name", "not_a_string", "expected string"}}},
		"missing":       {"/things/1", `{}`, 422, "invalid_request", []FaultyField{{"/name", "required", "This member is required."}}},
		"too long":      {"/things/1", `{"name":"canary"}`, 422, "invalid_request", []FaultyField{{"/name", "too_long", "expected length <= 5"}}},
		"not one of":    {"/things/1", `{"name":"n","kinds":["a","canary"]}`, 422, "invalid_request", []FaultyField{{"/kinds/1", "not_one_of", `expected value to be one of "a, b"`}}},
		"bad address":   {"/things/1", `{"name":"n","email":"canary"}`, 422, "invalid_request", []FaultyField{{"/email", "not_an_email", "expected string to be RFC 5322 email"}}},
		"unknown":       {"/things/1", `{"name":"n","x":"canary"}`, 422, "invalid_request", []FaultyField{{"/x", "unknown_member", "unexpected property"}}},
		"query":         {"/things/1?limit=11", `{"name":"n"}`, 422, "invalid_request", []FaultyField{{"query/limit", "too_large", "expected number <= 10"}}},
		"query garbage": {"/things/1?limit=canary", `{"name":"n"}`, 422, "invalid_request", []FaultyField{{"query/limit", "unusable", "This cannot be used here."}}},
		"query unknown": {"/things/1?other=canary", `{"name":"n"}`, 422, "invalid_request", []FaultyField{{"query/other", "unknown_parameter", "unknown query parameter"}}},
	} {
		t.Run(name, func(t *testing.T) {
			w, p := ask(mux, c.path, c.body)
			if w.Code != c.status || p.Code != c.code || !cmp.Equal(p.Errors, c.faults) {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), "canary") {
				t.Errorf("the value came back: %s", w.Body)
			}
		})
	}
}

func TestErrorsBecomeProblems(t *testing.T) {
	for kind, status := range kindStatus {
		w, p := ask(serve(t, thing(problem.New(kind, "some_code", "Detail.").After(1500*time.Millisecond))), "/things/1", `{"name":"n"}`)
		if w.Code != status || p.Status != status || p.Code != "some_code" || p.Detail != "Detail." || w.Header().Get("Retry-After") != "2" {
			t.Errorf("%s: %d %s", kind, w.Code, w.Body)
		}
		if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s: content type %q", kind, ct)
		}
		if back := ParseProblem(w.Code, w.Body.Bytes()); back.Kind != kind || back.Code != "some_code" {
			t.Errorf("%s is read back as %+v", kind, back)
		}
	}
	w, p := ask(serve(t, thing(errors.New("secret canary"))), "/things/1", `{"name":"n"}`)
	if w.Code != 500 || p.Code != "internal" || strings.Contains(w.Body.String(), "canary") {
		t.Errorf("an unknown error: %d %s", w.Code, w.Body)
	}
}

func TestOutcomeReachesTheChain(t *testing.T) {
	want := errors.New("cause")
	table, err := NewTable([]Op{thing(want)})
	if err != nil {
		t.Fatal(err)
	}
	var seen error
	mux := http.NewServeMux()
	table.Mount(mux, "1", func(_ Row, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, outcome := WithOutcome(r.Context())
			h.ServeHTTP(w, r.WithContext(ctx))
			seen = outcome.Err
		})
	})
	if ask(mux, "/things/1", `{"name":"n"}`); !errors.Is(seen, want) {
		t.Errorf("the chain saw %v", seen)
	}
}

type hidden struct {
	Thing string `path:"thing"`
}

// TestHoles lists the tables that are refused.
func TestHoles(t *testing.T) {
	good := Row{ID: "x", Method: http.MethodGet, Path: "/x", Summary: "X", Audience: access.Public, Group: GroupApp}
	nothing := func(http.ResponseWriter, *http.Request) error { return nil }
	with := func(change func(*Row)) Op {
		r := good
		change(&r)
		return Raw(r, nothing)
	}
	for name, ops := range map[string][]Op{
		"twice":          {Raw(good, nothing), Raw(good, nothing)},
		"no id":          {with(func(r *Row) { r.ID = "" })},
		"no summary":     {with(func(r *Row) { r.Summary = "" })},
		"no audience":    {with(func(r *Row) { r.Audience = 0 })},
		"no group":       {with(func(r *Row) { r.Group = "" })},
		"no permission":  {with(func(r *Row) { r.Audience = access.Staff })},
		"no ceremony":    {with(func(r *Row) { r.Audience = access.RecipientAudience })},
		"idempotent GET": {with(func(r *Row) { r.Idempotent = true })},
		"no handler":     {{Row: good}},
		"hidden embed": {Typed(good, func(context.Context, *struct{ hidden }) (*Empty, error) {
			return &Empty{}, nil
		})},
	} {
		if _, err := NewTable(ops); err == nil {
			t.Errorf("%s: the table was taken", name)
		}
	}
}

func TestRawErrorAfterFirstByte(t *testing.T) {
	row := Row{ID: "x", Method: http.MethodPost, Path: "/things/{thing}", Summary: "X", Audience: access.Public, Group: GroupApp}
	w, _ := ask(serve(t, Raw(row, func(w http.ResponseWriter, _ *http.Request) error {
		if _, err := w.Write([]byte("part")); err != nil {
			return err
		}
		return errors.New("late")
	})), "/things/1", "")
	if w.Body.String() != "part" {
		t.Errorf("%q", w.Body)
	}
}

func TestIfMatch(t *testing.T) {
	for header, want := range map[string]struct {
		version int64
		match   bool
	}{"": {0, false}, "*": {0, false}, ETag(7): {7, true}, `W/"8"`: {8, true}} {
		v, match, err := IfMatch(header)
		if err != nil || v != want.version || match != want.match {
			t.Errorf("%s: %d %v %v", header, v, match, err)
		}
	}
	if _, _, err := IfMatch("canary"); problem.KindOf(err) != problem.Precondition {
		t.Errorf("nonsense: %v", err)
	}
}

func TestList(t *testing.T) {
	self := func(s id.ID) id.ID { return s }
	if l := NewList([]id.ID{"a", "b", "c"}, 2, self); len(l.Items) != 2 || l.Next != "b" {
		t.Errorf("%+v", l)
	}
	if l := NewList(nil, 2, self); l.Items == nil || l.Next != "" {
		t.Errorf("%+v", l)
	}
}

// FuzzBodies feeds bodies to an operation: whatever comes, the answer is a success or a problem without the value.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"name":"n"}`, `{"name":1}`, `{`, `[]`, `null`, `{"name":"n","kinds":["x"]}`, `{"a":{"b":{"c":[1,2,{}]}}}`, "\x00"} {
		f.Add(seed)
	}
	table, err := NewTable([]Op{thing(nil)})
	if err != nil {
		f.Fatal(err)
	}
	mux := http.NewServeMux()
	table.Mount(mux, "1", func(_ Row, h http.Handler) http.Handler { return h })
	f.Fuzz(func(t *testing.T, body string) {
		w, p := ask(mux, "/things/1", body)
		if w.Code == http.StatusCreated {
			return
		}
		if w.Code >= 500 || p.Code == "" || p.Status != w.Code {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}
