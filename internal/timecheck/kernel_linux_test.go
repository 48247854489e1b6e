package timecheck

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

func TestKernel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state int
		timex unix.Timex
		fault error
		want  error
	}{
		"kept right":    {timex: unix.Timex{Status: 0x2001, Maxerror: 12_000}},
		"leap second":   {state: 1, timex: unix.Timex{Status: 0x2011, Maxerror: 12_000}},
		"unsync":        {state: 5, timex: unix.Timex{Status: 0x40, Maxerror: 16_000_000}, want: ErrUnsynchronised},
		"state alone":   {state: 5, want: ErrUnsynchronised},
		"status alone":  {timex: unix.Timex{Status: 0x41}, want: ErrUnsynchronised},
		"far off":       {timex: unix.Timex{Maxerror: 1_000_001}, want: ErrOff},
		"not permitted": {fault: unix.EPERM, want: unix.EPERM},
	} {
		source := Kernel(func(out *unix.Timex) (int, error) {
			if out.Modes != 0 {
				t.Errorf("%s: the clock would be set", name)
			}
			*out = c.timex
			return c.state, c.fault
		})
		if _, err := source(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := System()(t.Context()); err != nil && !errors.Is(err, ErrUnsynchronised) && !errors.Is(err, ErrOff) {
		t.Errorf("this kernel: %v", err)
	}
}
