//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// harden takes standard output away from the module, whose chatter would break the protocol, and asks the system not to
// write this process to a core file: a PIN is in it. It returns the protocol's output.
func harden() (*os.File, error) {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	undumpable()
	out, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Dup2(int(null.Fd()), 1); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(out), "protocol"), nil
}
