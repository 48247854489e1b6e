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
	if err := tx.InsertMessage(ctx, m); err != nil {
		return nil, fmt.Errorf("envelope: queue message: %w", err)
	}
	facts := map[string]any{"message": m.ID, "recipient": r.ID, "template": template}
	if err := Append(ctx, tx, e, now, access.System, "message.queued", facts, nil); err != nil {
		return nil, err
	}
	return m, enqueue(ctx, tx, org, JobMessage, string(m.ID), map[string]id.ID{"message": m.ID}, now)
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
