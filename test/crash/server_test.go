//go:build interop

package crash

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is the real program, started and killed again and again on one data directory.
type server struct {
	t      *testing.T
	binary string
	data   string
	addr   string
	args   []string

	mu    sync.Mutex
	cmd   *exec.Cmd
	done  chan struct{} // closed when cmd has ended
	kills int
	log   bytes.Buffer
}

// build makes the program once.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "consigil")
	cmd := exec.Command("go", "build", "-o", binary, "github.com/consigil/consigil/cmd/consigil")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// freeAddr returns a loopback address that nothing listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func newServer(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{t: t, binary: build(t), data: filepath.Join(t.TempDir(), "data"), addr: freeAddr(t), args: args}
	t.Cleanup(s.kill)
	return s
}

// start runs the program and waits until it answers.
func (s *server) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	args := append([]string{"serve", "--data", s.data, "--listen", s.addr}, s.args...)
	s.cmd = exec.Command(s.binary, args...)
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // it was killed
		close(done)
	}(s.cmd, s.done)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		select {
		case <-s.done:
			s.t.Errorf("the server did not start: %s", tail(s.log.String()))
			return
		default:
		}
		if s.ready() {
			return
		}
	}
	s.t.Errorf("the server is not ready: %s", tail(s.log.String()))
}

func (s *server) ready() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url("/readyz"), nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

func (s *server) url(path string) string { return "http://" + s.addr + path }

// kill ends the process as a power cut would, and waits until it is gone.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	<-s.done
	s.cmd = nil
	s.kills++
}

// stop ends the process as an operator would.
func (s *server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(15 * time.Second):
		s.t.Error("the server does not stop when asked to")
		_ = s.cmd.Process.Signal(syscall.SIGKILL)
		<-s.done
	}
	s.cmd = nil
}

func (s *server) key() string {
	data, err := os.ReadFile(filepath.Join(s.data, "initial-api-key"))
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func tail(text string) string {
	const most = 2000
	if len(text) > most {
		return fmt.Sprintf("… %s", text[len(text)-most:])
	}
	return text
}
