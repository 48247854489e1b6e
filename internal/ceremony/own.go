package ceremony

import (
	"context"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var (
	errNotYours   = problem.New(problem.Forbidden, "not_your_address", "This recipient has another e-mail address than your account. Only they can sign, with their own link.")
	errNewAccount = problem.New(problem.Forbidden, "account_too_new", "Your account is younger than this envelope. Use the link that was sent to you.")
	errOnlyUsers  = problem.New(problem.Forbidden, "wrong_audience", "This operation is for signed-in users, not for API keys.")
)

// OpenOwn opens a signed-in user's own sitting, without a link: the recipient's address is that of the account. An
// account that was made after the envelope cannot, or whoever makes accounts could make one in a recipient's name.
// How the recipient came in is an event of its own and stands in the evidence.
func (s *Service) OpenOwn(ctx context.Context, by *access.Principal, envelopeID, recipient id.ID) (*Session, error) {
	if by.User == "" {
		return nil, errOnlyUsers
	}
	u, err := s.d.Users.User(ctx, by.Org, by.User)
	if err != nil {
		return nil, err
	}
	now := s.d.Clock.Now()
	var out *Session
	see := func(e *envelope.Envelope) error {
		if !by.MayRead(e.Sender) {
			return problem.New(problem.NotFound, "not_found", "There is no such envelope.")
		}
		return nil
	}
	err = envelope.Enter(ctx, s.d.Store, by.Org, envelopeID, now, envelope.OpSit, see, func(tx envelope.Tx, e *envelope.Envelope) error {
		if err := admitted(e, envelope.OpSit, now); err != nil {
			return err
		}
		sc, err := readScene(ctx, tx, e, recipient)
		if err != nil {
			return problem.New(problem.NotFound, "not_found", "This envelope has no such recipient.")
		}
		if err := sc.own(u); err != nil {
			return err
		}
		out, err = s.enterOwn(ctx, tx, by, sc, u, now)
		return err
	})
	return out, err
}

// own says why a user may not open this recipient's sitting, if they may not.
func (s *scene) own(u *account.User) error {
	switch {
	case !u.DisabledAt.IsZero():
		return problem.New(problem.Forbidden, "user_disabled", "This user is disabled. Ask an administrator.")
	case !strings.EqualFold(strings.TrimSpace(s.me.Email), u.Email) || u.Email == "":
		return errNotYours
	case !u.CreatedAt.Before(s.e.CreatedAt):
		return errNewAccount
	case s.e.State.Open() && s.me.State != envelope.Done && !envelope.MayAct(s.e, s.recipients, s.me.ID):
		return problem.New(problem.Conflict, "not_their_turn", "It is not your turn yet. You will get a message when it is.")
	}
	return nil
}

func (s *Service) enterOwn(ctx context.Context, tx envelope.Tx, by *access.Principal, sc *scene, u *account.User, now time.Time) (*Session, error) {
	secret, sit, err := newSitting(by.Org, sc.e, sc.me.ID, origin(by), now)
	if err != nil {
		return nil, err
	}
	if err := tx.PutSitting(ctx, sit); err != nil {
		return nil, err
	}
	if err := markOpened(ctx, tx, sc.me, now); err != nil {
		return nil, err
	}
	facts := map[string]any{"recipient": sc.me.ID, "ceremony": sit.ID, "user": u.ID, "session": by.Session, "account_since": u.CreatedAt.UTC()}
	if err := envelope.Append(ctx, tx, sc.e, now, actor(sc.me.ID), "recipient.signed_in", facts, origin(by).personal()); err != nil {
		return nil, err
	}
	if err := tx.UpdateEnvelope(ctx, sc.e); err != nil {
		return nil, err
	}
	return &Session{Ceremony: sit.ID, Secret: secret, ExpiresAt: sit.ExpiresAt}, nil
}
