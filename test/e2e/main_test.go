// Package e2e drives the whole program over HTTP, as one process and as edge and core, with the Main type that the
// command shares. It reaches into nothing,
// apart from the database of a core that has ended, to see which keys it holds.
package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/intake"
)

func TestMain(m *testing.M) {
	intake.MaybeChild()
	os.Exit(m.Run())
}

// cacheDir holds compiled render code for all tests of this run.
var cacheDir = filepath.Join(os.TempDir(), "consigil-e2e-cache")

// installation is a running program, or two.
type installation struct {
	core, edge *app.Main
	staffURL   string // where staff and API accounts call
	guestURL   string // where recipients call
	key        string
	out        bytes.Buffer
	log        *bytes.Buffer
}

// start runs one process and stops it with the test.
func start(t *testing.T, m *app.Main) {
	t.Helper()
	if err := m.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		begin := time.Now()
		if err := m.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("the stop took %v", took)
		}
		select {
		case err := <-m.Failed():
			t.Errorf("a part failed: %v", err)
		default:
		}
	})
}

func quiet(w *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(&locked{w: w}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func allInOne(t *testing.T, change ...func(*app.Config)) *installation {
	t.Helper()
	in := &installation{log: &bytes.Buffer{}}
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", CacheDir: cacheDir}
	for _, f := range change {
		f(&cfg)
	}
	in.core = &app.Main{Config: cfg, Version: "test", Clock: clock.System{}, Log: quiet(in.log), Out: &in.out}
	start(t, in.core)
	in.staffURL, in.guestURL = in.core.URL(), in.core.URL()
	in.readKey(t, cfg.Data)
	return in
}

func (in *installation) readKey(t *testing.T, data string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(data, "initial-api-key"))
	if err != nil {
		t.Fatal(err)
	}
	in.key = strings.TrimSpace(string(key))
}

// edgeAndCore runs two processes' worth of parts: core with the store and keys, and an edge that has a folder of its
// own in which it must leave nothing.
func edgeAndCore(t *testing.T) *installation {
	t.Helper()
	dir := t.TempDir()
	busKey := filepath.Join(dir, "bus.key")
	secret := make([]byte, 32)
	rand.Read(secret)
	if err := os.WriteFile(busKey, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	edgeAddr := freeAddress(t)
	in := &installation{log: &bytes.Buffer{}}
	cfg := app.Config{
		Data: filepath.Join(dir, "core"), Listen: "127.0.0.1:0", Role: []string{app.RoleCore, app.RoleWorker},
		CacheDir:  cacheDir,
		BusListen: "unix:" + filepath.Join(dir, "bus"), BusKeyFile: busKey, PublicURL: "http://" + edgeAddr,
	}
	in.core = &app.Main{Config: cfg, Version: "test", Clock: clock.System{}, Log: quiet(in.log), Out: &in.out}
	start(t, in.core)
	edgeDir := filepath.Join(dir, "edge")
	in.edge = &app.Main{Config: app.Config{
		Data: edgeDir, Listen: edgeAddr, Role: []string{app.RoleEdge},
		BusConnect: in.core.BusAddress(), BusKeyFile: busKey, PublicURL: cfg.PublicURL,
	}, Version: "test", Clock: clock.System{}, Log: quiet(&bytes.Buffer{}), Out: &bytes.Buffer{}}
	start(t, in.edge)
	t.Cleanup(func() {
		if _, err := os.Stat(edgeDir); err == nil {
			t.Error("the edge made a data directory")
		}
	})
	in.staffURL, in.guestURL = in.core.URL(), in.edge.URL()
	in.readKey(t, cfg.Data)
	return in
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func (in *installation) api(t *testing.T) *caller {
	return &caller{t: t, base: in.staffURL, bearer: in.key}
}

func (in *installation) guest(t *testing.T) *caller { return &caller{t: t, base: in.guestURL} }
