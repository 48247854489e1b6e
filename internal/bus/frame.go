package bus

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/internal/op"
)

// A frame is one byte of kind, four bytes of length, and that many bytes.
type frameKind byte

const (
	frameHead  frameKind = 1 // JSON: callHead or replyHead
	frameData  frameKind = 2
	frameEnd   frameKind = 3 // the stream of this direction is complete
	frameError frameKind = 4 // JSON: problem.Error
)

// maxChunk bounds a data frame, bytes; heads and errors may have op.MaxCarrierHeader.
const maxChunk = 64 << 10

type callHead struct {
	Operation string              `json:"operation"`
	Group     op.Group            `json:"group"`
	Header    map[string][]string `json:"header,omitempty"`
	Body      bool                `json:"body"`
	TimeoutMS int64               `json:"timeout_ms,omitempty"` // what is left of the caller's deadline
}

type replyHead struct {
	Header map[string][]string `json:"header,omitempty"`
}

func writeFrame(w io.Writer, kind frameKind, payload []byte) error {
	buf := make([]byte, 5+len(payload))
	buf[0] = byte(kind)
	binary.BigEndian.PutUint32(buf[1:], uint32(len(payload)))
	copy(buf[5:], payload)
	_, err := w.Write(buf)
	return err
}

func writeJSON(w io.Writer, kind frameKind, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("bus: write frame: %w", err)
	}
	if len(b) > op.MaxCarrierHeader {
		return fmt.Errorf("bus: write frame: header of %d bytes is too large", len(b))
	}
	return writeFrame(w, kind, b)
}

// readFrame reads one frame; what claims to be larger than its kind allows is refused before it is read.
func readFrame(r io.Reader) (frameKind, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	kind, n := frameKind(head[0]), binary.BigEndian.Uint32(head[1:])
	limit := uint32(op.MaxCarrierHeader)
	switch kind {
	case frameData:
		limit = maxChunk
	case frameEnd:
		limit = 0
	case frameHead, frameError:
	default:
		return 0, nil, fmt.Errorf("bus: read frame: unknown kind %d", head[0])
	}
	if n > limit {
		return 0, nil, fmt.Errorf("bus: read frame: %d bytes are too many for kind %d", n, head[0])
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, noEOF(err)
	}
	return kind, payload, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// chunks writes p as data frames.
func chunks(w io.Writer, p []byte) (int, error) {
	done := 0
	for len(p) > 0 {
		n := min(len(p), maxChunk)
		if err := writeFrame(w, frameData, p[:n]); err != nil {
			return done, err
		}
		done, p = done+n, p[n:]
	}
	return done, nil
}
