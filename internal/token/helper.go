package token

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
)

// errGone says that a helper ended, or was ended, before it answered.
var errGone = errors.New("token: the helper ended")

// startTime is how long a module may take to load.
const startTime = 30 * time.Second

// helper is one running process.
type helper struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	library string

	writing sync.Mutex

	mu        sync.Mutex
	next      uint64
	waiting   map[uint64]chan *wire.Response
	dead      error
	admission *admission    // nil: the PIN was not handed over
	gone      chan struct{} // closed when the process is reaped

}

// environment is this process's own without its configuration: a module finds its settings there, not our secrets.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CONSIGIL_") })
}

// start runs a helper and hears what it has to say first.
func start(path, module string) (*helper, error) {
	h := &helper{cmd: exec.Command(path, module), waiting: map[uint64]chan *wire.Response{}, gone: make(chan struct{})}
	h.cmd.Env = environment()
	h.cmd.Dir = "/"
	out, err := h.pipes()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHelper, err)
	}
	if err := h.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHelper, err)
	}
	late := time.AfterFunc(startTime, h.kill)
	var hello wire.Hello
	err = wire.Read(out, &hello)
	late.Stop()
	switch {
	case err != nil:
		h.kill()
		return nil, fmt.Errorf("%w: %w: %v", errGone, err, h.reap())
	case hello.Error != nil:
		_ = h.reap()
		return nil, typed(hello.Error)
	}
	h.library = hello.Library
	go h.listen(out)
	return h, nil
}

func (h *helper) pipes() (io.Reader, error) {
	var err error
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return h.cmd.StdoutPipe()
}

// reap waits for the end of the process and says how it came.
func (h *helper) reap() string {
	_ = h.in.Close()
	_ = h.cmd.Wait()
	return h.cmd.ProcessState.String()
}

// listen hands each answer to the call that waits for it, until the helper ends or talks nonsense.
func (h *helper) listen(out io.Reader) {
	for {
		answer := &wire.Response{}
		if err := wire.Read(out, answer); err != nil {
			h.kill()
			h.bury(fmt.Errorf("%w: %s", errGone, h.reap()))
			return
		}
		h.mu.Lock()
		waiting := h.waiting[answer.ID]
		delete(h.waiting, answer.ID)
		h.mu.Unlock()
		if waiting != nil { // else the caller has given up
			waiting <- answer
		}
	}
}

// bury tells every call that waits.
func (h *helper) bury(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dead = err
	close(h.gone)
}

// kill ends the process at once: it holds nothing that would need an orderly end.
func (h *helper) kill() { _ = h.cmd.Process.Kill() }

// end ends the process and waits for that, so that no token stays claimed. A module gets its time to say goodbye.
func (h *helper) end() {
	h.writing.Lock()
	_ = h.in.Close()
	h.writing.Unlock()
	late := time.AfterFunc(3*time.Second, h.kill)
	defer late.Stop()
	<-h.gone
}

// ended says whether the helper is of no more use.
func (h *helper) ended() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dead != nil
}

// send writes a request and returns where its answer will come.
func (h *helper) send(r wire.Request) (uint64, chan *wire.Response, error) {
	answer := make(chan *wire.Response, 1)
	h.mu.Lock()
	if h.dead != nil {
		defer h.mu.Unlock()
		return 0, nil, h.dead
	}
	h.next++
	r.ID = h.next
	h.waiting[r.ID] = answer
	h.mu.Unlock()
	h.writing.Lock()
	err := wire.Write(h.in, r)
	h.writing.Unlock()
	if err != nil {
		<-h.gone // a helper that does not read has ended, and listen sees it
		return 0, nil, h.dead
	}
	return r.ID, answer, nil
}

// forget gives up waiting for an answer.
func (h *helper) forget(id uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.waiting, id)
}
