package app

import (
	"context"
	"errors"
	"net"
	"slices"
)

// Part is something that runs: it starts, and stops when it is told to or when the context of Stop ends.
type Part interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// parts start in order and stop in reverse.
type parts []Part

// start starts all; when one fails, those before it are stopped again.
func (p parts) start(ctx context.Context) error {
	for i, part := range p {
		if err := part.Start(ctx); err != nil {
			return errors.Join(err, p[:i].stop(ctx))
		}
	}
	return nil
}

// discard gives back what parts hold that were made and never started.
func (p parts) discard(ctx context.Context) error {
	var held parts
	for _, part := range p {
		switch part.(type) {
		case closer, stopper:
			held = append(held, part)
		}
	}
	return held.stop(ctx)
}

func (p parts) stop(ctx context.Context) error {
	var errs []error
	for _, part := range slices.Backward(p) {
		errs = append(errs, part.Stop(ctx))
	}
	return errors.Join(errs...)
}

// closer is a part that is only closed.
type closer func() error

func (closer) Start(context.Context) error { return nil }
func (c closer) Stop(context.Context) error {
	if err := c(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// stopper is a part that runs from its making on.
type stopper func(context.Context) error

func (stopper) Start(context.Context) error      { return nil }
func (s stopper) Stop(ctx context.Context) error { return s(ctx) }

// loop is a part that runs one function until its context ends. An error of the function is reported.
type loop struct {
	run    func(ctx context.Context) error
	report func(error)
	cancel context.CancelFunc
	done   chan struct{}
}

func (l *loop) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel, l.done = cancel, make(chan struct{})
	go func() {
		defer close(l.done)
		if err := l.run(ctx); err != nil && ctx.Err() == nil {
			l.report(err)
		}
	}()
	return nil
}

func (l *loop) Stop(ctx context.Context) error {
	l.cancel()
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
