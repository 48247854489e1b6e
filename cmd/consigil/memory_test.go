package main

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The process is trimmed once when it comes to rest, and again only after it was busy in between.
func TestTrimWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var trims atomic.Int32
		go trimWhenIdle(ctx, time.Second, func() { trims.Add(1) })
		time.Sleep(3500 * time.Millisecond)
		if got := trims.Load(); got != 1 {
			t.Errorf("trimmed %d times at rest", got)
		}
		busy := make([]byte, 2*idleBytes)
		time.Sleep(time.Second)
		if got := trims.Load(); got != 1 {
			t.Errorf("trimmed %d times while busy with %d bytes", got, len(busy))
		}
		time.Sleep(2 * time.Second)
		if got := trims.Load(); got != 2 {
			t.Errorf("trimmed %d times at rest again", got)
		}
		cancel()
	})
}
