package fetch

import (
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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
