package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/notify"
)

// MessageView is one message as its sender sees it: links are masked.
type MessageView struct {
	ID        id.ID      `json:"id"`
	Envelope  id.ID      `json:"envelope"`
	Title     string     `json:"title" doc:"Of the envelope"`
	Recipient id.ID      `json:"recipient,omitempty" doc:"Absent: the message is for the user who sent the envelope"`
	Channel   string     `json:"channel"`
	Template  string     `json:"template"`
	Locale    string     `json:"locale"`
	To        string     `json:"to" doc:"Empty as long as a message for the sender is queued: their address is read when it leaves"`
	State     string     `json:"state" enum:"queued,sent,kept,failed" doc:"kept: no mail server is configured, read it here"`
	Attempts  int        `json:"attempts"`
	Error     string     `json:"error,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at,omitempty"`
}

// MessageContent is a message with its words.
type MessageContent struct {
	MessageView
	MessageID string `json:"message_id"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	HTML      string `json:"html"`
}

type messagesInput struct {
	Page
	Envelope string `query:"envelope" maxLength:"64"`
	State    string `query:"state" enum:"queued,sent,kept,failed"`
}

type messagesOutput struct{ Body List[MessageView] }

type messageInput struct {
	Message string `path:"message"`
}

type messageOutput struct{ Body MessageContent }

// Messages are the rows of messages.
func Messages(s *notify.Service, e *evidence.Service) []Op {
	read := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupApp, Permission: access.MessagesRead}
	list, one := read, read
	list.ID, list.Path, list.Summary = "listMessages", "/api/v1/messages", "List messages, newest first"
	one.ID, one.Path, one.Summary = "getMessage", "/api/v1/messages/{message}", "Read a message as it was or will be sent, its link masked"
	return []Op{
		Typed(list, func(ctx context.Context, in *messagesInput) (*messagesOutput, error) {
			return listMessages(ctx, s, e, in)
		}),
		Typed(one, func(ctx context.Context, in *messageInput) (*messageOutput, error) { return readMessage(ctx, s, e, in) }),
	}
}

func listMessages(ctx context.Context, s *notify.Service, e *evidence.Service, in *messagesInput) (*messagesOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.After()
	if err != nil {
		return nil, err
	}
	rows, titles, err := s.List(ctx, p.Org, envelope.MessageFilter{
		Envelope: id.ID(in.Envelope), State: in.State, After: after, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	all := make([]MessageView, 0, len(rows))
	for _, m := range rows {
		all = append(all, viewMessage(m, titles[m.Envelope]))
	}
	page := NewList(all, in.Limit, func(v MessageView) id.ID { return v.ID })
	visible := e.Visible(p)
	items := page.Items
	page.Items = []MessageView{}
	for _, m := range items {
		may, err := visible(ctx, m.Envelope)
		if err != nil {
			return nil, err
		}
		if may {
			page.Items = append(page.Items, m)
		}
	}
	return &messagesOutput{Body: page}, nil
}

func readMessage(ctx context.Context, s *notify.Service, e *evidence.Service, in *messageInput) (*messageOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	m, rendered, err := s.Read(ctx, p.Org, id.ID(in.Message))
	if err != nil {
		return nil, err
	}
	about, err := e.Envelope(ctx, p, m.Envelope)
	if err != nil {
		return nil, err
	}
	return &messageOutput{Body: MessageContent{
		MessageView: viewMessage(m, about.Title), MessageID: rendered.ID, Subject: rendered.Subject, Text: rendered.Text, HTML: rendered.HTML,
	}}, nil
}

func viewMessage(m *envelope.Message, title string) MessageView {
	v := MessageView{
		ID: m.ID, Envelope: m.Envelope, Title: title, Recipient: m.Recipient, Channel: m.Channel, Template: m.Template, Locale: m.Locale,
		To: m.To, State: m.State, Attempts: m.Attempts, Error: m.Error, CreatedAt: m.CreatedAt,
	}
	if !m.SentAt.IsZero() {
		v.SentAt = &m.SentAt
	}
	return v
}
