package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// A message is tried for about two days: the waits double from the first to the longest.
const (
	firstWait   = 30 * time.Second
	longestWait = 4 * time.Hour
	mostTries   = 18
)

// Message states, as the row has them.
const (
	queued = "queued"
	sent   = "sent"
	kept   = "kept"
	failed = "failed"
)

// send is the job. A repeat after a crash carries the same Message-ID.
func (s *Service) send(ctx context.Context, job schedule.Job) error {
	var p Payload
	if err := json.Unmarshal(job.Payload, &p); err != nil {
		return fmt.Errorf("notify: read job: %w", err)
	}
	about, err := s.about(ctx, job.Org, p.Message)
	if problem.KindOf(err) == problem.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if about.message.State != queued {
		return nil
	}
	channel := s.channels[about.message.Channel]
	if channel == nil || !channel.Ready() {
		return s.finish(ctx, job, about, kept, "", "message.kept")
	}
	return s.settle(ctx, job, about, s.deliver(ctx, job.Org, channel, about))
}

// about reads a message and what it speaks of.
func (s *Service) about(ctx context.Context, org id.Org, message id.ID) (*subjectOf, error) {
	about := &subjectOf{}
	err := s.d.Store.View(ctx, org, func(tx envelope.Tx) (err error) {
		if about.message, err = tx.Message(ctx, message); err != nil {
			return err
		}
		if about.envelope, err = tx.Envelope(ctx, about.message.Envelope); err != nil {
			return err
		}
		if about.message.Recipient != "" {
			about.recipient, err = tx.Recipient(ctx, about.message.Recipient)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notify: read message: %w", err)
	}
	if about.recipient == nil {
		if err := s.toSender(ctx, org, about); err != nil {
			return nil, err
		}
	}
	if about.organization, err = s.d.Organizations.OrganizationName(ctx, org); err != nil {
		return nil, fmt.Errorf("notify: name organization: %w", err)
	}
	return about, s.dress(ctx, org, about)
}

// dress gives a message the organization's look.
func (s *Service) dress(ctx context.Context, org id.Org, about *subjectOf) error {
	if s.d.Brands == nil {
		return nil
	}
	var err error
	if about.brand, err = s.d.Brands.MailBrand(ctx, org); err != nil {
		return fmt.Errorf("notify: read branding: %w", err)
	}
	if about.brand.Name != "" {
		about.organization = about.brand.Name
	}
	return nil
}

// toSender addresses a message to the user who sent the envelope, as the account is now. One that was settled keeps
// its address; one whose user may not sign in any more gets none.
func (s *Service) toSender(ctx context.Context, org id.Org, about *subjectOf) error {
	about.recipient = &envelope.Recipient{}
	u, err := s.d.Users.User(ctx, org, about.envelope.Sender.ID)
	if problem.KindOf(err) == problem.NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("notify: read sender: %w", err)
	}
	about.recipient.Name = u.Name
	if about.message.State == queued && u.DisabledAt.IsZero() {
		about.message.To, about.message.Locale = u.Email, u.Locale
	}
	return nil
}

// deliver mints the link, renders and sends. The token is in the copy that leaves and nowhere else.
func (s *Service) deliver(ctx context.Context, org id.Org, channel Channel, about *subjectOf) error {
	if about.message.To == "" {
		return &Permanent{Reason: "the sender's account is not active"}
	}
	if about.superseded() {
		return &Permanent{Reason: "superseded"}
	}
	link, err := about.needsLink()
	if err != nil {
		return err
	}
	token := ""
	if link {
		if token, err = s.d.Links.MintLink(ctx, org, about.recipient.ID); err != nil {
			return refusal(err)
		}
	}
	rendered, err := about.render(s.d.PublicURL(), token)
	if err != nil {
		return err
	}
	return channel.Send(ctx, rendered)
}

// superseded says that the state has moved on since the message was queued: it would ask for the impossible.
func (s *subjectOf) superseded() bool {
	asks := s.message.Template == "invite" || s.message.Template == "reminder"
	return asks && (!s.envelope.State.Open() || s.recipient.State == envelope.Done)
}

// refusal makes errors permanent that a repeat would meet again.
func refusal(err error) error {
	switch problem.KindOf(err) {
	case problem.Gone, problem.Conflict, problem.NotFound:
		return &Permanent{Reason: "superseded"}
	}
	return fmt.Errorf("notify: mint link: %w", err)
}

// settle records what became of an attempt.
func (s *Service) settle(ctx context.Context, job schedule.Job, about *subjectOf, err error) error {
	var permanent *Permanent
	switch {
	case err == nil:
		return s.finish(ctx, job, about, sent, "", "message.sent")
	case errors.As(err, &permanent):
		return s.finish(ctx, job, about, failed, permanent.Reason, "message.failed")
	case about.message.Attempts+1 >= mostTries:
		return s.finish(ctx, job, about, failed, "given up", "message.failed")
	case ctx.Err() != nil:
		return &schedule.Again{Reason: "stopped"}
	}
	return s.later(ctx, job, about, err)
}

// finish writes the message's end, its event and the job's end in one transaction.
func (s *Service) finish(ctx context.Context, job schedule.Job, about *subjectOf, state, reason, typ string) error {
	err := s.d.Store.Update(ctx, job.Org, func(tx envelope.Tx) error {
		e, err := tx.LockEnvelope(ctx, about.envelope.ID)
		if err != nil {
			return err
		}
		m, err := tx.Message(ctx, about.message.ID)
		if err != nil {
			return err
		}
		if m.State != queued {
			return nil
		}
		now := s.d.Clock.Now()
		m.To, m.Locale = about.message.To, about.message.Locale
		m.State, m.Error, m.Attempts = state, reason, m.Attempts+1
		if state == sent {
			m.SentAt = now
		}
		if err := tx.PutMessage(ctx, m); err != nil {
			return err
		}
		if err := s.append(ctx, tx, e, m, now, typ); err != nil {
			return err
		}
		return tx.FinishJob(ctx, job)
	})
	if err != nil {
		return fmt.Errorf("notify: record %s: %w", state, err)
	}
	return nil
}

func (s *Service) append(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, m *envelope.Message, now time.Time, typ string) error {
	facts := map[string]any{"message": m.ID, "template": m.Template, "channel": m.Channel}
	if m.Recipient != "" {
		facts["recipient"] = m.Recipient
	}
	if m.Error != "" {
		facts["reason"] = m.Error
	}
	if err := envelope.Append(ctx, tx, e, now, access.System, typ, facts, map[string]string{"to": m.To}); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, e)
}

// later counts the attempt and asks for another.
func (s *Service) later(ctx context.Context, job schedule.Job, about *subjectOf, cause error) error {
	reason := "not delivered yet"
	var delayed *Delayed
	if errors.As(cause, &delayed) {
		reason = delayed.Reason
	}
	err := s.d.Store.Update(ctx, job.Org, func(tx envelope.Tx) error {
		m, err := tx.Message(ctx, about.message.ID)
		if err != nil {
			return err
		}
		m.Attempts, m.Error = m.Attempts+1, reason
		return tx.PutMessage(ctx, m)
	})
	if err != nil {
		return fmt.Errorf("notify: record attempt: %w", errors.Join(cause, err))
	}
	return &schedule.Again{After: backoff(about.message.Attempts), Reason: reason, Trouble: true}
}

func backoff(attempts int) time.Duration {
	wait := firstWait
	for range attempts {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

// Read renders a stored message for the product, every link masked as /s/…
func (s *Service) Read(ctx context.Context, org id.Org, message id.ID) (*envelope.Message, *Rendered, error) {
	about, err := s.about(ctx, org, message)
	if err != nil {
		return nil, nil, err
	}
	rendered, err := about.render(s.d.PublicURL(), mask)
	if err != nil {
		return nil, nil, err
	}
	return about.message, rendered, nil
}

// List returns stored messages, newest first, and the titles of the envelopes that they belong to.
func (s *Service) List(ctx context.Context, org id.Org, f envelope.MessageFilter) (list []*envelope.Message, titles map[id.ID]string, err error) {
	titles = map[id.ID]string{}
	err = s.d.Store.View(ctx, org, func(tx envelope.Tx) (err error) {
		if list, err = tx.FindMessages(ctx, f); err != nil {
			return err
		}
		for _, m := range list {
			if _, known := titles[m.Envelope]; known || m.Envelope == "" {
				continue
			}
			e, err := tx.Envelope(ctx, m.Envelope)
			if err != nil {
				return err
			}
			titles[m.Envelope] = e.Title
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("notify: list messages: %w", err)
	}
	return list, titles, nil
}
