package badinput

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
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

// installation is a running program, and everything that it logged and printed.
type installation struct {
	main *app.Main
	url  string
	data string
	key  string
	time *shifted
	log  *record
}

// record keeps what several goroutines write.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// shifted is the machine's clock, put forward.
type shifted struct{ by atomic.Int64 }

func (s *shifted) Now() time.Time { return clock.System{}.Now().Add(time.Duration(s.by.Load())) }

func (s *shifted) forward(d time.Duration) { s.by.Add(int64(d)) }

// maxFile is the largest upload of the installations of this package, bytes.
const maxFile = 4 << 20

func start(t *testing.T, change ...func(*app.Config)) *installation {
	t.Helper()
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "data"), Listen: "127.0.0.1:0", MaxFile: maxFile}
	for _, f := range change {
		f(&cfg)
	}
	in := &installation{data: cfg.Data, time: &shifted{}, log: &record{}}
	log := slog.New(slog.NewJSONHandler(in.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	in.main = &app.Main{Config: cfg, Version: "test", Clock: in.time, Log: log, Out: &record{}}
	if err := in.main.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.main.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
		if strings.Contains(in.log.String(), `"msg":"panic"`) {
			t.Errorf("the program panicked: %s", in.log.String())
		}
	})
	in.url = in.main.URL()
	key, err := os.ReadFile(filepath.Join(cfg.Data, "initial-api-key"))
	if err != nil {
		t.Fatal(err)
	}
	in.key = strings.TrimSpace(string(key))
	return in
}

func (in *installation) api(t *testing.T) *caller {
	return &caller{t: t, in: in, bearer: in.key}
}

func (in *installation) guest(t *testing.T) *caller { return &caller{t: t, in: in} }

// blobs lists the encrypted files of the installation.
func (in *installation) blobs(t *testing.T) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(in.data, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

// eventually waits for something that another part of the program does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}
