package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/notify"
	"github.com/consigil/consigil/test/world"
)

// queued makes an envelope with one recipient and one message on its way.
func queued(t *testing.T, w *world.World, template string) (id.ID, id.ID) {
	t.Helper()
	env := w.Completed(t, nil, world.Party{Name: "Éva", Email: "eva@example.org"})
	var message id.ID
	ctx := context.Background()
	err := w.Envelopes().Update(ctx, w.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, env)
		if err != nil {
			return err
		}
		r, err := tx.Recipients(ctx, env)
		if err != nil {
			return err
		}
		m, err := envelope.QueueMessage(ctx, tx, w.Org, e, r[0], template, nil, w.Clock.Now())
		if err != nil {
			return err
		}
		message = m.ID
		return tx.UpdateEnvelope(ctx, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return env, message
}

// look reads a message, and the last event of its envelope.
func look(t *testing.T, w *world.World, env, message id.ID) (*envelope.Message, *envelope.Event) {
	t.Helper()
	ctx := context.Background()
	var m *envelope.Message
	var last *envelope.Event
	err := w.Envelopes().View(ctx, w.Org, func(tx envelope.Tx) (err error) {
		if m, err = tx.Message(ctx, message); err != nil {
			return err
		}
		list, err := tx.Events(ctx, env, 0, 500)
		last = list[len(list)-1]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m, last
}

func TestMessageLeavesWithItsLinkAndKeepsNone(t *testing.T) {
	w := world.New(t)
	env, message := queued(t, w, "completed")
	w.Drain(t, 5, 0)
	m, last := look(t, w, env, message)
	if m.State != "sent" || m.SentAt.IsZero() || last.Type != "message.sent" || len(w.Outbox.Sent) != 1 {
		t.Fatalf("message %+v, last event %s, %d sent", m, last.Type, len(w.Outbox.Sent))
	}
	if got := w.Outbox.Sent[0]; !strings.Contains(got.Text, world.PublicURL+"/s/token-") || got.To != "eva@example.org" {
		t.Errorf("sent %+v", got)
	}
	_, shown, err := w.Notify.Read(context.Background(), w.Org, message)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal([]any{m, last, shown})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(stored), "token-") || !strings.Contains(shown.Text, world.PublicURL+"/s/…") {
		t.Errorf("the link is not masked: %s", shown.Text)
	}
}

func TestWithoutMailServerMessagesAreKept(t *testing.T) {
	w := world.New(t)
	w.Outbox.Off = true
	env, message := queued(t, w, "completed")
	w.Drain(t, 5, 0)
	if m, last := look(t, w, env, message); m.State != "kept" || last.Type != "message.kept" || len(w.Outbox.Sent) != 0 {
		t.Errorf("message %+v, last event %s", m, last.Type)
	}
}

func TestRepeatsCarryTheSameIDUntilGivenUp(t *testing.T) {
	w := world.New(t)
	w.Outbox.Fail = errors.New("connection refused")
	env, message := queued(t, w, "completed")
	w.Drain(t, 40, 4*time.Hour)
	m, last := look(t, w, env, message)
	if m.State != "failed" || last.Type != "message.failed" || len(w.Outbox.Sent) != m.Attempts || m.Attempts < 10 {
		t.Errorf("message %+v after %d tries, last event %s", m, len(w.Outbox.Sent), last.Type)
	}
	for _, r := range w.Outbox.Sent {
		if r.ID != string(message)+"@sign.example.org" {
			t.Errorf("a repeat has the id %s", r.ID)
		}
	}
}

func TestRefusedMessageFailsAtOnce(t *testing.T) {
	w := world.New(t)
	w.Outbox.Fail = &notify.Permanent{Reason: "no such mailbox"}
	env, message := queued(t, w, "completed")
	w.Drain(t, 5, time.Hour)
	if m, _ := look(t, w, env, message); m.State != "failed" || m.Attempts != 1 || m.Error != "no such mailbox" {
		t.Errorf("message %+v", m)
	}
}

func TestInviteToFinishedEnvelopeIsNotSent(t *testing.T) {
	w := world.New(t)
	env, message := queued(t, w, "invite")
	w.Drain(t, 5, 0)
	if m, _ := look(t, w, env, message); m.State != "failed" || m.Error != "superseded" || len(w.Outbox.Sent) != 0 {
		t.Errorf("message %+v", m)
	}
}
