package fetch

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// list is a revocation list that ends when it says; its bytes differ each time.
func list(t *testing.T, end time.Time) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: noon.Add(-48 * time.Hour), NextUpdate: end,
	}, &x509.Certificate{SubjectKeyId: []byte{1}, KeyUsage: x509.KeyUsageCRLSign}, key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestKeptFor: an answer is used again as long as its server says, within bounds, and never past the end that stands
// in it.
func TestKeptFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		control string
		age     string
		end     time.Duration
		want    time.Duration // zero: it is asked for again at once
	}{
		"by itself":            {end: 48 * time.Hour, want: 10 * time.Minute},
		"shorter":              {control: "public, max-age=60", end: 48 * time.Hour, want: time.Minute},
		"shorter, aged":        {control: "max-age=60", age: "20", end: 48 * time.Hour, want: 40 * time.Second},
		"longer":               {control: "max-age=1800", end: 48 * time.Hour, want: 30 * time.Minute},
		"far longer":           {control: "max-age=31536000", end: 48 * time.Hour, want: time.Hour},
		"not at all":           {control: "max-age=600, no-store", end: 48 * time.Hour},
		"unreadable":           {control: "max-age=soon", end: 48 * time.Hour},
		"ends before":          {control: "max-age=1800", end: 5 * time.Minute, want: 5 * time.Minute},
		"ended":                {control: "max-age=1800", end: -time.Minute},
		"ends now":             {end: 0},
		"by itself, ends soon": {end: time.Second, want: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := list(t, noon.Add(c.end))
			var now atomic.Int64
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				if c.control != "" {
					w.Header().Set("Cache-Control", c.control)
				}
				if c.age != "" {
					w.Header().Set("Age", c.age)
				}
				_, _ = w.Write(body)
			}))
			defer server.Close()
			client, err := New(Config{Local: []string{server.URL}, Now: func() time.Time { return noon.Add(time.Duration(now.Load())) }})
			if err != nil {
				t.Fatal(err)
			}
			get := func(at time.Duration, want int32) {
				t.Helper()
				now.Store(int64(at))
				if got, err := client.CRL(t.Context(), server.URL); err != nil || !bytes.Equal(got, body) {
					t.Fatal(err)
				}
				if n := asked.Load(); n != want {
					t.Errorf("at %v: asked %d times, want %d", at, n, want)
				}
			}
			get(0, 1)
			if c.want > 0 {
				get(c.want-time.Millisecond, 1)
			}
			get(c.want, 2)
		})
	}
}

// TestWhatIsNoListIsNotKept: a page that stands in a list's place is not taken for it twice.
func TestWhatIsNoListIsNotKept(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte("<html>"))
	})
	for range 3 {
		if _, err := client.CRL(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

func TestFailuresAreKeptForAMoment(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var now atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	client, err := New(Config{Local: []string{server.URL}, Now: func() time.Time { return noon.Add(time.Duration(now.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range []int32{1, 1, 1, 1, 1, 2} {
		now.Store(int64(time.Duration(at) * time.Second))
		var status *StatusError
		if _, err := client.OCSP(t.Context(), server.URL, []byte("q")); !errors.As(err, &status) || status.Status != 503 || !errors.Is(err, ErrAnswer) {
			t.Errorf("got %v", err)
		}
		if n := asked.Load(); n != want {
			t.Errorf("after %d seconds: asked %d times, want %d", at, n, want)
		}
	}
}

// TestAskedOnce: those who want the same at the same time wait for one exchange, and one who gives up does not take it
// from the others.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	begun, go_ := make(chan struct{}), make(chan struct{})
	body := list(t, noon.Add(time.Hour))
	client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			close(begun)
		}
		<-go_
		_, _ = w.Write(body)
	})
	impatient, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := client.CRL(impatient, address)
		first <- err
	}()
	<-begun
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := client.CRL(t.Context(), address); err != nil || !bytes.Equal(got, body) {
				t.Errorf("one who waited: %v", err)
			}
		})
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the impatient one: %v", err)
	}
	close(go_)
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := cache{now: func() time.Time { return noon }}
	put := func(key string, size int, until time.Time) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.put(key, kept{body: make([]byte, size), until: until})
	}
	for i := range 10 {
		put(strings.Repeat("x", i+1), 16<<20, noon.Add(time.Minute))
	}
	if c.size > cacheBytes {
		t.Errorf("%d bytes are kept", c.size)
	}
	put("huge", cacheBytes, noon.Add(time.Minute))
	if _, ok := c.entries["huge"]; ok {
		t.Error("an answer larger than half the cache was kept")
	}
	for i := range 300_000 { // small answers cost what they are found by, too
		put(strings.Repeat("y", i%1000)+string(rune(i)), 0, noon.Add(time.Minute))
	}
	if c.size > cacheBytes || len(c.entries) > cacheBytes/entryCost {
		t.Errorf("%d bytes in %d entries are kept", c.size, len(c.entries))
	}
}

func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	client, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.cached(t.Context(), "key", func(context.Context) (kept, error) { panic("hostile") })
	if !errors.Is(err, ErrAnswer) || strings.Contains(err.Error(), "hostile") {
		t.Errorf("got %v", err)
	}
}
