// Package problem holds the one vocabulary of errors that may reach a caller: a kind, which decides what a
// transport does, and a stable code, on which programs may rely. It knows no transport and carries no
// submitted value: details name what is wrong, never what was sent.
package problem

import (
	"errors"
	"time"
)

// Kind says what class of thing went wrong. Kinds survive RPC unchanged.
type Kind string

// The kinds. Each maps to one HTTP status at the edge.
const (
	Malformed    Kind = "malformed"    // 400: bytes that cannot be read as what they claim to be
	Invalid      Kind = "invalid"      // 422: readable, but breaks a rule; Fields say where
	Unauthorized Kind = "unauthorized" // 401: no or unusable credential
	Forbidden    Kind = "forbidden"    // 403: known caller without the permission
	NotFound     Kind = "not_found"    // 404: absent, or another organization's
	Conflict     Kind = "conflict"     // 409: the present state does not allow it
	Gone         Kind = "gone"         // 410: expired, revoked or used up
	Precondition Kind = "precondition" // 412: If-Match does not match
	TooLarge     Kind = "too_large"    // 413: over a stated limit
	Unsupported  Kind = "unsupported"  // 415: a media type or construct that is refused
	Limited      Kind = "limited"      // 429: too often; RetryAfter says when
	Unavailable  Kind = "unavailable"  // 503: a part that is needed is down; RetryAfter may say when
	Full         Kind = "full"         // 507: no room to store it
	Internal     Kind = "internal"     // 500: anything else; its text never reaches a caller
)

// Field points at one faulty member of a request.
type Field struct {
	Pointer string `json:"pointer"` // RFC 6901 pointer into the request body, or "query/NAME"
	Code    string `json:"code"`
	Detail  string `json:"detail,omitempty"`
}

// Error is a problem that a caller may see.
type Error struct {
	Kind       Kind          `json:"kind"`
	Code       string        `json:"code"`
	Detail     string        `json:"detail,omitempty"`
	Fields     []Field       `json:"fields,omitempty"`
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	cause      error
}

// New makes a problem. Detail is one plain sentence for a person: what happened and what to do.
func New(kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// Wrap makes a problem that keeps its cause for the log; the cause is never shown to a caller.
func Wrap(cause error, kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail, cause: cause}
}

// InField makes an Invalid problem about one member.
func InField(pointer, code, detail string) *Error {
	e := New(Invalid, code, detail)
	e.Fields = []Field{{Pointer: pointer, Code: code, Detail: detail}}
	return e
}

// Error implements error with kind and code; it holds no submitted value.
func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Code
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare kind and code, so that a sentinel matches a copy that crossed RPC.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// With returns a copy with further faulty members.
func (e *Error) With(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// After returns a copy that asks the caller to come back later.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// From finds the problem in an error chain; anything unknown becomes a bland Internal.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal, "internal", "Something went wrong on our side. It has been recorded; please try again.")
}

// KindOf returns the kind of an error, Internal for unknown ones.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return From(err).Kind
}
