//go:build interop

package sweep

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Sorts of children. A file that makes one crash, swell or hang costs that child
// and nothing else.
const (
	childSign = "sweep-sign"
	childLook = "sweep-look"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 {
		switch os.Args[1] {
		case childSign:
			os.Exit(serve(os.Args[2], newSigning))
		case childLook:
			os.Exit(serve(os.Args[2], newLooking))
		}
	}
	os.Exit(m.Run())
}

// serve answers requests, a line of JSON each, until there are no more.
func serve[Q, A any](config string, open func(string) (func(Q) A, error)) int {
	work, err := open(config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var question Q
		if err := in.Decode(&question); err == io.EOF {
			return 0
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		if err := out.Encode(work(question)); err != nil {
			return 1
		}
	}
}

// worker is a child that is started anew after it failed.
type worker struct {
	sort, config string
	patience     time.Duration // how long one answer may take
	cmd          *exec.Cmd
	in           io.WriteCloser
	out          *bufio.Reader
	said         strings.Builder // to standard error
}

func (w *worker) start() error {
	if w.cmd != nil {
		return nil
	}
	cmd := exec.Command(os.Args[0], w.sort, w.config)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOTRACEBACK=single")
	w.said.Reset()
	cmd.Stderr = &w.said
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	w.cmd, w.in, w.out = cmd, in, bufio.NewReader(out)
	return nil
}

// ask has one question answered. An error says that the child is gone.
func (w *worker) ask(question, answer any) error {
	if err := w.start(); err != nil {
		return err
	}
	timer := time.AfterFunc(w.patience, func() { _ = w.cmd.Process.Kill() })
	defer timer.Stop()
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	_, err = w.in.Write(append(line, '\n'))
	if err == nil {
		line, err = w.out.ReadBytes('\n')
	}
	if err == nil {
		err = json.Unmarshal(line, answer)
	}
	if err != nil {
		_ = w.in.Close()
		end := w.cmd.Wait()
		w.cmd = nil
		first, _, _ := strings.Cut(w.said.String(), "\n")
		return fmt.Errorf("child ended (%v): %s", end, first)
	}
	return nil
}

func (w *worker) stop() {
	if w.cmd != nil {
		_ = w.in.Close()
		_ = w.cmd.Wait()
		w.cmd = nil
	}
}
