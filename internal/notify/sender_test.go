package notify_test

import (
	"context"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/test/world"
)

// toSender makes an envelope and a message to its sender.
func toSender(t *testing.T, w *world.World, template string) (id.ID, id.ID) {
	t.Helper()
	ctx := context.Background()
	env := w.Completed(t, nil, world.Party{Name: "Éva", Email: "eva@example.org"})
	var message id.ID
	err := w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, env)
		if err != nil {
			return err
		}
		if err := envelope.TellSender(ctx, tx, e, template, map[string]string{"by": "Éva {title}"}, w.Clock.Now()); err != nil {
			return err
		}
		all, err := tx.Messages(ctx, env, "", 1)
		if err != nil {
			return err
		}
		message = all[0].ID
		return tx.UpdateEnvelope(ctx, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return env, message
}

func TestSendersGetNoLink(t *testing.T) {
	for _, template := range []string{"sender_completed", "sender_declined", "sender_expired"} {
		w := world.New(t)
		env, message := toSender(t, w, template)
		w.Drain(t, 5, 0)
		m, last := look(t, w, env, message)
		if m.State != "sent" || m.To != "dora@example.org" || m.Locale != "hu" || last.Type != "message.sent" || len(w.Outbox.Sent) != 1 {
			t.Fatalf("%s: message %+v, last event %s, %d sent", template, m, last.Type, len(w.Outbox.Sent))
		}
		got := w.Outbox.Sent[0]
		if got.To != "dora@example.org" || got.ToName != "Kiss Dóra" || strings.Contains(got.Text+got.HTML, "/s/") {
			t.Errorf("%s: %+v", template, got)
		}
		if strings.Contains(got.Text, "Éva {title}") != (template == "sender_declined") {
			t.Errorf("%s: who declined: %s", template, got.Text)
		}
	}
}

func TestSendersWhoLeftAreNotWrittenTo(t *testing.T) {
	w := world.New(t)
	w.SenderLeft = true
	env, message := toSender(t, w, "sender_expired")
	w.Drain(t, 5, 0)
	if m, last := look(t, w, env, message); m.State != "failed" || m.To != "" || last.Type != "message.failed" || len(w.Outbox.Sent) != 0 {
		t.Errorf("message %+v, last event %s", m, last.Type)
	}
}
