package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/consigil/consigil/internal/problem"
)

// Exit codes of a child.
const (
	exitDone     = 0 // the parent closed the conversation
	exitUsage    = 64
	exitProtocol = 65
	exitCaps     = 66
)

// MaybeChild turns this process into a child and ends it, where it was started
// as one. It is to be called first thing in main and in TestMain.
func MaybeChild() {
	if len(os.Args) > 1 && os.Args[1] == ChildArg {
		os.Exit(RunChild(os.Args[2:]))
	}
}

// RunChild is a child's main function; it returns the exit code.
func RunChild(args []string) int {
	var config childConfig
	if len(args) != 1 || json.Unmarshal([]byte(args[0]), &config) != nil {
		return exitUsage
	}
	if err := capMemory(config.Memory); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitCaps
	}
	// A child that reads a hostile file stays small: collecting often costs it little.
	debug.SetGCPercent(40)
	work := parseOnly
	if config.Sort == sortRender {
		r, err := newRenderer(config.CacheDir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return exitCaps
		}
		work = r.work
	}
	if err := capFiles(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitCaps
	}
	if err := capTime(2 * config.CPU); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitCaps
	}
	began := spent()
	timed := func(req request, file *remote, out io.Writer) (*answer, error) {
		a, err := work(req, file, out)
		if a == nil {
			a = &answer{}
		}
		if spent()-began > config.CPU {
			a.Retire = true // what is left may not do for another request
		}
		return a, err
	}
	if writeFrame(os.Stdout, frameReady, nil) != nil {
		return exitProtocol
	}
	return converseChild(bufio.NewReader(os.Stdin), os.Stdout, timed)
}

// worker answers one request.
type worker func(req request, file *remote, out io.Writer) (*answer, error)

// converseChild answers requests until there are no more.
func converseChild(in io.Reader, out io.Writer, work worker) int {
	c := &conn{in: in, out: out}
	for {
		kind, payload, err := readFrame(in)
		if errors.Is(err, io.EOF) {
			return exitDone
		}
		var req request
		if err != nil || kind != frameRequest || json.Unmarshal(payload, &req) != nil || req.Size < 0 {
			return exitProtocol
		}
		if err := c.answer(req, work); err != nil {
			return exitProtocol
		}
	}
}

// answer does the work and says what came of it.
func (c *conn) answer(req request, work worker) error {
	o := &output{conn: c}
	a, err := c.guarded(req, work, o)
	if err == nil {
		err = o.flush()
	}
	if errors.Is(err, errProtocol) {
		return err
	}
	if err != nil {
		retire := a != nil && a.Retire
		a = &answer{Problem: newFault(explain(err)), Retire: retire}
	}
	return writeJSON(c.out, frameAnswer, a)
}

// guarded turns a panic into a problem; such a child is not used again.
func (c *conn) guarded(req request, work worker, o *output) (a *answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			a = &answer{Retire: true}
			err = problem.Wrap(fmt.Errorf("intake: panic: %v", p), problem.Malformed, CodeMalformed, "This PDF cannot be read.")
		}
	}()
	return work(req, newRemote(c, req.Size), o)
}
