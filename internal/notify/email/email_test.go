package email

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"pgregory.net/rapid"

	"github.com/consigil/consigil/internal/notify"
)

// server keeps what it was sent.
type server struct {
	mu     sync.Mutex
	got    [][]byte
	rcpts  []string
	refuse *smtp.SMTPError
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *server) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *server) Reset()                                      {}
func (s *server) Logout() error                               { return nil }

func (s *server) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.rcpts = append(s.rcpts, to)
	return nil
}

func (s *server) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, data)
	return err
}

func start(t *testing.T) (*server, *Channel) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	backend := &server{}
	srv := smtp.NewServer(backend)
	srv.Domain = "localhost"
	go srv.Serve(listener) //nolint:errcheck // ends with Close
	t.Cleanup(func() { srv.Close() })
	port := listener.Addr().(*net.TCPAddr).Port
	return backend, New(Config{Host: "127.0.0.1", Port: port, TLS: "none", From: "sign@example.org", Timeout: 5 * time.Second})
}

func rendered() *notify.Rendered {
	return &notify.Rendered{
		ID: "m-1@sign.example.org", FromName: "Példa Kft.", ToName: "Éva Őri", To: "eva@example.org", Subject: "Aláírás: szerződés",
		Text: "Szia!\nhttps://sign.example.org/s/T", HTML: "<p>Szia!</p>", Locale: "hu", CreatedAt: time.UnixMicro(1_700_000_000_000_000),
	}
}

func TestSendRepeatsWithTheSameID(t *testing.T) {
	backend, channel := start(t)
	for range 2 {
		if err := channel.Send(context.Background(), rendered()); err != nil {
			t.Fatal(err)
		}
	}
	if len(backend.got) != 2 {
		t.Fatalf("%d messages", len(backend.got))
	}
	for _, data := range backend.got {
		m, err := mail.ReadMessage(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if id := m.Header.Get("Message-Id"); id != "<m-1@sign.example.org>" {
			t.Errorf("Message-ID %q", id)
		}
		if to, err := m.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Name != "Éva Őri" || to[0].Address != "eva@example.org" {
			t.Errorf("To %v, %v", to, err)
		}
		if date, err := m.Header.Date(); err != nil || date.Unix() != 1_700_000_000 {
			t.Errorf("Date %v, %v", date, err)
		}
	}
}

func TestRefusalsAreToldFromFailures(t *testing.T) {
	backend, channel := start(t)
	for code, want := range map[int]bool{550: true, 553: true, 450: false, 421: false} {
		backend.mu.Lock()
		backend.refuse = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
		backend.mu.Unlock()
		err := channel.Send(context.Background(), rendered())
		var permanent *notify.Permanent
		if err == nil || errors.As(err, &permanent) != want {
			t.Errorf("%d: %v", code, err)
		}
	}
	down := New(Config{Host: "127.0.0.1", Port: 1, TLS: "none", From: "sign@example.org", Timeout: time.Second})
	var permanent *notify.Permanent
	if err := down.Send(context.Background(), rendered()); err == nil || errors.As(err, &permanent) {
		t.Errorf("server down: %v", err)
	}
}

// TestNoTextAddsAHeader tries any Unicode in every place that reaches a header.
func TestNoTextAddsAHeader(t *testing.T) {
	channel := New(Config{Host: "mail.example.org", From: "sign@example.org"})
	rapid.Check(t, func(t *rapid.T) {
		m := rendered()
		m.FromName, m.ToName, m.Subject = rapid.String().Draw(t, "from"), rapid.String().Draw(t, "to"), rapid.String().Draw(t, "subject")
		if rapid.Bool().Draw(t, "evil") {
			m.Subject += "\r\nBcc: x@example.org\r\n\r\n<p>"
			m.ToName += "\r\nX-Evil: 1"
		}
		msg, err := channel.message(m)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := msg.WriteTo(&out); err != nil {
			return
		}
		parsed, err := mail.ReadMessage(&out)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{
			"Auto-Submitted": true, "Content-Language": true, "Content-Type": true, "Date": true, "From": true, "Message-Id": true,
			"Mime-Version": true, "Subject": true, "To": true, "Content-Transfer-Encoding": true,
		}
		for name, values := range parsed.Header {
			if !known[name] || len(values) != 1 {
				t.Fatalf("header %s: %q", name, values)
			}
		}
	})
}
