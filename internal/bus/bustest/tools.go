package bustest

import (
	"context"
	"errors"
)

// gate lets a handler wait until the test has seen a chunk.
type gate chan struct{}

func newGate() gate { return make(gate) }

func (g gate) wait(ctx context.Context) error {
	select {
	case <-g:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) open() { g <- struct{}{} }

func newEnds() chan error { return make(chan error, 4) }

func buf1() []byte { return make([]byte, 1) }

// failing is a body whose source breaks.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the caller went away") }
