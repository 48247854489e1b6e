package op

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// The names of the cookies. The prefix makes browsers bind them to this origin, path / and TLS (or loopback).
const (
	SessionCookie        = "__Host-consigil"
	CeremonyCookiePrefix = "__Host-c-"
)

// SetCookie is the Set-Cookie header of a session or ceremony cookie; put it in a header:"Set-Cookie" field. An
// empty secret deletes the cookie.
func SetCookie(name, secret string, expires time.Time) string {
	c := http.Cookie{
		Name: name, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode, Expires: expires,
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// CeremonyCookie is the Set-Cookie header of a recipient's sitting.
func CeremonyCookie(ceremony id.ID, secret string, expires time.Time) string {
	return SetCookie(CeremonyCookiePrefix+string(ceremony), secret, expires)
}

// ETag is the entity tag of a version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch reads an If-Match header that ETag made. Without one, or with *, match is false and any version will do.
func IfMatch(header string) (version int64, match bool, err error) {
	if header == "" || header == "*" {
		return 0, false, nil
	}
	v, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(header, "W/"), `"`), 10, 64)
	if err != nil {
		return 0, false, problem.New(problem.Precondition, "etag_mismatch", "The entity tag in If-Match is not one of ours.")
	}
	return v, true, nil
}

// Page asks for one page of a list; embed it in an input.
type Page struct {
	Cursor string `query:"cursor" maxLength:"64" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// After is the id behind the cursor, empty for the first page.
func (p Page) After() (id.ID, error) {
	if p.Cursor != "" && !id.Valid(p.Cursor) {
		return "", problem.InField("query/cursor", "bad_cursor", "Use the cursor that the page before gave as next.")
	}
	return id.ID(p.Cursor), nil
}

// List is one page of an answer.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last one"`
}

// NewList makes a page out of up to limit items; ask the store for one more than that to know whether there is a next.
func NewList[T any](items []T, limit int, cursor func(T) id.ID) List[T] {
	l := List[T]{Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if len(items) > limit {
		l.Items = items[:limit]
		l.Next = string(cursor(items[limit-1]))
	}
	return l
}

// ServeFile answers with a file, whole or by range. Its entity tag is the digest of the bytes.
func ServeFile(w http.ResponseWriter, r *http.Request, name, mediaType string, sha256 []byte, f envelope.File) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "private, no-cache")
	if len(sha256) > 0 {
		h.Set("ETag", `"`+hex.EncodeToString(sha256)+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(f, 0, f.Size()))
}

// EventStream writes server-sent events.
type EventStream struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

// NewEventStream begins an event stream. The row needs Stream.
func NewEventStream(w http.ResponseWriter) (*EventStream, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	s := &EventStream{w: w, ctrl: http.NewResponseController(w)}
	return s, s.flush()
}

// Send writes one event; data must hold no line break, as JSON without indentation does.
func (s *EventStream) Send(eventID, event string, data []byte) error {
	if _, err := fmt.Fprintf(s.w, "id: %s\nevent: %s\ndata: %s\n\n", eventID, event, data); err != nil {
		return err
	}
	return s.flush()
}

// Ping writes a comment that keeps proxies from closing a quiet stream; send one every 15 seconds.
func (s *EventStream) Ping() error {
	if _, err := io.WriteString(s.w, ": \n\n"); err != nil {
		return err
	}
	return s.flush()
}

func (s *EventStream) flush() error {
	if err := s.ctrl.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// LastEventID reads where an event stream resumes: the header that browsers send, or the parameter last_event_id, where
// -1 means from the first event on. ok is false where the caller names none: the stream starts now.
func LastEventID(r *http.Request) (after int64, ok bool, err error) {
	v := r.Header.Get("Last-Event-ID")
	if v == "" {
		v = r.URL.Query().Get("last_event_id")
	}
	if v == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < -1 {
		return 0, false, problem.InField("header/Last-Event-ID", "bad_event_id", "Use the id of the last event that you received.")
	}
	return n, true, nil
}
