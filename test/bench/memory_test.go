//go:build bench

package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
)

// highWater is the most memory that a process ever held, in megabytes.
func highWater(pid string) (float64, error) {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("process %s has ended", pid)
	}
	kb, err := strconv.ParseFloat(fields[0], 64)
	return kb / 1024, err
}

// peakOf runs a command and looks at its memory until it ends.
func peakOf(t *testing.T, name string, args ...string) float64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	peak := 0.0
	for {
		if mb, err := highWater(strconv.Itoa(cmd.Process.Pid)); err == nil {
			peak = max(peak, mb)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, out.String())
			}
			return peak
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// TestMemory signs large files, and many at once, in processes of their own.
func TestMemory(t *testing.T) {
	b := newBench(t)
	binary, err := filepath.Abs("../../bin/consigil")
	if err != nil {
		t.Fatal(err)
	}
	section("peak memory (VmHWM of the whole process; the program itself takes most of the first)")
	for _, f := range []struct {
		name  string
		size  int64
		limit int
	}{{"one page", 0, 0}, {"100 MB", 100 << 20, 48}, {"1 GB", 1 << 30, 64}} {
		in := b.large(f.size)
		peak := peakOf(t, binary, "sign", in, "--out", in+".signed", "--key", b.keyFile, "--cert", b.certFile)
		b.remove(in, in+".signed")
		figure("consigil sign, "+f.name, "%8.1f MB%s", peak, limit(f.limit, "MB"))
	}
	in := b.large(10 << 20)
	defer b.remove(in)
	peak := peakOf(t, os.Args[0], "-together", in, "-key", b.keyFile, "-cert", b.certFile)
	figure("64 signings of 10 MB at once", "%8.1f MB%s", peak, limit(200, "MB"))
}

// together signs one file 64 times at the same time, each to a file of its own: what
// the measured process does.
func together(in, keyFile, certFile string) error {
	key, cert, err := readIdentity(keyFile, certFile)
	if err != nil {
		return err
	}
	s, err := signer.FromKey(key)
	if err != nil {
		return err
	}
	opt := pades.Options{Certificate: cert, Time: clock.System{}.Now(), Level: pades.LevelB}
	errs := make([]error, 64)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = signTo(context.Background(), in, fmt.Sprintf("%s.%d", in, i), s, opt) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return err
		}
		if err := os.Remove(fmt.Sprintf("%s.%d", in, i)); err != nil {
			return err
		}
	}
	return nil
}
