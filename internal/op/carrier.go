package op

import (
	"context"
	"io"
)

// Call is one operation on its way between two processes: an opening header, then a stream of bytes in each
// direction at the same time. Streams travel in bounded chunks; a slow reader slows the writer down.
type Call struct {
	Operation string              // a row's ID
	Group     Group               // the row's group: the queue it waits in
	Header    map[string][]string // at most MaxCarrierHeader bytes
	Body      io.Reader           // nil: none
	Peer      string              // set by the carrier: the proved name of the process that calls
}

// Reply is what a call brought back. Whoever got it closes Body, which cancels a call that still runs.
type Reply struct {
	Header map[string][]string
	Body   io.ReadCloser
}

// MaxCarrierHeader bounds the header of a call or reply, bytes of JSON.
const MaxCarrierHeader = 256 << 10

// Carrier takes calls to another process.
//
// The context's deadline and cancellation reach the handler. An error that the handler returns before its reply
// began is returned by Call with kind, code, detail, fields and delay unchanged; one that comes later is returned by
// reading Body. A carrier that cannot reach the other side fails with Unavailable. Nothing is repeated: a call runs at
// most once.
type Carrier interface {
	Call(ctx context.Context, c Call) (*Reply, error)
}

// ReplyWriter is the handler's side of the reply. Head comes first and once; each Write arrives without delay.
type ReplyWriter interface {
	Head(header map[string][]string) error
	io.Writer
}

// CallHandler serves calls. The body ends with an error where the caller went away; the context ends then too.
type CallHandler func(ctx context.Context, c Call, w ReplyWriter) error
