package bus

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Client carries calls over a socket, one at a time on each connection. Connections are made when needed.
type Client struct {
	address string
	key     Key

	mu     sync.Mutex
	idle   []*link
	closed bool
}

// Figures of the client.
const (
	maxIdle  = 32                     // connections that wait for the next call
	peekTime = 200 * time.Microsecond // for looking whether one of them was closed
)

// NewClient returns a carrier to a Server; it connects at the first call.
func NewClient(address string, k Key) *Client { return &Client{address: address, key: k} }

type link struct {
	conn *tls.Conn
	in   *bufio.Reader
	used time.Time
}

// Call implements op.Carrier.
func (c *Client) Call(ctx context.Context, call op.Call) (*op.Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, canceled(err)
	}
	l, err := c.take(ctx)
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "core_unreachable", "The service is not reachable at the moment. Please try again.").After(2 * time.Second)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	t := &transfer{client: c, link: l, ctx: ctx, stop: stop, sent: make(chan bool, 1)}
	if err := t.begin(call); err != nil {
		return nil, t.broken(err)
	}
	header, err := t.head()
	if err != nil {
		return nil, err
	}
	return &op.Reply{Header: header, Body: t}, nil
}

// take returns an idle connection or makes one.
func (c *Client) take(ctx context.Context) (*link, error) {
	c.mu.Lock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		l := c.idle[n-1]
		c.idle = c.idle[:n-1]
		if time.Since(l.used) < idleConn/2 && alive(l) {
			c.mu.Unlock()
			return l, nil
		}
		_ = l.conn.Close()
	}
	c.mu.Unlock()
	var d net.Dialer
	network, addr := split(c.address)
	dialCtx, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	raw, err := d.DialContext(dialCtx, network, addr)
	if err != nil {
		return nil, err
	}
	conn, err := dialTLS(raw, c.key)
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return &link{conn: conn, in: bufio.NewReaderSize(conn, maxChunk)}, nil
}

// alive looks whether the other side has closed an idle connection: nothing may be readable on it.
func alive(l *link) bool {
	if l.in.Buffered() > 0 || l.conn.SetReadDeadline(time.Now().Add(peekTime)) != nil {
		return false
	}
	_, err := l.in.Peek(1)
	var timeout net.Error
	ok := errors.As(err, &timeout) && timeout.Timeout()
	return ok && l.conn.SetReadDeadline(time.Time{}) == nil
}

func (c *Client) give(l *link) {
	l.used = time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle) >= maxIdle {
		_ = l.conn.Close()
		return
	}
	c.idle = append(c.idle, l)
}

// Close closes idle connections; running calls keep theirs until they end.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, l := range c.idle {
		_ = l.conn.Close() // the other side may have closed it first
	}
	c.idle = nil
	return nil
}

// transfer is one running call: its body going out, its reply coming in.
type transfer struct {
	client *Client
	link   *link
	ctx    context.Context
	stop   func() bool
	sent   chan bool // receives once: the whole body is out
	rest   []byte
	done   bool
	err    error
}

func (t *transfer) begin(call op.Call) error {
	head := callHead{Operation: call.Operation, Group: call.Group, Header: call.Header, Body: call.Body != nil}
	if deadline, ok := t.ctx.Deadline(); ok {
		head.TimeoutMS = max(1, time.Until(deadline).Milliseconds())
	}
	if err := writeJSON(t.link.conn, frameHead, head); err != nil {
		return err
	}
	if call.Body == nil {
		t.sent <- true
		return writeFrame(t.link.conn, frameEnd, nil)
	}
	go func() { t.sent <- t.send(call.Body) == nil }()
	return nil
}

// send streams the body. Where the body itself breaks, the connection is closed: the other side must not take a part
// for the whole.
func (t *transfer) send(body io.Reader) error {
	buf := make([]byte, maxChunk)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if err := writeFrame(t.link.conn, frameData, buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return writeFrame(t.link.conn, frameEnd, nil)
		}
		if err != nil {
			return errors.Join(err, t.link.conn.Close())
		}
	}
}

func (t *transfer) head() (map[string][]string, error) {
	kind, payload, err := readFrame(t.link.in)
	if err != nil {
		return nil, t.broken(err)
	}
	switch kind {
	case frameHead:
		var h replyHead
		if err := json.Unmarshal(payload, &h); err != nil {
			return nil, t.broken(err)
		}
		return h.Header, nil
	case frameError:
		t.finish()
		return nil, readProblem(payload)
	}
	return nil, t.broken(fmt.Errorf("bus: frame of kind %d in place of a head", kind))
}

// Read implements io.Reader.
func (t *transfer) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		if t.done {
			return 0, t.err
		}
		if err := t.next(); err != nil {
			t.done, t.err = true, err
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

func (t *transfer) next() error {
	kind, payload, err := readFrame(t.link.in)
	if err != nil {
		return t.broken(err)
	}
	switch kind {
	case frameData:
		t.rest = payload
		return nil
	case frameEnd:
		t.finish()
		return io.EOF
	case frameError:
		t.finish()
		return readProblem(payload)
	}
	return t.broken(fmt.Errorf("bus: unexpected frame of kind %d", kind))
}

// finish gives the connection back if both directions are complete.
func (t *transfer) finish() {
	t.done, t.err = true, io.EOF
	if !t.stop() { // the context ended and closed the connection
		return
	}
	select {
	case whole := <-t.sent:
		if whole {
			t.client.give(t.link)
			return
		}
	default:
	}
	_ = t.link.conn.Close()
}

func (t *transfer) broken(err error) error {
	t.stop()
	_ = t.link.conn.Close()
	if ctxErr := t.ctx.Err(); ctxErr != nil {
		err = canceled(ctxErr)
	} else {
		err = problem.Wrap(err, problem.Unavailable, "core_unreachable", "The connection to the service broke. Please try again.").After(2 * time.Second)
	}
	t.done, t.err = true, err
	return err
}

// Close ends the call; one that still runs is cancelled.
func (t *transfer) Close() error {
	if t.done {
		return nil
	}
	t.done, t.err = true, io.ErrClosedPipe
	t.stop()
	return t.link.conn.Close()
}

func readProblem(payload []byte) error {
	var p problem.Error
	if err := json.Unmarshal(payload, &p); err != nil || p.Kind == "" {
		return problem.New(problem.Internal, "internal", "Something went wrong on our side.")
	}
	return &p
}
