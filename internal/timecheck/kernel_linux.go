package timecheck

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// What adjtimex(2) says of a clock that nobody keeps right.
const (
	staUnsync = 0x40
	timeError = 5
)

// Adjtimex reads the kernel's clock discipline; unix.Adjtimex does.
type Adjtimex func(*unix.Timex) (state int, err error)

// Kernel asks the kernel whether something keeps the clock right, and how far it
// may be off.
func Kernel(read Adjtimex) Source {
	return func(context.Context) (time.Duration, error) {
		var t unix.Timex // Modes is zero: nothing is set
		state, err := read(&t)
		if err != nil {
			return 0, fmt.Errorf("timecheck: ask the kernel: %w", err)
		}
		if state == timeError || t.Status&staUnsync != 0 {
			return 0, ErrUnsynchronised
		}
		if most := time.Duration(t.Maxerror) * time.Microsecond; most > Limit {
			return 0, fmt.Errorf("%w, the kernel says, by up to %v", ErrOff, most)
		}
		return 0, nil
	}
}

// System is the kernel of this machine.
func System() Source { return Kernel(unix.Adjtimex) }
