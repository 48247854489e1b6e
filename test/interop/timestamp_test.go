//go:build interop

package interop

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpenSSLAsksOurAuthority goes the whole way over HTTP: openssl makes the
// query, our authority answers, openssl verifies.
func TestOpenSSLAsksOurAuthority(t *testing.T) {
	s := newStudio(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err != nil {
			t.Error(err)
		}
		response, err := s.tsa.Respond(r.Context(), request)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(response)
	}))
	defer server.Close()
	data := write(t, s.dir, "data.bin", []byte("any file"))
	for _, digest := range []string{"-sha256", "-sha384", "-sha512"} {
		query := filepath.Join(s.dir, "query"+digest+".tsq")
		if code, out := run(t, "openssl", "ts", "-query", "-data", data, digest, "-cert", "-out", query); code != 0 {
			t.Fatal(out)
		}
		answer := post(t, server.URL, query)
		reply := write(t, s.dir, "reply"+digest+".tsr", answer)
		code, out := run(t, "openssl", "ts", "-verify", "-in", reply, "-queryfile", query, "-CAfile", s.root)
		if code != 0 || !strings.Contains(out, "Verification: OK") {
			t.Errorf("%s: %s", digest, out)
		}
	}
	query := filepath.Join(s.dir, "weak.tsq")
	if code, out := run(t, "openssl", "ts", "-query", "-data", data, "-sha1", "-out", query); code != 0 {
		t.Fatal(out)
	}
	reply := write(t, s.dir, "weak.tsr", post(t, server.URL, query))
	if _, out := run(t, "openssl", "ts", "-reply", "-in", reply, "-text"); !strings.Contains(out, "Status: Rejected.") {
		t.Errorf("SHA-1 was not refused: %s", out)
	}
}

func post(t *testing.T, url, query string) []byte {
	t.Helper()
	body, err := os.ReadFile(query)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url, "application/timestamp-query", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
