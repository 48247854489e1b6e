package intake

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// capMemory lets the process grow by this many bytes of address space, and has
// Go collect more eagerly from three quarters on.
func capMemory(grow int64) error {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return fmt.Errorf("intake: address space: %w", err)
	}
	first, _, _ := bytes.Cut(statm, []byte(" "))
	pages, err := strconv.ParseInt(string(first), 10, 64)
	if err != nil {
		return fmt.Errorf("intake: address space: %w", err)
	}
	debug.SetMemoryLimit(grow / 4 * 3)
	most := uint64(pages*int64(os.Getpagesize()) + grow)
	if err := limit(syscall.RLIMIT_AS, most, most); err != nil {
		return err
	}
	return limit(syscall.RLIMIT_CORE, 0, 0)
}

// capFiles lets the process open hardly any file more and write none; a child
// that renders has written its cache by then.
func capFiles() error {
	if err := limit(syscall.RLIMIT_NOFILE, 16, 16); err != nil {
		return err
	}
	return limit(syscall.RLIMIT_FSIZE, 0, 0)
}

// capTime gives the process this much processor time from now on. Then the
// system kills it: Go would overhear the signal of a soft limit.
func capTime(d time.Duration) error {
	most := uint64((spent() + d) / time.Second)
	return limit(syscall.RLIMIT_CPU, most, most)
}

// spent is the processor time that the process has used.
func spent() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func limit(which int, soft, hard uint64) error {
	if err := syscall.Setrlimit(which, &syscall.Rlimit{Cur: soft, Max: hard}); err != nil {
		return fmt.Errorf("intake: limit %d: %w", which, err)
	}
	return nil
}
