//go:build interop

package token

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/softhsm"
)

// flaky is the module of testdata/flaky.c, which misbehaves as it is told, over SoftHSM.
type flaky struct {
	t       *testing.T
	module  string
	control string
}

func newFlaky(t *testing.T) *flaky {
	t.Helper()
	dir := t.TempDir()
	f := &flaky{t: t, module: filepath.Join(dir, "flaky.so"), control: filepath.Join(dir, "control")}
	softhsm.Run(t, "gcc", "-shared", "-fPIC", "-O1", "-o", f.module, filepath.Join("testdata", "flaky.c"), "-ldl")
	t.Setenv("FLAKY_CONTROL", f.control)
	return f
}

func (f *flaky) say(words string) {
	f.t.Helper()
	if err := os.WriteFile(f.control, []byte(words+"\n"), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// logins counts the PINs that were entered, for the user (1) or for one signature (2).
func (f *flaky) logins(user string) int {
	data, err := os.ReadFile(f.control + ".logins")
	if err != nil && !os.IsNotExist(err) {
		f.t.Fatal(err)
	}
	return strings.Count(string(data), user+"\n")
}

func (f *flaky) use(cfg *Config) { cfg.Module = f.module }

func selected(t *testing.T, c *Client, label string) *Key {
	t.Helper()
	key, err := c.Select(t.Context(), wire.Object{Label: label})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// load signs from workers goroutines and says how many signatures came, all different messages, all verified by Sign.
func load(t *testing.T, key *Key, workers, each int, between func(done int)) int {
	t.Helper()
	var mu sync.Mutex
	done, seen := 0, map[string]bool{}
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				value, err := key.Sign(t.Context(), signer.ECDSASHA256, fmt.Appendf(nil, "%d of %d", i, w))
				mu.Lock()
				if err != nil {
					t.Errorf("worker %d, signature %d: %v", w, i, err)
				}
				if seen[string(value)] {
					t.Errorf("worker %d, signature %d came twice", w, i)
				}
				seen[string(value)] = true
				done++
				between(done)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return len(seen)
}

// TestEightByTwoHundred signs from eight goroutines at once.
func TestEightByTwoHundred(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	key := selected(t, open(t, k), "seal")
	begin := time.Now()
	if n := load(t, key, 8, 200, func(int) {}); n != 1600 {
		t.Errorf("%d signatures, want 1600", n)
	}
	took := time.Since(begin)
	t.Logf("1600 signatures by P-256 in %v, %.0f a second", took.Round(time.Millisecond), 1600/took.Seconds())
}

// TestSessionsStayWithinTheLimit: a token of two sessions serves eight callers, and one of one serves a writer too.
func TestSessionsStayWithinTheLimit(t *testing.T) {
	for _, limit := range []string{"sessions 2", "sessions 1"} {
		f := newFlaky(t)
		k := softhsm.New(t, "consigil")
		k.Generate("EC:prime256v1", "01", "seal")
		f.say(limit)
		c := open(t, k, f.use)
		if n := load(t, selected(t, c, "seal"), 8, 20, func(int) {}); n != 160 {
			t.Errorf("%s: %d signatures, want 160", limit, n)
		}
		if _, err := c.Generate(t.Context(), "P-256", "another"); err != nil {
			t.Errorf("%s: generate: %v", limit, err)
		}
		if n := load(t, selected(t, c, "another"), 2, 5, func(int) {}); n != 10 {
			t.Errorf("%s: %d signatures, want 10", limit, n)
		}
	}
}

// TestHelperKilledUnderLoad: nothing is lost and nothing doubled when the helper is killed again and again.
func TestHelperKilledUnderLoad(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	c := open(t, k)
	key := selected(t, c, "seal")
	kills := 0
	n := load(t, key, 8, 50, func(done int) {
		if done%130 == 0 {
			kills++
			c.mu.Lock()
			running := c.running
			c.mu.Unlock()
			running.kill()
		}
	})
	if n != 400 || kills != 3 {
		t.Errorf("%d signatures and %d kills, want 400 and 3", n, kills)
	}
}

// TestFaultsUnderLoad: every way in which a token lets go of us, in the middle of work.
func TestFaultsUnderLoad(t *testing.T) {
	for _, fault := range []string{"removed 2", "error 3", "loggedout 3", "session 3", "key 3", "crash 2", "hang 2", "chatter 3"} {
		t.Run(fault, func(t *testing.T) {
			f := newFlaky(t)
			k := softhsm.New(t, "consigil")
			k.Generate("EC:prime256v1", "01", "seal")
			key := selected(t, open(t, k, f.use), "seal")
			n := load(t, key, 8, 15, func(done int) {
				if done == 40 {
					f.say(fault)
				}
			})
			if n != 120 {
				t.Errorf("%d signatures, want 120", n)
			}
			if left, _ := os.ReadFile(f.control); !strings.HasSuffix(strings.TrimSpace(string(left)), " 0") {
				t.Errorf("the faults did not all happen: %s", left)
			}
		})
	}
}

// TestPulledToken: the token's folder is moved away in the middle of work and comes back.
func TestPulledToken(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	c := open(t, k)
	key := selected(t, c, "seal")
	var push sync.Once
	n := load(t, key, 4, 40, func(done int) {
		if done == 50 {
			k.Pull()
			push.Do(func() { time.AfterFunc(1500*time.Millisecond, k.Push) })
		}
	})
	if n != 160 {
		t.Errorf("%d signatures, want 160", n)
	}
}

// TestTokenThatStaysAway is an error in time, and the next call finds the token again.
func TestTokenThatStaysAway(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	c := open(t, k, func(cfg *Config) { cfg.Patience = time.Second })
	key := selected(t, c, "seal")
	k.Pull()
	c.running.kill()
	begin := time.Now()
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("x")); !errors.Is(err, ErrNoToken) {
		t.Errorf("while away: %v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := key.Sign(ctx, signer.ECDSASHA256, []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a deadline: %v", err)
	}
	if err := c.Health(t.Context()); !errors.Is(err, ErrNoToken) {
		t.Errorf("health while away: %v", err)
	}
	k.Push()
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("x")); err != nil {
		t.Errorf("when back: %v", err)
	}
	if err := c.Health(t.Context()); err != nil {
		t.Errorf("health when back: %v", err)
	}
}

// TestModuleThatAlwaysCrashes costs an error, and not for ever.
func TestModuleThatAlwaysCrashes(t *testing.T) {
	f := newFlaky(t)
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	key := selected(t, open(t, k, f.use, func(cfg *Config) { cfg.Patience = 2 * time.Second }), "seal")
	f.say("crash 1000")
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("x")); !errors.Is(err, ErrHelper) {
		t.Errorf("got %v", err)
	}
	f.say("count")
	_, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("x"))
	for end := time.Now().Add(2 * maxWait); err != nil && time.Now().Before(end); { // the next start may not be due within a call's patience
		_, err = key.Sign(t.Context(), signer.ECDSASHA256, []byte("x"))
	}
	if err != nil {
		t.Errorf("once it is mended: %v", err)
	}
}

// TestWrongPIN is tried once, whatever is asked afterwards, until another PIN is there.
func TestWrongPIN(t *testing.T) {
	f := newFlaky(t)
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	pin := "0000-wrong"
	c := open(t, k, f.use, func(cfg *Config) { cfg.PIN = func() ([]byte, error) { return []byte(pin), nil } })
	for range 3 {
		_, err := c.Keys(t.Context())
		if !errors.Is(err, ErrPIN) || strings.Contains(err.Error(), pin) {
			t.Errorf("got %v", err)
		}
	}
	if n := f.logins("1"); n != 1 {
		t.Errorf("the wrong PIN was entered %d times", n)
	}
	pin = softhsm.PIN
	if _, err := c.Keys(t.Context()); err != nil {
		t.Errorf("with the right PIN: %v", err)
	}
}

// TestLastTryIsNotTaken: a right PIN is not entered either where a wrong one would lock the token.
func TestLastTryIsNotTaken(t *testing.T) {
	for word, want := range map[string]error{"finaltry": ErrFinalTry, "locked": ErrLocked} {
		f := newFlaky(t)
		k := softhsm.New(t, "consigil")
		f.say(word)
		c := open(t, k, f.use)
		for range 2 {
			if _, err := c.Keys(t.Context()); !errors.Is(err, want) {
				t.Errorf("%s: %v", word, err)
			}
		}
		if n := f.logins("1"); n != 0 {
			t.Errorf("%s: a PIN was entered %d times", word, n)
		}
	}
}

// TestAlwaysAuthenticate: such a key gets the PIN for each signature.
func TestAlwaysAuthenticate(t *testing.T) {
	f := newFlaky(t)
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal", "--always-auth")
	key := selected(t, open(t, k, f.use), "seal")
	if !key.AlwaysAuthenticate {
		t.Error("the key does not say so")
	}
	if n := load(t, key, 4, 10, func(int) {}); n != 40 {
		t.Errorf("%d signatures, want 40", n)
	}
	if n := f.logins("2"); n != 40 {
		t.Errorf("the PIN was entered for %d signatures, want 40", n)
	}
	f.say("finaltry")
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("x")); !errors.Is(err, ErrFinalTry) {
		t.Errorf("on the last try: %v", err)
	}
	f.say("count")
	if n := load(t, key, 1, 1, func(int) {}); n != 1 {
		t.Error("afterwards it does not sign")
	}
}

// TestPINStaysInside: it is in no argument, no environment and no error.
func TestPINStaysInside(t *testing.T) {
	k := softhsm.New(t, "consigil")
	k.Generate("EC:prime256v1", "01", "seal")
	c := open(t, k)
	selected(t, c, "seal")
	for _, name := range []string{"cmdline", "environ"} {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.running.cmd.Process.Pid, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), softhsm.PIN) {
			t.Errorf("the PIN is in %s", name)
		}
	}
	for _, v := range environment() {
		if strings.HasPrefix(v, "CONSIGIL_") {
			t.Errorf("the helper gets %s", v)
		}
	}
}

// TestModulesThatAreNone are refused with the reason, and quickly.
func TestModulesThatAreNone(t *testing.T) {
	k := softhsm.New(t, "consigil")
	for name, module := range map[string]string{"no library": k.PINFile, "no module": "/lib/x86_64-linux-gnu/libm.so.6"} {
		c := open(t, k, func(cfg *Config) { cfg.Module = module })
		if _, err := c.Tokens(t.Context()); !errors.Is(err, ErrModule) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(Config{Module: "/nowhere.so"}); !errors.Is(err, ErrModule) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Open(Config{Module: k.PINFile, Helper: "/nowhere"}); !errors.Is(err, ErrHelper) {
		t.Errorf("no helper: %v", err)
	}
}
