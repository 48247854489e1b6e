package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// face is the HTTP listener.
type face struct {
	listener net.Listener
	server   *http.Server
	streams  func() // ends event streams, so that they hold no stop up
	report   func(error)
	done     chan struct{}
}

func (f *face) Start(context.Context) error {
	f.done = make(chan struct{})
	go func() {
		defer close(f.done)
		if err := f.server.Serve(f.listener); !errors.Is(err, http.ErrServerClosed) {
			f.report(err)
		}
	}()
	return nil
}

// drainTime is how long running calls may take to end.
const drainTime = 6 * time.Second

func (f *face) Stop(ctx context.Context) error {
	f.streams()
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	err := f.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = f.server.Close()
	}
	<-f.done
	return err
}
