package envelope

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

// QueueMessage writes a message to a recipient, its event and the job that sends it, in one transaction with
// what made it necessary. The caller updates e afterwards.
func QueueMessage(ctx context.Context, tx Tx, org id.Org, e *Envelope, r *Recipient, template string, params any, now time.Time) (*Message, error) {
	p, err := encodePart(params)
	if err != nil {
		return nil, err
	}
	m := &Message{
		ID: id.New(), Envelope: e.ID, Recipient: r.ID, Channel: "email", Template: template,
		Locale: localeOf(e, r), To: r.Email, Params: p, State: "queued", CreatedAt: now,
	}
	facts := map[string]any{"message": m.ID, "recipient": r.ID, "template": template}
	return m, queue(ctx, tx, org, e, m, facts)
}

// TellSender queues a message to the member of staff who sent an envelope; an API account follows events and gets
// none. The address and the language are those that the user has when the message leaves. The caller updates e
// afterwards.
func TellSender(ctx context.Context, tx Tx, e *Envelope, template string, params any, now time.Time) error {
	if e.Sender.Kind != "user" {
		return nil
	}
	p, err := encodePart(params)
	if err != nil {
		return err
	}
	m := &Message{
		ID: id.New(), Envelope: e.ID, Channel: "email", Template: template, Locale: e.Locale, Params: p,
		State: "queued", CreatedAt: now,
	}
	return queue(ctx, tx, e.Org, e, m, map[string]any{"message": m.ID, "user": e.Sender.ID, "template": template})
}

// queue writes a message, its event and its job.
func queue(ctx context.Context, tx Tx, org id.Org, e *Envelope, m *Message, facts map[string]any) error {
	if err := tx.InsertMessage(ctx, m); err != nil {
		return fmt.Errorf("envelope: queue message: %w", err)
	}
	if err := Append(ctx, tx, e, m.CreatedAt, access.System, "message.queued", facts, nil); err != nil {
		return err
	}
	return enqueue(ctx, tx, org, JobMessage, string(m.ID), map[string]id.ID{"message": m.ID}, m.CreatedAt)
}

func localeOf(e *Envelope, r *Recipient) string {
	if r.Locale != "" {
		return r.Locale
	}
	return e.Locale
}

// enqueue puts a job whose unique key is its subject.
func enqueue(ctx context.Context, tx Tx, org id.Org, kind, unique string, payload any, at time.Time) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("envelope: encode job: %w", err)
	}
	job := schedule.Job{ID: id.New(), Org: org, Kind: kind, Unique: unique, Payload: b, RunAt: at}
	if err := tx.Enqueue(ctx, job); err != nil {
		return fmt.Errorf("envelope: enqueue %s: %w", kind, err)
	}
	return nil
}
