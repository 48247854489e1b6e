package bus

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/consigil/consigil/internal/bus/bustest"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var testKey = Key{Name: bustest.Peer, Secret: bytes.Repeat([]byte{7}, 32)}

func serve(t *testing.T, address string, h op.CallHandler, k Key) *Client {
	t.Helper()
	s, err := Listen(address, h, testKey)
	if err != nil {
		t.Fatal(err)
	}
	c := NewClient(s.Addr(), k)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestMemory(t *testing.T) {
	bustest.Run(t, func(_ *testing.T, h op.CallHandler) op.Carrier { return NewMemory(bustest.Peer, h) })
}

func TestTCP(t *testing.T) {
	bustest.Run(t, func(t *testing.T, h op.CallHandler) op.Carrier { return serve(t, "127.0.0.1:0", h, testKey) })
}

func TestUnix(t *testing.T) {
	bustest.Run(t, func(t *testing.T, h op.CallHandler) op.Carrier {
		return serve(t, "unix:"+filepath.Join(t.TempDir(), "bus"), h, testKey)
	})
}

func TestWrongKeyReachesNoHandler(t *testing.T) {
	h := func(context.Context, op.Call, op.ReplyWriter) error {
		t.Error("the handler ran")
		return nil
	}
	for name, k := range map[string]Key{
		"other secret": {Name: bustest.Peer, Secret: bytes.Repeat([]byte{8}, 32)},
		"unknown name": {Name: "stranger", Secret: testKey.Secret},
		"empty name":   {Secret: testKey.Secret},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, "127.0.0.1:0", h, k)
			_, err := c.Call(context.Background(), op.Call{Operation: "x"})
			if problem.KindOf(err) != problem.Unavailable {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	c := NewClient("unix:"+filepath.Join(t.TempDir(), "nobody"), testKey)
	if _, err := c.Call(context.Background(), op.Call{Operation: "x"}); problem.From(err).Code != "core_unreachable" {
		t.Fatalf("got %v", err)
	}
}

// TestServerRestart proves that a call after a restart of the other side works: idle connections are looked at.
func TestServerRestart(t *testing.T) {
	address := "unix:" + filepath.Join(t.TempDir(), "bus")
	h := func(context.Context, op.Call, op.ReplyWriter) error { return nil }
	c := NewClient(address, testKey)
	for range 3 {
		s, err := Listen(address, h, testKey)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			r, err := c.Call(context.Background(), op.Call{Operation: "x"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(r.Body); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestKilledServerLeavesASocket proves that the next one can have its place, and that a living one keeps it.
func TestKilledServerLeavesASocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	h := func(context.Context, op.Call, op.ReplyWriter) error { return nil }
	s, err := Listen("unix:"+path, h, testKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:"+path, h, testKey); err == nil {
		t.Error("two servers on one socket")
	}
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:"+path, h, testKey); err == nil {
		t.Error("a file was taken for a socket")
	}
}

func TestFrameLimits(t *testing.T) {
	for _, f := range []struct {
		kind frameKind
		size uint32
	}{{frameData, maxChunk + 1}, {frameHead, op.MaxCarrierHeader + 1}, {frameEnd, 1}, {9, 0}} {
		head := binary.BigEndian.AppendUint32([]byte{byte(f.kind)}, f.size)
		if _, _, err := readFrame(bytes.NewReader(head)); err == nil {
			t.Errorf("kind %d with %d bytes was read", f.kind, f.size)
		}
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 2, '{', '}'})
	f.Add([]byte{2, 0, 0, 0, 3, 'a', 'b', 'c'})
	f.Add([]byte{3, 0, 0, 0, 0})
	f.Add([]byte{2, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		kind, payload, err := readFrame(r)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := writeFrame(&out, kind, payload); err != nil || !bytes.Equal(out.Bytes(), data[:len(data)-r.Len()]) {
			t.Fatalf("frame does not survive: %v", err)
		}
	})
}
