// Package ceremony is one recipient's sitting: open the link, consent, review, fill, sign or refuse. It holds
// the rules of a sitting; how an act becomes bytes is a method's business, what follows it the envelope's.
package ceremony

import (
	"context"
	"hash/fnv"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Pages draws pages and reads their text, in a child process with memory and time caps. *intake.Pool
// satisfies it.
type Pages interface {
	PageImage(ctx context.Context, src intake.Source, page, dpi int, format string) ([]byte, error)
	Text(ctx context.Context, src intake.Source, page int) ([]intake.Run, error)
}

// Organizations names the organization that asks for signatures.
type Organizations interface {
	OrganizationName(ctx context.Context, org id.Org) (string, error)
}

// Deps is what the service needs; all members are required.
type Deps struct {
	Store         envelope.Store
	Vault         envelope.Vault
	Methods       *method.Registry
	Types         envelope.Types
	Fonts         *draw.FontSet
	Pages         Pages
	Organizations Organizations
	Users         Users
	Clock         clock.Clock
	Mail          func() bool   // copies go out by e-mail; nil: they do not
	PublicURL     func() string // without a slash at the end; the only source of links
}

// Figures of this package.
const (
	sittingLife  = 12 * time.Hour
	handoverLife = 2 * time.Minute
	keepFor      = 30 * 24 * time.Hour // recipients get the sealed file
	linkPause    = 2 * time.Minute     // between two new links that a recipient asks for
	signTries    = 8                   // rebuilds when others act at the same time
)

// stripes is how many acts this process builds at a time, one an envelope: those who sign the same envelope at
// the same moment wait for each other instead of building in vain. Other processes are held off by the heads.
const stripes = 64

// Service holds the rules of sittings.
type Service struct {
	d     Deps
	turns [stripes]chan struct{}
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{d: d}
	for i := range s.turns {
		s.turns[i] = make(chan struct{}, 1)
	}
	return s
}

// take waits until nobody else of this process builds an act on the envelope; release gives the turn back.
func (s *Service) take(ctx context.Context, e id.ID) (release func(), err error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(e))
	turn := s.turns[h.Sum32()%stripes]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Origin is where a call came from, as seen or as stated by the edge.
type Origin struct{ Address, UserAgent, Via string }

func origin(by *access.Principal) Origin {
	return Origin{Address: by.Address, UserAgent: by.UserAgent, Via: by.Via}
}

// personal is the part of an event that says where an act came from.
func (o Origin) personal() map[string]string {
	m := map[string]string{"address": clip(o.Address), "user_agent": clip(o.UserAgent)}
	if o.Via != "" {
		m["via"] = o.Via
	}
	return m
}

// clip bounds what a client says about itself.
func clip(s string) string {
	const most = 400
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

func actor(recipient id.ID) access.Actor { return access.Actor{Kind: "recipient", ID: recipient} }

func anybody(*envelope.Envelope) error { return nil }

// scene is what a sitting sees of its envelope in one transaction.
type scene struct {
	e          *envelope.Envelope
	me         *envelope.Recipient
	recipients []*envelope.Recipient
	documents  []*envelope.Document
	fields     []*envelope.Field
	values     map[id.ID]*envelope.Value
}

func readScene(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, recipient id.ID) (*scene, error) {
	s := &scene{e: e, values: make(map[id.ID]*envelope.Value)}
	var err error
	if s.recipients, err = tx.Recipients(ctx, e.ID); err != nil {
		return nil, err
	}
	for _, r := range s.recipients {
		if r.ID == recipient {
			s.me = r
		}
	}
	if s.me == nil {
		return nil, errNoSitting
	}
	if s.documents, err = tx.Documents(ctx, e.ID); err != nil {
		return nil, err
	}
	if s.fields, err = tx.Fields(ctx, e.ID); err != nil {
		return nil, err
	}
	values, err := tx.Values(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		s.values[v.Field] = v
	}
	return s, nil
}

func (s *scene) document(want id.ID) *envelope.Document {
	for _, d := range s.documents {
		if d.ID == want {
			return d
		}
	}
	return nil
}

// mine lists the recipient's own fields, of one document or, when it is empty, of all.
func (s *scene) mine(document id.ID) []*envelope.Field {
	var out []*envelope.Field
	for _, f := range s.fields {
		if f.Recipient == s.me.ID && (document == "" || f.Document == document) {
			out = append(out, f)
		}
	}
	return out
}

// mayAct says why the recipient cannot act now, if they cannot.
func (s *scene) mayAct() error {
	switch {
	case s.me.State == envelope.Done:
		return errSigned
	case s.me.Role != envelope.RoleSigner:
		return problem.New(problem.Forbidden, "not_a_signer", "You receive a copy of this envelope; there is nothing for you to sign.")
	case !envelope.MayAct(s.e, s.recipients, s.me.ID):
		return problem.New(problem.Conflict, "not_their_turn", "It is not your turn yet. You will get a message when it is.")
	case s.me.ConsentedAt.IsZero():
		return problem.New(problem.Conflict, "no_consent", "Agree to sign electronically first.")
	}
	return nil
}

var (
	errSigned    = problem.New(problem.Conflict, "already_signed", "You have signed this envelope already.")
	errNoSitting = problem.New(problem.Unauthorized, "no_sitting", "This sitting is unknown. Open the link that you received.")
)

// view shows the scene as it is, the envelope expired first where its time has run out.
func (s *Service) view(ctx context.Context, by *access.Principal, op envelope.Operation, fn func(envelope.Tx, *scene) error) error {
	return envelope.Read(ctx, s.d.Store, by.Org, by.Envelope, s.d.Clock.Now(), anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		if err := admitted(e, op, s.d.Clock.Now()); err != nil {
			return err
		}
		sc, err := readScene(ctx, tx, e, by.Recipient)
		if err != nil {
			return err
		}
		return fn(tx, sc)
	})
}

// admitted says why recipients do not see an envelope in its state, if they do not: sealed files are theirs for
// thirty days.
func admitted(e *envelope.Envelope, op envelope.Operation, now time.Time) error {
	if err := e.State.Allow(op); err != nil {
		return err
	}
	if !e.SealedAt.IsZero() && now.After(e.SealedAt.Add(keepFor)) {
		return problem.New(problem.Gone, "access_ended", "The time to download this envelope has ended. Ask its sender for a copy.")
	}
	return nil
}

// change runs fn under the envelope's lock and writes the envelope's row.
func (s *Service) change(ctx context.Context, by *access.Principal, op envelope.Operation, fn func(envelope.Tx, *scene) error) error {
	return envelope.Enter(ctx, s.d.Store, by.Org, by.Envelope, s.d.Clock.Now(), op, anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		if err := stillSitting(ctx, tx, by, s.d.Clock.Now()); err != nil {
			return err
		}
		sc, err := readScene(ctx, tx, e, by.Recipient)
		if err != nil {
			return err
		}
		if err := fn(tx, sc); err != nil {
			return err
		}
		return tx.UpdateEnvelope(ctx, e)
	})
}

// stillSitting looks again, under the lock, whether the sitting was ended by a hand-over meanwhile.
func stillSitting(ctx context.Context, tx envelope.Tx, by *access.Principal, now time.Time) error {
	sit, err := tx.Sitting(ctx, by.Ceremony)
	if err != nil {
		return err
	}
	return open(sit, now)
}
