package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// ChildArg is the hidden first argument with which the program starts itself
// as a child.
const ChildArg = "child-pdf"

// Sorts of children.
const (
	sortParse  = "parse"
	sortRender = "render"
)

// renderMemory is what a rendering child may add to what it has at its start:
// twice the 512 MB that PDFium's memory may grow to, as growing copies it.
const renderMemory = 1536 << 20

// childConfig is what a child is told when it starts.
type childConfig struct {
	Sort     string        `json:"sort"`
	Memory   int64         `json:"memory"` // bytes beyond what it has at its start
	CPU      time.Duration `json:"cpu"`    // processor time of a request
	CacheDir string        `json:"cache_dir,omitempty"`
}

// child is a running child as its parent sees it. One request at a time.
type child struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      io.ReadCloser
	stderr   tail
	ready    bool // said that it takes requests
	requests int
	timer    *time.Timer // while idle
	once     sync.Once
}

// startTime is how long a child may take to be ready; one that has to compile
// PDFium on a busy machine takes long.
const startTime = 2 * time.Minute

// errNeverHeard says that a child was gone before it took the request.
var errNeverHeard = errors.New("intake: child ended before the request")

// start runs the program as a child, with nothing of the parent's environment.
func start(executable string, config childConfig) (*child, error) {
	arg, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("intake: encode configuration: %w", err)
	}
	c := &child{cmd: exec.Command(executable, ChildArg, string(arg))}
	c.cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=single"}
	c.cmd.Dir = "/"
	c.cmd.Stderr = &c.stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("intake: pipe: %w", err)
	}
	if c.out, err = c.cmd.StdoutPipe(); err != nil {
		return nil, fmt.Errorf("intake: pipe: %w", err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("intake: start child: %w", err)
	}
	return c, nil
}

// await waits until a new child says that it is ready.
func (c *child) await(ctx context.Context) error {
	if c.ready {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	stop := context.AfterFunc(bounded, c.kill)
	kind, _, err := readFrame(c.out)
	switch {
	case !stop() && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		c.wait()
		return fmt.Errorf("intake: child did not start: %v: %s", c.cmd.ProcessState, firstLine(c.stderr.String()))
	case kind != frameReady:
		return errProtocol
	}
	c.ready = true
	return nil
}

// converse sends a request and serves the child until its answer.
func (c *child) converse(req request, src Source, w io.Writer) (*answer, error) {
	c.requests++
	s := &session{in: c.in, out: c.out, src: src, w: w}
	if err := writeJSON(c.in, frameRequest, req); err != nil {
		return nil, errors.Join(errNeverHeard, err)
	}
	a, err := s.run()
	if s.gone != nil && err == nil {
		return nil, c.died(s.gone, s.heard)
	}
	return a, err
}

// session is one conversation from the parent's side.
type session struct {
	in        io.Writer // to the child
	out       io.Reader // from the child
	src       Source
	w         io.Writer
	heard     bool  // the child said something
	gone      error // it stopped in the middle
	written   int64
	sourceErr error
}

// run serves frames until the answer, or until the child is gone.
func (s *session) run() (*answer, error) {
	for {
		kind, payload, err := readFrame(s.out)
		if err != nil {
			s.gone = err
			return nil, s.sourceErr
		}
		s.heard = true
		a, err := s.serve(kind, payload)
		if err != nil || a != nil {
			return a, err
		}
	}
}

// serve acts on one frame; an answer ends the conversation.
func (s *session) serve(kind byte, payload []byte) (*answer, error) {
	switch kind {
	case frameRead:
		return nil, s.read(payload)
	case frameOutput:
		if s.written += int64(len(payload)); s.written > maxOutput {
			return nil, problemTooComplex(errors.New("intake: too much output"))
		}
		if _, err := s.w.Write(payload); err != nil {
			return nil, fmt.Errorf("intake: write: %w", err)
		}
		return nil, nil
	case frameAnswer:
		if s.sourceErr != nil {
			return nil, s.sourceErr
		}
		a := &answer{}
		if err := json.Unmarshal(payload, a); err != nil {
			return nil, errors.Join(errProtocol, err)
		}
		return a, nil
	}
	return nil, errProtocol
}

// read sends a range of the file. A child that is gone shows when its words are
// read, so that why it went is known.
func (s *session) read(payload []byte) error {
	off, n, err := parseRange(payload, s.src.Size())
	if err != nil {
		return err
	}
	data := make([]byte, n)
	if got, err := s.src.ReadAt(data, off); got < n {
		s.sourceErr = fmt.Errorf("intake: read file: %w", err)
		_ = writeFrame(s.in, frameFailed, nil)
		return nil
	}
	_ = writeFrame(s.in, frameData, data)
	return nil
}

// died says why a child went without an answer. Memory and processor time are
// capped by the system, which ends the child.
func (c *child) died(cause error, heard bool) error {
	c.wait()
	text := c.stderr.String()
	state := c.cmd.ProcessState
	if !heard && text == "" && state != nil && state.ExitCode() == 0 {
		return errors.Join(errNeverHeard, cause)
	}
	detail := fmt.Errorf("intake: child ended: %v: %s", state, firstLine(text))
	if strings.Contains(text, "out of memory") || strings.Contains(text, "cannot allocate memory") || state == nil || state.ExitCode() == -1 {
		return problemTooComplex(detail)
	}
	return problem.Wrap(detail, problem.Malformed, CodeMalformed, "This PDF cannot be read.")
}

// wait waits for a child that is ending by itself, so that it can say why.
func (c *child) wait() {
	last := time.AfterFunc(time.Second, c.kill)
	defer last.Stop()
	c.once.Do(func() {
		_ = c.in.Close()
		_ = c.cmd.Wait()
	})
}

// kill ends the child at once; whoever waits for its words finds it gone.
func (c *child) kill() { _ = c.cmd.Process.Kill() }

// end closes the conversation and waits for the child to be gone. It is killed:
// it holds nothing that would need an orderly end.
func (c *child) end() {
	c.once.Do(func() {
		_ = c.in.Close()
		c.kill()
		_ = c.cmd.Wait()
	})
}

// tail keeps the first bytes that a child writes to its standard error.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p[:min(len(p), 4096-len(t.text))]...)
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
