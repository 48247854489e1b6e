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

// capTime gives the process this much processor time from now on, and one
// second to be rounded to.
func capTime(d time.Duration) error {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return fmt.Errorf("intake: processor time: %w", err)
	}
	spent := used.Utime.Sec + used.Stime.Sec
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CPU, &now); err != nil {
		return fmt.Errorf("intake: processor time: %w", err)
	}
	return limit(syscall.RLIMIT_CPU, uint64(spent)+uint64(d/time.Second)+1, now.Max)
}

func limit(which int, soft, hard uint64) error {
	if err := syscall.Setrlimit(which, &syscall.Rlimit{Cur: soft, Max: hard}); err != nil {
		return fmt.Errorf("intake: limit %d: %w", which, err)
	}
	return nil
}
