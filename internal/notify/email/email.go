// Package email is the channel that speaks SMTP. It hands one rendered message to one server and says whether a
// repeat makes sense; it neither queues nor renders.
package email

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/consigil/consigil/internal/notify"
)

const defaultTimeout = 30 * time.Second

// Config says which server takes the mail. A zero Host means that none is configured.
type Config struct {
	Host     string        `json:"host"`
	Port     int           `json:"port"` // 0: 587, or 465 with implicit TLS
	TLS      string        `json:"tls"`  // "starttls" (default), "tls" (implicit), "none" (a relay on this machine)
	Username string        `json:"username"`
	Password string        `json:"-"`
	From     string        `json:"from"` // address of the sender
	HELO     string        `json:"helo"`
	Timeout  time.Duration `json:"-"` // 0: 30 s
}

const schema = `{
  "type": "object",
  "required": ["host", "from"],
  "properties": {
    "host": {"type": "string", "title": "Mail server"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "title": "Port"},
    "tls": {"type": "string", "enum": ["starttls", "tls", "none"], "title": "Encryption"},
    "username": {"type": "string", "title": "User name"},
    "password": {"type": "string", "title": "Password", "writeOnly": true},
    "from": {"type": "string", "format": "email", "title": "Sender address"}
  }
}`

// Channel is the e-mail channel.
type Channel struct{ c Config }

// New makes the channel. It connects when a message is sent and not before.
func New(c Config) *Channel {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	return &Channel{c: c}
}

// Name implements notify.Channel.
func (*Channel) Name() string { return "email" }

// Schema implements notify.Channel.
func (*Channel) Schema() json.RawMessage { return json.RawMessage(schema) }

// Ready implements notify.Channel.
func (c *Channel) Ready() bool { return c.c.Host != "" }

// Send implements notify.Channel.
func (c *Channel) Send(ctx context.Context, m *notify.Rendered) error {
	msg, err := c.message(m)
	if err != nil {
		return err
	}
	client, err := mail.NewClient(c.c.Host, c.options()...)
	if err != nil {
		return fmt.Errorf("email: configure: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*c.c.Timeout)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() { // the server took it; what followed does not matter
		return nil
	}
	return judge(err)
}

// judge tells a refusal of this message, which a repeat would meet again, from everything else.
func judge(err error) error {
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 && refused.ErrorCode() < 600 {
		return &notify.Permanent{Reason: fmt.Sprintf("the mail server refused it with code %d", refused.ErrorCode())}
	}
	if err != nil {
		return &notify.Delayed{Reason: trouble(err), Cause: err}
	}
	return nil
}

// trouble says in plain words, without an address, why the mail has not left.
func trouble(err error) string {
	var refused *mail.SendError
	var unverified *tls.CertificateVerificationError
	var unreachable *net.OpError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode() > 0:
		return fmt.Sprintf("the mail server put it off with code %d", refused.ErrorCode())
	case errors.As(err, &unverified):
		return "the mail server's certificate is not trusted"
	case errors.As(err, &unreachable):
		return "the mail server cannot be reached"
	}
	return "the mail server did not take it"
}

// message builds the MIME message. Addresses and names go through the library's encoders; a value that is no
// address is refused.
func (c *Channel) message(m *notify.Rendered) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(m.FromName, c.c.From); err != nil {
		return nil, &notify.Delayed{Reason: "the configured sender address is not valid", Cause: err}
	}
	if err := msg.AddToFormat(m.ToName, m.To); err != nil {
		return nil, &notify.Permanent{Reason: "the recipient's address is not valid"}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Locale)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return msg, nil
}

func (c *Channel) options() []mail.Option {
	opts := []mail.Option{mail.WithTimeout(c.c.Timeout)}
	switch c.c.TLS {
	case "tls":
		opts = append(opts, mail.WithSSLPort(false))
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if c.c.Port != 0 {
		opts = append(opts, mail.WithPort(c.c.Port))
	}
	if c.c.HELO != "" {
		opts = append(opts, mail.WithHELO(c.c.HELO))
	}
	if c.c.Username != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.c.Username), mail.WithPassword(c.c.Password))
	}
	return opts
}
