package fetch

import (
	"crypto"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/test/testpki"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func serve(t *testing.T, h http.HandlerFunc) (*Client, string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	client, err := New(Config{Local: []string{server.URL}, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return client, server.URL
}

func TestAnswersAreCapped(t *testing.T) {
	client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.CopyN(w, zeros{}, MaxCertificate+1)
	})
	if _, err := client.Certificates(t.Context(), address); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestStatusIsChecked(t *testing.T) {
	client, address := serve(t, http.NotFound)
	if _, err := client.CRL(t.Context(), address); !errors.Is(err, ErrAnswer) {
		t.Errorf("got %v", err)
	}
}

func TestCache(t *testing.T) {
	now, asked := noon, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte("list"))
	}))
	defer server.Close()
	client, err := New(Config{Local: []string{server.URL}, KeepFor: time.Minute, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {time.Minute, 1}, {time.Second, 2}} {
		now = now.Add(step.wait)
		if _, err := client.CRL(t.Context(), server.URL); err != nil {
			t.Fatal(err)
		}
		if asked != step.want {
			t.Errorf("after %v: %d requests, want %d", step.wait, asked, step.want)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := cache{keep: time.Hour, now: func() time.Time { return noon }}
	for i := range 10 {
		c.put(strings.Repeat("x", i+1), make([]byte, 16<<20))
	}
	if c.size > cacheBytes {
		t.Errorf("%d bytes are kept", c.size)
	}
	c.put("huge", make([]byte, cacheBytes))
	if _, ok := c.get("huge"); ok {
		t.Error("an answer larger than half the cache was kept")
	}
}

func TestCertificatesInEveryWrapping(t *testing.T) {
	ca := testpki.New(t, noon, false)
	for name, body := range map[string][]byte{
		"DER": ca.Issuing.Raw,
		"PEM": testpki.PEM(ca.Issuing, ca.Root),
	} {
		client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		certs, err := client.Certificates(t.Context(), address)
		if err != nil || !certs[0].Equal(ca.Issuing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	if _, err := client.Certificates(t.Context(), address); !errors.Is(err, ErrAnswer) {
		t.Errorf("HTML: %v", err)
	}
}

func TestPEMListIsUnwrapped(t *testing.T) {
	body := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: []byte("der")})
	client, address := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	if got, err := client.CRL(t.Context(), address); err != nil || string(got) != "der" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTSA(t *testing.T) {
	tsa := testpki.New(t, noon, false).TSA(func() time.Time { return noon })
	client, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			t.Errorf("request: %v, %q", err, r.Header.Get("Content-Type"))
		}
		answer, err := tsa.Respond(r.Context(), request)
		if err != nil {
			t.Error(err)
		}
		switch r.URL.Path {
		case "/wrongtype":
			w.Header().Set("Content-Type", "text/html")
		case "/down":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/cut":
			answer = answer[:len(answer)/2]
			fallthrough
		default:
			w.Header().Set("Content-Type", "application/timestamp-reply")
		}
		_, _ = w.Write(answer)
	})
	imprint := make([]byte, 32)
	for path, ok := range map[string]bool{"/": true, "/wrongtype": false, "/down": false, "/cut": false} {
		source := TSA{Client: client, URLs: []string{address + path}}
		if _, err := source.Timestamp(t.Context(), crypto.SHA256, imprint); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
	source := TSA{Client: client, URLs: []string{address + "/down", address + "/"}}
	if _, err := source.Timestamp(t.Context(), crypto.SHA256, imprint); err != nil {
		t.Errorf("second authority: %v", err)
	}
	none := TSA{Client: client}
	if _, err := none.Timestamp(t.Context(), crypto.SHA256, imprint); err == nil {
		t.Error("a list without authorities gave a token")
	}
}
