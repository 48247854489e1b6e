package rpc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/bus"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

func row(name, method, path string, audience access.Audience) op.Row {
	return op.Row{ID: name, Method: method, Path: path, Summary: name, Audience: audience, Group: op.GroupApp}
}

// rows are a table with one row for each kind of caller.
func rows() []op.Row {
	coreOnly := row("signIn", "POST", "/sign-in", access.Public)
	coreOnly.CoreOnly = true
	return []op.Row{
		row("open", "GET", "/open", access.Public), row("sit", "POST", "/sit/{ceremony}", access.RecipientAudience),
		row("staff", "GET", "/staff", access.Staff), row("api", "POST", "/api", access.API), coreOnly,
	}
}

// through forwards a request to a handler over a carrier.
func through(t *testing.T, r *http.Request, id string, h http.HandlerFunc) *httptest.ResponseRecorder {
	t.Helper()
	var found op.Row
	for _, row := range rows() {
		if row.ID == id {
			found = row
		}
	}
	w := httptest.NewRecorder()
	f := NewForwarder(bus.NewMemory("edge-7", Serve(rows(), h)))
	if err := f.Forward(w, r, found, op.Origin{Address: "192.0.2.9", UserAgent: "browser"}); err != nil {
		op.WriteProblem(w, err)
	}
	return w
}

func TestForward(t *testing.T) {
	r := httptest.NewRequest("POST", "/sit/1?x=%2Fy", strings.NewReader("body"))
	r.Header.Set("Cookie", "a=b")
	r.Header.Set("X-Forwarded-For", "203.0.113.1")
	w := through(t, r, "sit", func(w http.ResponseWriter, r *http.Request) {
		o, ok := op.OriginFrom(r.Context())
		if !ok || o != (op.Origin{Address: "192.0.2.9", UserAgent: "browser", Via: "edge-7"}) {
			t.Errorf("origin %+v", o)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "body" || r.ContentLength != 4 {
			t.Errorf("body %q of %d, %v", body, r.ContentLength, err)
		}
		if r.Method != "POST" || r.URL.RequestURI() != "/sit/1?x=%2Fy" || r.Header.Get("Cookie") != "a=b" || r.Header.Get("X-Forwarded-For") != "" {
			t.Errorf("request %s %s %v", r.Method, r.URL, r.Header)
		}
		w.Header().Set("Set-Cookie", "c=d")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte("made"))
	})
	if w.Code != 201 || w.Body.String() != "made" || w.Header().Get("Set-Cookie") != "c=d" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	for name := range w.Header() {
		if strings.HasPrefix(name, ":") {
			t.Errorf("header %s left the carrier", name)
		}
	}
}

// TestOnlyEdgeRows asks for what no edge may ask, as an edge that was taken would.
func TestOnlyEdgeRows(t *testing.T) {
	serve := Serve(rows(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") }))
	carrier := bus.NewMemory("edge-7", serve)
	call := func(id, method, uri string, group op.Group) op.Call {
		return op.Call{Operation: id, Group: group, Header: map[string][]string{keyMethod: {method}, keyURI: {uri}, keyLength: {"0"}}}
	}
	for name, c := range map[string]op.Call{
		"staff": call("staff", "GET", "/staff", op.GroupApp), "API": call("api", "POST", "/api", op.GroupApp),
		"core only": call("signIn", "POST", "/sign-in", op.GroupApp), "unknown": call("nothing", "GET", "/", op.GroupApp),
		"other method": call("open", "DELETE", "/open", op.GroupApp), "other group": call("open", "GET", "/open", op.GroupOffer),
	} {
		if _, err := carrier.Call(context.Background(), c); problem.From(err).Code != "not_at_edge" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]op.Call{
		"no address": call("open", "GET", "", op.GroupApp), "a host": call("open", "GET", "http://elsewhere/open", op.GroupApp),
	} {
		if _, err := carrier.Call(context.Background(), c); problem.From(err).Code != "malformed_call" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProblemsPass(t *testing.T) {
	w := through(t, httptest.NewRequest("GET", "/open", nil), "open", func(w http.ResponseWriter, _ *http.Request) {
		op.WriteProblem(w, problem.New(problem.Gone, "link_expired", "Gone."))
	})
	if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "link_expired") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// carrierFunc is a carrier made of a function.
type carrierFunc func(context.Context, op.Call) (*op.Reply, error)

func (f carrierFunc) Call(ctx context.Context, c op.Call) (*op.Reply, error) { return f(ctx, c) }

func TestCoreUnreachable(t *testing.T) {
	f := NewForwarder(carrierFunc(func(context.Context, op.Call) (*op.Reply, error) {
		return nil, problem.New(problem.Unavailable, "core_unreachable", "Down.")
	}))
	err := f.Forward(httptest.NewRecorder(), httptest.NewRequest("GET", "/open", nil), rows()[0], op.Origin{})
	if problem.From(err).Code != "core_unreachable" {
		t.Error(err)
	}
}

// TestBrokenAnswerIsCut proves that an answer which breaks on the way is not taken for a whole one.
func TestBrokenAnswerIsCut(t *testing.T) {
	f := NewForwarder(carrierFunc(func(context.Context, op.Call) (*op.Reply, error) {
		body := io.MultiReader(strings.NewReader("part"), failing{})
		return &op.Reply{Header: map[string][]string{keyStatus: {strconv.Itoa(200)}}, Body: io.NopCloser(body)}, nil
	}))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f.Forward(w, r, rows()[0], op.Origin{}); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if data, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("%q passed as the whole answer", data)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("lost") }

// FuzzServe feeds headers to core's side: nothing but an edge row is ever served.
func FuzzServe(f *testing.F) {
	f.Add("open", "GET", "/open", "0")
	f.Add("staff", "GET", "/staff", "0")
	f.Add("sit", "POST", "//x/y", "-2")
	f.Fuzz(func(t *testing.T, id, method, uri, length string) {
		serve := Serve(rows(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if id != "open" && id != "sit" {
				t.Fatalf("%s was served", id)
			}
			if r.URL.Host != "" || r.ContentLength < -1 {
				t.Fatalf("request %s with %d bytes", r.URL, r.ContentLength)
			}
		}))
		reply, err := bus.NewMemory("e", serve).Call(context.Background(), op.Call{
			Operation: id, Group: op.GroupApp, Header: map[string][]string{keyMethod: {method}, keyURI: {uri}, keyLength: {length}},
		})
		if err == nil {
			_ = reply.Body.Close()
		}
	})
}
