package timecheck

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/beevik/ntp"
)

const (
	ntpTimeout = 3 * time.Second
	ntpWorst   = Limit // round trip, and distance from the reference clock, of a server that counts
)

// NTP compares the clock with time servers, HOST or HOST:PORT. What counts is the
// middle one of those that answer, if more than half do.
func NTP(servers []string, now func() time.Time) Source {
	return func(ctx context.Context) (time.Duration, error) {
		answers := make(chan *time.Duration, len(servers))
		for _, server := range servers {
			go func() { answers <- askNTP(server, now) }()
		}
		var offsets []time.Duration
		for range servers {
			select {
			case offset := <-answers:
				if offset != nil {
					offsets = append(offsets, *offset)
				}
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		if 2*len(offsets) <= len(servers) {
			return 0, fmt.Errorf("%w: %d of %d", ErrNoServer, len(offsets), len(servers))
		}
		return middle(offsets), nil
	}
}

// askNTP is one server's opinion, or nil where it has none worth hearing.
func askNTP(server string, now func() time.Time) *time.Duration {
	answer, err := ntp.QueryWithOptions(server, ntp.QueryOptions{Timeout: ntpTimeout, GetSystemTime: now})
	if err != nil || answer.Validate() != nil || answer.RTT > ntpWorst || answer.RootDistance > ntpWorst {
		return nil
	}
	return &answer.ClockOffset
}

// middle is the median; of two in the middle, the one that is further off, for a
// doubtful clock is not believed.
func middle(offsets []time.Duration) time.Duration {
	slices.Sort(offsets)
	a, b := offsets[(len(offsets)-1)/2], offsets[len(offsets)/2]
	if a.Abs() > b.Abs() {
		return a
	}
	return b
}
