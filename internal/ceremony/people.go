package ceremony

import (
	"context"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Users gives the members of staff who send envelopes. *account.Service satisfies it.
type Users interface {
	User(ctx context.Context, org id.Org, user id.ID) (*account.User, error)
}

// asker is the member of staff who sent an envelope, nil where an API account did.
func (s *Service) asker(ctx context.Context, org id.Org, sender access.Actor) (*account.User, error) {
	if sender.Kind != "user" {
		return nil, nil
	}
	u, err := s.d.Users.User(ctx, org, sender.ID)
	if problem.KindOf(err) == problem.NotFound {
		return nil, nil
	}
	return u, err
}

// Told says who gets a message when the recipient refuses.
type Told struct {
	Sender bool // the member of staff who sent the envelope
	Others int  // other recipients
}

func (s *Service) toldOf(sc *scene, asker *account.User) Told {
	_, others := envelope.ToldOfRefusal(sc.e, sc.recipients, sc.me.ID)
	return Told{Sender: asker != nil && asker.DisabledAt.IsZero(), Others: others}
}

// signers counts those who sign, and those of them who have.
func (s *scene) signers() (done, total int) {
	for _, r := range s.recipients {
		if r.Role != envelope.RoleSigner {
			continue
		}
		total++
		if r.State == envelope.Done {
			done++
		}
	}
	return done, total
}

// waitsForOthers says that somebody else has to sign before anything happens for the recipient.
func (s *scene) waitsForOthers() bool {
	done, total := s.signers()
	return s.e.State.Open() && done < total && !envelope.MayAct(s.e, s.recipients, s.me.ID)
}
