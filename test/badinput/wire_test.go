package badinput

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wire is a connection on which a test says what no client would.
type wire struct {
	net.Conn
	r *bufio.Reader
}

func (in *installation) dial(t *testing.T) *wire {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(in.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &wire{c, bufio.NewReader(c)}
}

// exchange writes text as it stands and reads an answer.
func (w *wire) exchange(t *testing.T, text string) *answer {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Logf("write: %v", err) // the server may have answered and closed already
	}
	res, err := http.ReadResponse(w.r, nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &answer{res.StatusCode, res.Header, body}
}
