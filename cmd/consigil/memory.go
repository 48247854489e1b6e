package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Under load the collector may let garbage reach twice what lives: collecting a heap as small as ours more often cost
// half of all work. At rest the memory goes back to the system instead.
const (
	busyGCPercent = 200
	tinyGCPercent = 800 // where next to nothing lives: a time-stamp authority alone
	idleCheck     = 10 * time.Second
	idleBytes     = 8 << 20 // allocated between two checks: no more than timers and health checks ask for
)

// trimWhenIdle gives memory back to the system once whenever the process comes to rest, until ctx ends.
func trimWhenIdle(ctx context.Context, every time.Duration, trim func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last, trimmed := allocated(), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := allocated()
		quiet := now-last < idleBytes
		last = now
		if quiet && !trimmed {
			trim()
		}
		trimmed = quiet
	}
}

// allocated is how many bytes were ever allocated on the heap.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// thriftily sets the process up to be quick under load and small at rest.
func thriftily(ctx context.Context, percent int) {
	debug.SetGCPercent(percent)
	go trimWhenIdle(ctx, idleCheck, debug.FreeOSMemory)
}
