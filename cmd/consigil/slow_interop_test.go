//go:build interop

package main

import (
	"testing"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/standin/tsa"
)

// TestSlowTimestamp: an authority that drips is given up on in half a minute, and not sooner than a slow one needs.
func TestSlowTimestamp(t *testing.T) {
	authority := tsa.New(t, clock.System{}.Now)
	r := newRefusing(t)
	begin := time.Now()
	r.refuse(t, "timeout", "timestamp", "in.pdf", "--out", "out.tsr", "--tsa", authority.URL+"/slow")
	if took := time.Since(begin); took < 10*time.Second || took > 35*time.Second {
		t.Errorf("gave up after %v", took)
	}
}
