package timecheck

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/standin/ntp"
)

func TestMonitor(t *testing.T) {
	t.Parallel()
	var offset time.Duration
	var fault error
	var told []error
	m := &Monitor{
		Source: func(context.Context) (time.Duration, error) { return offset, fault }, Every: time.Hour,
		Report: func(err error) { told = append(told, err) },
	}
	if err := m.Check(); !errors.Is(err, ErrUnchecked) {
		t.Errorf("before the first look: %v", err)
	}
	for _, step := range []struct {
		offset time.Duration
		fault  error
		want   error
	}{
		{0, nil, nil}, {-Limit, nil, nil}, {Limit + 1, nil, ErrOff}, {-Limit - 1, nil, ErrOff}, {0, ErrNoServer, ErrNoServer}, {time.Millisecond, nil, nil},
	} {
		offset, fault = step.offset, step.fault
		m.Look(t.Context())
		if err := m.Check(); !errors.Is(err, step.want) {
			t.Errorf("%v, %v: %v", step.offset, step.fault, err)
		}
	}
	if len(told) != 3 || told[0] != nil || !errors.Is(told[1], ErrOff) || told[2] != nil {
		t.Errorf("told %v", told)
	}
	m.seen = m.seen.Add(-4 * time.Hour)
	if err := m.Check(); !errors.Is(err, ErrUnchecked) {
		t.Errorf("long after the last look: %v", err)
	}
}

func TestNTP(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	right, wrong, silent := ntp.Right, ntp.Right, ntp.Silent
	for name, c := range map[string]struct {
		servers []ntp.Server
		want    time.Duration
		err     error
	}{
		"right":               {servers: []ntp.Server{{Kind: right}}},
		"off":                 {servers: []ntp.Server{{Kind: wrong, Off: 3 * time.Second}}, want: 3 * time.Second},
		"one liar of three":   {servers: []ntp.Server{{Kind: right}, {Kind: wrong, Off: time.Hour}, {Kind: right}}},
		"two that disagree":   {servers: []ntp.Server{{Kind: right}, {Kind: wrong, Off: -time.Hour}}, want: -time.Hour},
		"one of two silent":   {servers: []ntp.Server{{Kind: right}, {Kind: silent}}, err: ErrNoServer},
		"one of three silent": {servers: []ntp.Server{{Kind: right}, {Kind: silent}, {Kind: right}}},
		"unsynchronised":      {servers: []ntp.Server{{Kind: ntp.Unsynchronised}}, err: ErrNoServer},
		"kiss of death":       {servers: []ntp.Server{{Kind: ntp.KissOfDeath}}, err: ErrNoServer},
		"forged":              {servers: []ntp.Server{{Kind: ntp.Forged}}, err: ErrNoServer},
		"short":               {servers: []ntp.Server{{Kind: ntp.Short}}, err: ErrNoServer},
		"far from the source": {servers: []ntp.Server{{Kind: ntp.Dispersed}}, err: ErrNoServer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var addresses []string
			for _, s := range c.servers {
				s.Now = now
				addresses = append(addresses, s.Start(t))
			}
			got, err := NTP(addresses, now)(t.Context())
			if !errors.Is(err, c.err) || (got-c.want).Abs() > 10*time.Millisecond {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
