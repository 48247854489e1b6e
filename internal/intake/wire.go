package intake

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// The protocol: frames of one byte that says what it is, four bytes of length
// (big endian) and a payload. The child says once that it is ready. Then the
// parent sends a request; until the child's answer, the child may ask for ranges of the file, which the parent sends, and
// send output. Nothing else is ever said.
const (
	frameRequest = 'Q' // parent: request as JSON
	frameData    = 'D' // parent: the range asked for
	frameFailed  = 'X' // parent: the range cannot be read
	frameReady   = 'H' // child: it can take requests
	frameRead    = 'R' // child: offset (8 bytes) and length (4 bytes) of a range
	frameOutput  = 'O' // child: a piece of output
	frameAnswer  = 'A' // child: answer as JSON; ends the request
)

// Caps on frames, bytes.
const (
	maxChunk  = 1 << 20  // data and output
	maxAnswer = 32 << 20 // 5,000 pages, 100,000 form fields, or a page full of text
	maxOutput = 1 << 30  // of one request
)

// Operations.
const (
	opInspect = "inspect"
	opJudge   = "judge"
	opImage   = "image"
	opText    = "text"
)

// request is what the parent asks.
type request struct {
	Op       string    `json:"op"`
	Size     int64     `json:"size"`
	Page     int       `json:"page,omitempty"`
	DPI      int       `json:"dpi,omitempty"`
	Format   string    `json:"format,omitempty"`
	MaxPages int       `json:"max_pages,omitempty"`
	Now      time.Time `json:"now"`
	Anchors  [][]byte  `json:"anchors,omitempty"` // DER
}

// answer is what the child found.
type answer struct {
	Problem    *fault      `json:"problem,omitempty"`
	Inspection *Inspection `json:"inspection,omitempty"`
	Runs       []Run       `json:"runs,omitempty"`
	Retire     bool        `json:"retire,omitempty"` // the child must not be used again
}

// fault is a problem with its cause as text.
type fault struct {
	Kind   problem.Kind `json:"kind"`
	Code   string       `json:"code"`
	Detail string       `json:"detail"`
	Cause  string       `json:"cause"`
}

func newFault(err error) *fault {
	p := problem.From(err)
	return &fault{Kind: p.Kind, Code: p.Code, Detail: p.Detail, Cause: err.Error()}
}

func (f *fault) err() error {
	return problem.Wrap(errors.New("intake: child: "+f.Cause), f.Kind, f.Code, f.Detail)
}

// writeFrame writes one frame in one call.
func writeFrame(w io.Writer, kind byte, payload []byte) error {
	buf := make([]byte, 5, 5+len(payload))
	buf[0] = kind
	binary.BigEndian.PutUint32(buf[1:], uint32(len(payload)))
	_, err := w.Write(append(buf, payload...))
	return err
}

// writeJSON writes a frame that holds JSON.
func writeJSON(w io.Writer, kind byte, v any) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("intake: encode frame: %w", err)
	}
	return writeFrame(w, kind, payload)
}

// readFrame reads one frame; answers may be longer than other frames.
func readFrame(r io.Reader) (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := int64(binary.BigEndian.Uint32(head[1:]))
	most := int64(maxChunk)
	if head[0] == frameAnswer {
		most = maxAnswer
	}
	if n > most {
		return 0, nil, errProtocol
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, errors.Join(errProtocol, err)
	}
	return head[0], payload, nil
}

// readRange is the payload of frameRead.
func readRange(off int64, n int) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 12), uint64(off))
	return binary.BigEndian.AppendUint32(b, uint32(n))
}

// parseRange reads the payload of frameRead and checks it against a file's size.
func parseRange(payload []byte, size int64) (off int64, n int, err error) {
	if len(payload) != 12 {
		return 0, 0, errProtocol
	}
	o, l := binary.BigEndian.Uint64(payload), binary.BigEndian.Uint32(payload[8:])
	if l > maxChunk || o > uint64(size) || uint64(l) > uint64(size)-o {
		return 0, 0, errProtocol
	}
	return int64(o), int(l), nil
}

// limitedBuffer keeps a page image; longer ones cannot be.
type limitedBuffer struct{ data []byte }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if len(b.data)+len(p) > 128<<20 {
		return 0, errProtocol
	}
	b.data = append(b.data, p...)
	return len(p), nil
}
