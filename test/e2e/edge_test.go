package e2e

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/internal/clock"
)

// TestEdgeHoldsNothing asks an edge for what it must not have, and takes core away from it.
func TestEdgeHoldsNothing(t *testing.T) {
	in := edgeAndCore(t)
	at := &caller{t: t, base: in.guestURL, bearer: in.key}
	for _, path := range []string{"/api/v1/envelopes", "/api/v1/users", "/api/v1/sessions", "/api/v1/audit"} {
		at.refused(http.StatusNotFound, "no_such_path", http.MethodGet, path, nil)
	}
	at.refused(http.StatusNotFound, "no_such_path", http.MethodPost, "/api/v1/sessions/exchange", map[string]any{"token": "x"})
	at.must(http.MethodGet, "/livez", nil, nil)
	at.must(http.MethodGet, "/readyz", nil, nil)
	if err := in.core.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	in.guest(t).refused(http.StatusServiceUnavailable, "core_unreachable", http.MethodGet, "/pki/trust.pem", nil)
	in.guest(t).refused(http.StatusServiceUnavailable, "core_unreachable", http.MethodGet, "/readyz", nil)
	in.guest(t).must(http.MethodGet, "/livez", nil, nil)
	in.guest(t).must(http.MethodGet, "/verify", nil, nil)
}

// TestTimestampRole runs the authority alone: no operation but its own is there.
func TestTimestampRole(t *testing.T) {
	m := &app.Main{
		Config: app.Config{Data: filepath.Join(t.TempDir(), "d"), Listen: "127.0.0.1:0", Role: []string{app.RoleTSA}, TSAClock: "trust-host", CacheDir: cacheDir}, Version: "test",
		Clock: clock.System{}, Log: quiet(&bytes.Buffer{}), Out: &bytes.Buffer{},
	}
	start(t, m)
	in := &installation{core: m, guestURL: m.URL(), staffURL: m.URL()}
	in.timestamps(t)
	in.trust(t)
	guest := in.guest(t)
	guest.must(http.MethodGet, "/readyz", nil, nil)
	guest.refused(http.StatusNotFound, "no_such_path", http.MethodGet, "/api/v1/envelopes", nil)
}

// TestStopEndsStreams proves that a stop waits for no event stream.
func TestStopEndsStreams(t *testing.T) {
	in := allInOne(t)
	in.follow(t)
	if err := in.core.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}
