// Package op is the operation table: everything the outside can ask, entered once, with its method, path, audience,
// group, permission and limit class. From a row come the REST route, its OpenAPI entry, the checks before the
// handler, the audit entry and the method on the carrier. Rows of one noun live in one file. It is neither a
// transport nor a domain.
package op

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/problem"
)

// Group is the queue on which a carrier offers a row; the names are FaceKom's.
type Group string

// The groups (ARCHITECTURE section 4).
const (
	GroupApp            Group = "app"             // the application itself: health, sessions, settings, public pages
	GroupCustomer       Group = "customer"        // people with an account, recipients in a ceremony
	GroupTimestamp      Group = "timestamp"       // RFC 3161
	GroupDocument       Group = "document"        // documents, uploads, downloads
	GroupContract       Group = "contract"        // sealed envelopes, evidence
	GroupOffer          Group = "offer"           // envelopes before they are sealed
	GroupSignature      Group = "signature"       // acts
	GroupSignatureCheck Group = "signature-check" // validation
)

// Limit is the class of throttling (SECURITY section 7).
type Limit string

// The limit classes.
const (
	LimitAPI    Limit = ""       // F: a bucket for each caller; open to a local bucket when a shared one is down
	LimitSecret Limit = "secret" // A: guards a secret; counted by its domain in SQL, and a tight bucket here
	LimitCost   Limit = "cost"   // B: causes mail or the like
	LimitWork   Limit = "work"   // E: heavy parsing; a bounded number at a time
	LimitOpen   Limit = "open"   // G: static, health, public PKI
	LimitSign   Limit = "sign"   // D: never refused for frequency
	LimitStamp  Limit = "stamp"  // time stamps: a wide bucket for each address, so that none takes all the keys' time
)

// Audit says when a row writes an entry of its own to the audit log, before its handler runs.
type Audit string

// The audit rules. Acts on envelopes that staff take are recorded both here and in the envelope's events.
const (
	AuditAuto   Audit = ""       // changes by staff, and every read by an auditor
	AuditAlways Audit = "always" // whoever calls
	AuditNever  Audit = "never"  // nothing worth recording: health, previews of one's own input
)

// Row describes one operation. ID and Path never change once released.
type Row struct {
	ID          string // lowerCamel, unique: "createEnvelope"
	Method      string
	Path        string // of net/http's mux: "/api/v1/envelopes/{envelope}"
	Summary     string // one line for the API reference
	Description string
	Tag         string // the noun in the plural; empty: taken from the path
	Audience    access.Audience
	Group       Group
	Permission  access.Permission // asked of Staff and API callers; empty: none
	Limit       Limit
	Audit       Audit
	Status      int    // of success; 0: 200, or 204 where the output has no body
	MaxBody     int64  // bytes; 0: DefaultMaxBody
	Idempotent  bool   // a creating call: takes an Idempotency-Key
	Secret      bool   // the answer bears a secret: it is shown once and never replayed
	Stream      bool   // long answer or body: no write timeout
	Accepts     string // media type of a Raw row's body; empty: none
	Produces    string // media type of a Raw row's answer; empty: none stated
	Hidden      bool   // not in the OpenAPI document: pages, files for machines
	Page        bool   // answers with a page for people, also where it refuses
	CoreOnly    bool   // public, and yet never at an edge: signing in to the console
}

// DefaultMaxBody limits a JSON body, bytes.
const DefaultMaxBody = 1 << 20

// Op is a row with its handler.
type Op struct {
	Row
	bind  func(api huma.API, operation huma.Operation, dry bool) // Typed
	doc   Description                                            // Raw
	raw   RawHandler                                             // Raw
	input reflect.Type                                           // Typed
}

// RawHandler answers by itself; an error that it returns before its first byte becomes a problem document.
type RawHandler func(w http.ResponseWriter, r *http.Request) error

// Typed enters an operation with typed input and output. I and O follow huma: fields tagged path, query or header,
// and Body. The handler finds its caller with access.From. Constructors of rows must not touch the service they
// are given before a handler runs: the edge builds the table without one.
func Typed[I, O any](row Row, fn func(context.Context, *I) (*O, error)) Op {
	handler := func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err != nil {
			note(ctx, err)
			return nil, toProblem(err)
		}
		return out, nil
	}
	idle := func(context.Context, *I) (*O, error) { return nil, nil }
	return Op{Row: row, input: reflect.TypeFor[I](), bind: func(api huma.API, operation huma.Operation, dry bool) {
		if dry {
			huma.Register(api, operation, idle)
			return
		}
		huma.Register(api, operation, handler)
	}}
}

// Raw enters an operation that writes its own answer: files, event streams, RFC 3161, tus.
func Raw(row Row, fn RawHandler) Op { return Op{Row: row, raw: fn} }

// Outcome is what a chain learns about a handler's end: the error with its cause, which the answer does not carry.
type Outcome struct{ Err error }

type outcomeKey struct{}

// WithOutcome gives handlers below a place to leave their error.
func WithOutcome(ctx context.Context) (context.Context, *Outcome) {
	o := &Outcome{}
	return context.WithValue(ctx, outcomeKey{}, o), o
}

func note(ctx context.Context, err error) {
	if o, ok := ctx.Value(outcomeKey{}).(*Outcome); ok {
		o.Err = err
	}
}

// Empty is the input or output of an operation that has none.
type Empty struct{}

// kindStatus maps the one vocabulary to HTTP.
var kindStatus = map[problem.Kind]int{
	problem.Malformed: http.StatusBadRequest, problem.Invalid: http.StatusUnprocessableEntity,
	problem.Unauthorized: http.StatusUnauthorized, problem.Forbidden: http.StatusForbidden,
	problem.NotFound: http.StatusNotFound, problem.Conflict: http.StatusConflict, problem.Gone: http.StatusGone,
	problem.Precondition: http.StatusPreconditionFailed, problem.TooLarge: http.StatusRequestEntityTooLarge,
	problem.Unsupported: http.StatusUnsupportedMediaType, problem.Limited: http.StatusTooManyRequests,
	problem.Unavailable: http.StatusServiceUnavailable, problem.Full: http.StatusInsufficientStorage,
	problem.Internal: http.StatusInternalServerError,
}

// StatusOf returns the HTTP status of a kind.
func StatusOf(k problem.Kind) int {
	if s := kindStatus[k]; s != 0 {
		return s
	}
	return http.StatusInternalServerError
}
