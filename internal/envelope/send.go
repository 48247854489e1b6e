package envelope

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

// Send checks a draft and hands it to the job that prepares its documents. The seal is proved to work first.
func (s *Service) Send(ctx context.Context, by *access.Principal, envelope id.ID, v Expected) (*Full, error) {
	if err := s.proveSeal(ctx, by, envelope); err != nil {
		return nil, err
	}
	return s.edit(ctx, by, envelope, v, OpSend, func(tx Tx, f *Full) error {
		now := s.d.Clock.Now()
		bad, err := s.check(f, now)
		if err != nil {
			return err
		}
		if err := problemOf(bad); err != nil {
			return err
		}
		f.Envelope.State, f.Envelope.Reason = Preparing, ""
		if err := Append(ctx, tx, f.Envelope, now, by.Actor(), "envelope.preparing", nil, nil); err != nil {
			return err
		}
		return enqueue(ctx, tx, by.Org, JobPrepare, string(envelope), map[string]id.ID{"envelope": envelope}, now)
	})
}

// proveSeal proves that the seal works at the level that the envelope asks for.
func (s *Service) proveSeal(ctx context.Context, by *access.Principal, envelope id.ID) error {
	if s.d.Seals == nil {
		return nil
	}
	var level string
	err := s.read(ctx, by, envelope, func(_ Tx, e *Envelope) error {
		level = e.Level
		return nil
	})
	if err != nil {
		return err
	}
	return s.d.Seals.SelfTest(ctx, by.Org, level)
}

// started turns a prepared envelope into a sent one and notifies those whose turn it is.
func started(ctx context.Context, tx Tx, org id.Org, f *Full, now time.Time) error {
	e := f.Envelope
	e.State, e.SentAt = Sent, now
	facts := map[string]any{"recipients": len(f.Recipients), "documents": len(f.Documents), "ordered": e.Ordered}
	if err := Append(ctx, tx, e, now, e.Sender, "envelope.sent", facts, nil); err != nil {
		return err
	}
	return NotifyNext(ctx, tx, org, e, f.Recipients, now)
}

// NotifyNext invites every signer whose turn has come and who was not invited yet. In an ordered envelope it
// is the turn of those with the lowest order among the signers who are not done. The caller updates e.
func NotifyNext(ctx context.Context, tx Tx, org id.Org, e *Envelope, recipients []*Recipient, now time.Time) error {
	for _, r := range turn(e, recipients) {
		if r.State != Waiting {
			continue
		}
		r.State, r.NotifiedAt = Notified, now
		if err := tx.PutRecipient(ctx, r); err != nil {
			return err
		}
		if _, err := QueueMessage(ctx, tx, org, e, r, "invite", nil, now); err != nil {
			return err
		}
	}
	return nil
}

// turn lists the signers who may act now, done ones left out.
func turn(e *Envelope, recipients []*Recipient) []*Recipient {
	var open []*Recipient
	lowest := 0
	for _, r := range recipients {
		if r.Role != RoleSigner || r.State == Done || r.State == Refused {
			continue
		}
		if lowest == 0 || r.Order < lowest {
			lowest = r.Order
		}
		open = append(open, r)
	}
	if !e.Ordered {
		return open
	}
	var now []*Recipient
	for _, r := range open {
		if r.Order == lowest {
			now = append(now, r)
		}
	}
	return now
}

// MayAct says whether it is this recipient's turn.
func MayAct(e *Envelope, recipients []*Recipient, recipient id.ID) bool {
	for _, r := range turn(e, recipients) {
		if r.ID == recipient {
			return true
		}
	}
	return false
}

// Progress follows an act: it invites whoever is next, or completes the envelope and has it sealed. The
// caller updates e.
func Progress(ctx context.Context, tx Tx, org id.Org, e *Envelope, now time.Time) error {
	recipients, err := tx.Recipients(ctx, e.ID)
	if err != nil {
		return err
	}
	e.State = InProgress
	if len(turn(e, recipients)) > 0 {
		return NotifyNext(ctx, tx, org, e, recipients, now)
	}
	e.State, e.DoneAt = Completed, now
	if err := Append(ctx, tx, e, now, access.System, "envelope.completed", nil, nil); err != nil {
		return err
	}
	docs, err := tx.Documents(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, d := range docs {
		payload := map[string]id.ID{"envelope": e.ID, "document": d.ID}
		if err := enqueue(ctx, tx, org, JobSeal, string(d.ID), payload, now); err != nil {
			return err
		}
	}
	return nil
}

// Reason judges the words with which an envelope is voided or declined: the others are told, so there must be some.
func Reason(text string) (string, error) {
	var bad faults
	if text = checkText(text, 2000, "/reason", &bad); text == "" {
		bad.add("/reason", "no_reason", "Say why; the others are told.")
	}
	return text, bad.err()
}

// Void takes an envelope back. Those who know of it are told.
func (s *Service) Void(ctx context.Context, by *access.Principal, envelope id.ID, reason string) (*Full, error) {
	reason, err := Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.edit(ctx, by, envelope, 0, OpVoid, func(tx Tx, f *Full) error {
		now := s.d.Clock.Now()
		f.Envelope.State, f.Envelope.Reason = Voided, reason
		if err := Append(ctx, tx, f.Envelope, now, by.Actor(), "envelope.voided", nil, map[string]string{"reason": reason}); err != nil {
			return err
		}
		return Close(ctx, tx, by.Org, f.Envelope, f.Recipients, "voided", now)
	})
}

// Close revokes every link of an envelope that ended early, and tells those who were invited and, where a
// recipient refused, the sender. The caller updates e.
func Close(ctx context.Context, tx Tx, org id.Org, e *Envelope, recipients []*Recipient, template string, now time.Time) error {
	for _, r := range recipients {
		if err := tx.RevokeLinks(ctx, r.ID, now); err != nil {
			return err
		}
		if r.State == Refused {
			if err := TellSender(ctx, tx, e, "sender_declined", map[string]string{"by": r.Name}, now); err != nil {
				return err
			}
			continue
		}
		if !hearsOfEnd(r) {
			continue
		}
		if _, err := QueueMessage(ctx, tx, org, e, r, template, nil, now); err != nil {
			return err
		}
	}
	return nil
}

// ToldOfRefusal says whom Close tells when a recipient refuses: the sender, unless an API account sent the envelope,
// and how many other recipients.
func ToldOfRefusal(e *Envelope, recipients []*Recipient, by id.ID) (sender bool, others int) {
	for _, r := range recipients {
		if r.ID != by && hearsOfEnd(r) {
			others++
		}
	}
	return e.Sender.Kind == "user", others
}

// hearsOfEnd says whether a recipient knows of an envelope and so is told when it ends early.
func hearsOfEnd(r *Recipient) bool { return !r.NotifiedAt.IsZero() }

// Resend queues a recipient's message once more; its link is new when it is sent out, and the old one ends.
func (s *Service) Resend(ctx context.Context, by *access.Principal, envelope, recipient id.ID) (*Message, error) {
	var out *Message
	_, err := s.edit(ctx, by, envelope, 0, OpResend, func(tx Tx, f *Full) error {
		r := f.recipient(recipient)
		if r == nil {
			return noRecipient()
		}
		template, err := templateFor(f.Envelope, f.Recipients, r)
		if err != nil {
			return err
		}
		out, err = QueueMessage(ctx, tx, by.Org, f.Envelope, r, template, nil, s.d.Clock.Now())
		return err
	})
	return out, err
}

// templateFor is the message that a recipient gets when asked for once more.
func templateFor(e *Envelope, all []*Recipient, r *Recipient) (string, error) {
	if !e.State.Open() {
		return "completed", nil
	}
	if r.State == Done {
		return "", problem.New(problem.Conflict, "already_signed", "This recipient has signed already.")
	}
	if !MayAct(e, all, r.ID) {
		return "", problem.New(problem.Conflict, "not_their_turn", "It is not this recipient's turn yet.")
	}
	return "reminder", nil
}

// expireJob turns over what is due in one organization.
func (s *Service) expireJob(ctx context.Context, job schedule.Job) error {
	for {
		n, err := expireAll(ctx, s.d.Store, job.Org, s.d.Clock.Now())
		if err != nil || n < expireBatch {
			return err
		}
	}
}
