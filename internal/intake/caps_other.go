//go:build !linux

package intake

import (
	"runtime/debug"
	"time"
)

// Where the system is not Linux a child is bounded by the library's own limits,
// by Go's memory limit and by the parent's deadline.

func capMemory(grow int64) error {
	debug.SetMemoryLimit(grow / 4 * 3)
	return nil
}

func capFiles() error { return nil }

func capTime(time.Duration) error { return nil }

func spent() time.Duration { return 0 }
