// Package timecheck says whether the machine's clock can be believed: it looks at
// it now and then, by the kernel's word or against other clocks, and remembers what
// it saw. It sets no clock and tells no time.
package timecheck

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limit is how far a clock may be off to be believed.
const Limit = time.Second

// Why a clock is not believed. Match with errors.Is.
var (
	ErrUnchecked      = errors.New("timecheck: the clock was not checked of late")
	ErrUnsynchronised = errors.New("timecheck: the kernel says that the clock is not synchronised")
	ErrOff            = errors.New("timecheck: the clock is off")
	ErrNoServer       = errors.New("timecheck: too few time servers answer")
)

// Source measures by how much the clock is off.
type Source func(ctx context.Context) (time.Duration, error)

// Monitor asks a source again and again. Its zero value but for Source and Every
// is usable; it believes nothing before its first look.
type Monitor struct {
	Source Source
	Every  time.Duration
	Report func(error) // told when the verdict changes; nil is a clock that is believed

	mu     sync.Mutex
	seen   time.Time
	offset time.Duration
	err    error
}

// Run looks until the context ends.
func (m *Monitor) Run(ctx context.Context) error {
	ticker := time.NewTicker(m.Every)
	defer ticker.Stop()
	for {
		m.Look(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Look measures once.
func (m *Monitor) Look(ctx context.Context) {
	offset, err := m.Source(ctx)
	if ctx.Err() != nil {
		return
	}
	if err == nil && offset.Abs() > Limit {
		err = fmt.Errorf("%w by %v", ErrOff, offset.Round(time.Millisecond))
	}
	m.mu.Lock()
	first, was := m.seen.IsZero(), m.err
	m.seen, m.offset, m.err = time.Now(), offset, err
	m.mu.Unlock()
	if m.Report != nil && (first || (was == nil) != (err == nil)) {
		m.Report(err)
	}
}

// Check is nil while the clock is believed. A look that is long past says nothing.
func (m *Monitor) Check() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.seen.IsZero() || time.Since(m.seen) > 3*m.Every+10*time.Second:
		return ErrUnchecked
	}
	return m.err
}

// Offset is what the last look found.
func (m *Monitor) Offset() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.offset
}
