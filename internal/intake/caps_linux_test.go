package intake

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hogArg makes this test program do what a child must not get away with.
const hogArg = "test-hog"

// hog caps itself as a child does and then takes all it can get.
func hog(what string) int {
	if capMemory(64<<20) != nil || capFiles() != nil || capTime(time.Second) != nil {
		return exitCaps
	}
	switch what {
	case "memory":
		var all [][]byte
		for range 64 {
			all = append(all, make([]byte, 16<<20))
		}
		return len(all)
	case "time":
		for i := 0; ; i++ {
			if i < 0 {
				return i
			}
		}
	case "write":
		if err := os.WriteFile(filepath.Join(os.TempDir(), "consigil-hog"), []byte("x"), 0o600); err != nil {
			return 99
		}
	case "files":
		for range 32 {
			if _, err := os.Open("/dev/null"); err != nil {
				return 99
			}
		}
	}
	return 0
}

func TestCapsHold(t *testing.T) {
	for what, fits := range map[string]func(state *os.ProcessState, stderr string) bool{
		"memory": func(s *os.ProcessState, stderr string) bool {
			return s.ExitCode() == 2 && strings.Contains(stderr, "out of memory") || strings.Contains(stderr, "cannot allocate memory")
		},
		"time": func(s *os.ProcessState, _ string) bool {
			status, ok := s.Sys().(syscall.WaitStatus)
			return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
		},
		"write": func(s *os.ProcessState, _ string) bool { return s.ExitCode() == 99 || s.ExitCode() == -1 },
		"files": func(s *os.ProcessState, _ string) bool { return s.ExitCode() == 99 },
	} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, os.Args[0], hogArg, what)
		cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=single"}
		var stderr tail
		cmd.Stderr = &stderr
		began := time.Now()
		_ = cmd.Run()
		if ctx.Err() != nil || !fits(cmd.ProcessState, stderr.String()) {
			t.Errorf("%s: %v: %s", what, cmd.ProcessState, firstLine(stderr.String()))
		}
		t.Logf("%s: %v after %v: %s", what, cmd.ProcessState, time.Since(began).Round(time.Millisecond), firstLine(stderr.String()))
	}
}
