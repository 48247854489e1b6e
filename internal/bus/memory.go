// Package bus holds the carriers between the processes of an installation: in memory, and over a socket with mutual
// proof of a shared key. It moves calls and streams; it knows no operation and no user.
package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Memory carries calls within one process.
type Memory struct {
	handler op.CallHandler
	peer    string
}

// NewMemory returns a carrier to a handler; peer is the name under which it calls.
func NewMemory(peer string, h op.CallHandler) *Memory { return &Memory{handler: h, peer: peer} }

var errNoHead = errors.New("bus: the handler wrote before its head")

// Call implements op.Carrier.
func (m *Memory) Call(ctx context.Context, c op.Call) (*op.Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, canceled(err)
	}
	c.Peer = m.peer
	if c.Body == nil {
		c.Body = noBody{}
	}
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	mw := &memoryWriter{pipe: w, head: make(chan map[string][]string, 1)}
	failed := make(chan error, 1)
	go func() {
		err := m.run(ctx, c, mw)
		if err == nil && !mw.begun {
			err = mw.Head(nil)
		}
		err = crossed(err)
		failed <- err
		_ = w.CloseWithError(err) // never fails; nil means the end of the stream
	}()
	select {
	case header := <-mw.head:
		return &op.Reply{Header: header, Body: &memoryBody{PipeReader: r, cancel: cancel, ctx: ctx}}, nil
	case err := <-failed:
		return m.ended(mw, err, r, cancel, ctx)
	case <-ctx.Done():
		cancel()
		_ = r.CloseWithError(ctx.Err())
		return nil, canceled(ctx.Err())
	}
}

// run calls the handler; a panic of it ends this call only.
func (m *Memory) run(ctx context.Context, c op.Call, w op.ReplyWriter) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("bus: %s: panic: %v", c.Operation, v)
		}
	}()
	return m.handler(ctx, c, w)
}

// ended tells a handler that failed from one that was done before its head was seen.
func (m *Memory) ended(mw *memoryWriter, err error, r *io.PipeReader, cancel context.CancelFunc, ctx context.Context) (*op.Reply, error) {
	select {
	case header := <-mw.head:
		return &op.Reply{Header: header, Body: &memoryBody{PipeReader: r, cancel: cancel, ctx: ctx}}, nil
	default:
		cancel()
		return nil, err
	}
}

type memoryWriter struct {
	pipe  *io.PipeWriter
	head  chan map[string][]string
	begun bool
}

func (w *memoryWriter) Head(header map[string][]string) error {
	if w.begun {
		return errNoHead
	}
	w.begun = true
	w.head <- header
	return nil
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	if !w.begun {
		return 0, errNoHead
	}
	return w.pipe.Write(p)
}

type memoryBody struct {
	*io.PipeReader
	ctx    context.Context
	cancel context.CancelFunc
	once   sync.Once
	stop   func() bool
}

// Read ends with the context too: a handler that ignores it holds up nobody.
func (b *memoryBody) Read(p []byte) (int, error) {
	b.once.Do(func() {
		b.stop = context.AfterFunc(b.ctx, func() { _ = b.PipeReader.CloseWithError(canceled(b.ctx.Err())) })
	})
	return b.PipeReader.Read(p)
}

// Close cancels the handler.
func (b *memoryBody) Close() error {
	b.once.Do(func() {})
	if b.stop != nil {
		b.stop()
	}
	b.cancel()
	return b.PipeReader.Close()
}

type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }

// crossed is the form in which an error reaches the other process: its problem, without the cause.
func crossed(err error) error {
	if err == nil {
		return nil
	}
	if known := (*problem.Error)(nil); !errors.As(err, &known) && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		err = canceled(err)
	}
	p := problem.From(err)
	return problem.New(p.Kind, p.Code, p.Detail).With(p.Fields...).After(p.RetryAfter)
}

func canceled(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.Wrap(err, problem.Unavailable, "deadline_exceeded", "The answer did not come in time. Please try again.")
	}
	return problem.Wrap(err, problem.Unavailable, "call_canceled", "The call was given up.")
}
