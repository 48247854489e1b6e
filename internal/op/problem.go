package op

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/consigil/consigil/internal/problem"
)

// Problem is an RFC 9457 problem document.
type Problem struct {
	Type   string        `json:"type" doc:"Always about:blank; the code tells what happened"`
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Code   string        `json:"code" doc:"Stable; programs may rely on it"`
	Detail string        `json:"detail,omitempty"`
	Errors []FaultyField `json:"errors,omitempty"`

	retry time.Duration
}

// FaultyField points at one member of the request. It never carries the submitted value.
type FaultyField struct {
	Pointer string `json:"pointer" doc:"RFC 6901 pointer into the body, or query/NAME, path/NAME, header/NAME"`
	Code    string `json:"code"`
	Detail  string `json:"detail,omitempty"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retry+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="consigil"`)
	}
	return h
}

// toProblem turns any error into its document; unknown ones lose their text.
func toProblem(err error) *Problem {
	e := problem.From(err)
	p := document(StatusOf(e.Kind), e.Code, e.Detail)
	p.retry = e.RetryAfter
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, FaultyField(f))
	}
	return p
}

func document(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// WriteProblem answers with an error's problem document.
func WriteProblem(w http.ResponseWriter, err error) { write(w, toProblem(err)) }

// WriteStatus answers with a problem document of a status that no kind has.
func WriteStatus(w http.ResponseWriter, status int, code, detail string) {
	write(w, document(status, code, detail))
}

func write(w http.ResponseWriter, p *Problem) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.Header().Del("Etag")
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	body, err := json.Marshal(p)
	if err != nil { // a Problem holds strings and a number only
		return
	}
	_, _ = w.Write(body) // the connection is gone; nobody is left to tell
}

// ParseProblem reads a document that WriteProblem wrote, as a client or a carrier does.
func ParseProblem(status int, body []byte) *problem.Error {
	var p Problem
	if json.Unmarshal(body, &p) != nil || p.Code == "" {
		return problem.New(kindOfStatus(status), "unexpected_answer", "The server answered with status "+strconv.Itoa(status)+".")
	}
	e := problem.New(kindOfStatus(p.Status), p.Code, p.Detail)
	for _, f := range p.Errors {
		e.Fields = append(e.Fields, problem.Field(f))
	}
	return e
}

func kindOfStatus(status int) problem.Kind {
	for k, s := range kindStatus {
		if s == status {
			return k
		}
	}
	return problem.Internal
}

var overrideOnce sync.Once

// override makes huma speak our problems. Its own errors echo what was submitted, a password for instance.
func override() {
	overrideOnce.Do(func() {
		huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
			return fromHuma(status, errs)
		}
		huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return huma.NewError(status, msg, errs...)
		}
	})
}

// fromHuma keeps status and places of huma's findings and replaces every text by one of ours.
func fromHuma(status int, errs []error) *Problem {
	var p *Problem
	switch status {
	case http.StatusBadRequest:
		return document(status, "malformed_body", "The body is missing or is not readable JSON.")
	case http.StatusRequestEntityTooLarge:
		p = document(status, "body_too_large", "The body is larger than this operation takes.")
	case http.StatusUnsupportedMediaType:
		p = document(status, "unsupported_media_type", "Send the body as application/json.")
	case http.StatusRequestTimeout:
		p = document(status, "body_too_slow", "The body did not arrive in time.")
	case http.StatusNotAcceptable:
		p = document(status, "not_acceptable", "This operation answers with application/json.")
	case http.StatusUnprocessableEntity:
		p = document(status, "invalid_request", "Some members of the request cannot be used; see errors.")
	default:
		return document(http.StatusInternalServerError, "internal", problem.From(errors.New("")).Detail)
	}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, faulty(d.ErrorDetail()))
		}
	}
	return p
}

// rules maps the beginning of a huma message to a code. Messages of these kinds name the schema, never the value;
// those that might hold a piece of the value are cut off.
var rules = []struct {
	prefix, code string
	cut          bool
}{
	{"unexpected property", "unknown_member", true},
	{"required", "required", true},
	{"expected property", "required", false},
	{"expected string to be RFC 5322 email", "not_an_email", true},
	{"expected string to be RFC 4122 uuid", "not_an_id", true},
	{"expected string to be RFC 3339 date-time", "not_a_time", true},
	{"expected string to be RFC 3986 uri", "not_a_uri", true},
	{"expected value to be one of", "not_one_of", false},
	{"expected length >=", "too_short", false},
	{"expected length <=", "too_long", false},
	{"expected number >", "too_small", false},
	{"expected number <", "too_large", false},
	{"expected array length >=", "too_few", false},
	{"expected array length <=", "too_many", false},
	{"expected array items to be unique", "not_unique", true},
	{"expected string to match", "bad_form", true},
	{"expected boolean", "not_a_boolean", true},
	{"expected number", "not_a_number", true},
	{"expected integer", "not_an_integer", true},
	{"expected string to be base64", "not_base64", true},
	{"expected string", "not_a_string", true},
	{"expected array", "not_an_array", true},
	{"expected object", "not_an_object", true},
	{"unknown query parameter", "unknown_parameter", true},
}

func faulty(d *huma.ErrorDetail) FaultyField {
	f := FaultyField{Pointer: pointer(d.Location), Code: "unusable", Detail: "This cannot be used here."}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ = strings.Cut(name, " ")
		return FaultyField{Pointer: f.Pointer + "/" + name, Code: "required", Detail: "This member is required."}
	}
	for _, r := range rules {
		if !strings.HasPrefix(d.Message, r.prefix) {
			continue
		}
		f.Code, f.Detail = r.code, d.Message
		if r.cut {
			f.Detail = r.prefix
		}
		break
	}
	return f
}

// pointer turns body.items[3].name into /items/3/name, and query.limit into query/limit. Names that a caller made
// up are shortened to their harmless characters.
func pointer(location string) string {
	var b strings.Builder
	for _, c := range location {
		switch {
		case c == '.' || c == '[':
			b.WriteByte('/')
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-':
			b.WriteRune(c)
		}
		if b.Len() > 200 {
			break
		}
	}
	s := b.String()
	if s == "body" {
		return ""
	}
	return strings.TrimPrefix(s, "body")
}
