package bus

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/op"
)

// Server serves calls that arrive over a socket.
type Server struct {
	handler  op.CallHandler
	keys     map[string]Key
	listener net.Listener
	ctx      context.Context
	stop     context.CancelFunc
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // true while a call runs on it
	shut  bool
}

// Figures of the server.
const (
	maxConns   = 1024
	idleConn   = 5 * time.Minute
	frameWrite = time.Minute // how long the other side may take to read one chunk
)

// Listen serves on an address ("unix:/path" or "host:port") until Close.
func Listen(address string, h op.CallHandler, keys ...Key) (*Server, error) {
	cfg, err := tlsConfig()
	if err != nil {
		return nil, err
	}
	network, addr := split(address)
	if network == "unix" {
		if err := removeDead(addr); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		return nil, fmt.Errorf("bus: listen: %w", err)
	}
	s := &Server{handler: h, keys: map[string]Key{}, listener: tls.NewListener(l, cfg), conns: map[net.Conn]bool{}}
	for _, k := range keys {
		if len(k.Secret) < 32 || k.Name == "" || len(k.Name) > maxPeerName {
			return nil, errors.Join(fmt.Errorf("bus: key %q: a name of up to 64 bytes and a secret of 32 are needed", k.Name), l.Close())
		}
		s.keys[k.Name] = k
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.running.Add(1)
	go s.accept()
	return s, nil
}

// removeDead removes the socket of a server that was killed. One that answers belongs to a server that lives.
func removeDead(path string) error {
	if conn, err := net.DialTimeout("unix", path, handshakeTime); err == nil {
		return errors.Join(fmt.Errorf("bus: listen: another process serves on %s", path), conn.Close())
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("bus: listen: %s is there and no socket", path)
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return fmt.Errorf("bus: remove dead socket: %w", err)
	}
	return nil
}

// Addr is the address in force.
func (s *Server) Addr() string {
	a := s.listener.Addr()
	if a.Network() == "unix" {
		return "unix:" + a.String()
	}
	return a.String()
}

func split(address string) (network, addr string) {
	if len(address) > 5 && address[:5] == "unix:" {
		return "unix", address[5:]
	}
	return "tcp", address
}

func (s *Server) accept() {
	defer s.running.Done()
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of descriptors, most likely
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if !s.track(conn) {
			_ = conn.Close()
			continue
		}
		s.running.Add(1)
		go func() {
			defer s.running.Done()
			defer s.forget(conn)
			s.serve(conn.(*tls.Conn)) // what tls.NewListener accepts
		}()
	}
}

func (s *Server) track(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut || len(s.conns) >= maxConns {
		return false
	}
	s.conns[c] = false
	return true
}

func (s *Server) forget(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// busy marks whether a call runs; it says no when the server stops.
func (s *Server) busy(c net.Conn, yes bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = yes
	return !s.shut
}

// serve handles one call after the other on a connection.
func (s *Server) serve(conn *tls.Conn) {
	peer, err := acceptTLS(conn, s.keys)
	if err != nil {
		return
	}
	in := bufio.NewReaderSize(conn, maxChunk)
	for {
		_ = conn.SetReadDeadline(time.Now().Add(idleConn))
		kind, payload, err := readFrame(in)
		if err != nil || kind != frameHead {
			return
		}
		_ = conn.SetReadDeadline(time.Time{})
		if !s.busy(conn, true) || !s.one(conn, in, peer, payload) || !s.busy(conn, false) {
			return
		}
	}
}

// one runs a call and says whether the connection may carry another.
func (s *Server) one(conn *tls.Conn, in *bufio.Reader, peer string, payload []byte) (again bool) {
	var head callHead
	if err := json.Unmarshal(payload, &head); err != nil {
		return false
	}
	ctx, cancel := context.WithCancel(s.ctx)
	if head.TimeoutMS > 0 {
		ctx, cancel = context.WithTimeout(s.ctx, time.Duration(head.TimeoutMS)*time.Millisecond)
	}
	defer cancel()
	body := newIncoming(ctx, cancel, in)
	w := &replyWriter{conn: conn}
	call := op.Call{Operation: head.Operation, Group: head.Group, Header: head.Header, Body: body, Peer: peer}
	err := s.call(ctx, call, w)
	cancel()
	if w.finish(err) != nil {
		return false
	}
	return body.complete(conn)
}

// call runs the handler; a panic of it ends this call only.
func (s *Server) call(ctx context.Context, c op.Call, w *replyWriter) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("bus: %s: panic: %v", c.Operation, v)
		}
	}()
	return s.handler(ctx, c, w)
}

// Close stops accepting, lets running calls end while the context lasts, then cancels them.
func (s *Server) Close(ctx context.Context) error {
	err := s.listener.Close()
	s.mu.Lock()
	s.shut = true
	for c, busy := range s.conns {
		if !busy {
			_ = c.Close()
		}
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.stop()
		return err
	case <-ctx.Done():
	}
	s.stop()
	s.closeAll()
	<-done
	return err
}

func (s *Server) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// replyWriter is the handler's side of a reply.
type replyWriter struct {
	conn  net.Conn
	begun bool
	fail  error
}

// Head implements op.ReplyWriter.
func (w *replyWriter) Head(header map[string][]string) error {
	if w.begun {
		return errNoHead
	}
	w.begun = true
	return w.send(func() error { return writeJSON(w.conn, frameHead, replyHead{Header: header}) })
}

// Write implements op.ReplyWriter.
func (w *replyWriter) Write(p []byte) (n int, err error) {
	if !w.begun {
		return 0, errNoHead
	}
	err = w.send(func() error {
		n, err = chunks(w.conn, p)
		return err
	})
	return n, err
}

func (w *replyWriter) send(write func() error) error {
	if w.fail != nil {
		return w.fail
	}
	_ = w.conn.SetWriteDeadline(time.Now().Add(frameWrite))
	w.fail = write()
	return w.fail
}

func (w *replyWriter) finish(err error) error {
	if err != nil {
		return w.send(func() error { return writeJSON(w.conn, frameError, crossed(err)) })
	}
	if !w.begun {
		if err := w.Head(nil); err != nil {
			return err
		}
	}
	return w.send(func() error { return writeFrame(w.conn, frameEnd, nil) })
}

// incoming is the stream of a call's body. A goroutine reads ahead by a few chunks, and after the last one watches
// the connection, so that a caller who goes away ends the call.
type incoming struct {
	ctx   context.Context
	data  chan []byte
	rest  []byte
	whole bool          // the end frame was read; set before data is closed
	ended chan struct{} // closed when the goroutine is done
}

func newIncoming(ctx context.Context, cancel context.CancelFunc, in *bufio.Reader) *incoming {
	b := &incoming{ctx: ctx, data: make(chan []byte, 4), ended: make(chan struct{})}
	go b.pump(cancel, in)
	return b
}

func (b *incoming) pump(cancel context.CancelFunc, in *bufio.Reader) {
	defer close(b.ended)
	defer cancel()
	b.whole = b.receive(in)
	close(b.data)
	if b.whole {
		_, _ = in.Peek(1) // returns when the caller goes away or, after the call, by its deadline
	}
}

// receive passes chunks on until the end frame; what a handler does not read any more is dropped.
func (b *incoming) receive(in *bufio.Reader) (whole bool) {
	for {
		kind, payload, err := readFrame(in)
		if err != nil || kind != frameData {
			return err == nil && kind == frameEnd
		}
		select {
		case b.data <- payload:
		case <-b.ctx.Done():
		}
	}
}

// Read implements io.Reader.
func (b *incoming) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		chunk, ok := <-b.data
		if !ok && b.whole {
			return 0, io.EOF
		}
		if !ok {
			return 0, io.ErrUnexpectedEOF
		}
		b.rest = chunk
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// drainTime is how long the rest of an unread body is taken in after the reply, so that the reply is not lost with
// a connection that is cut while bytes are on the way.
const drainTime = 2 * time.Second

// complete says, after the call, whether the whole body was read, so that the next frame is a head.
func (b *incoming) complete(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(drainTime))
	for range b.data { // until the end frame, or the deadline
	}
	_ = conn.SetReadDeadline(time.Now()) // ends the watch
	<-b.ended
	return b.whole && conn.SetReadDeadline(time.Time{}) == nil
}
