package envelope

import (
	"context"
	"slices"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// levels are those that a seal can be asked for: it always bears a time stamp.
var levels = []string{defaultLevel, "B-LT", "B-LTA"}

const defaultLevel = "B-T"

// Input is what a sender sets on an envelope. Nil members stay as they are.
type Input struct {
	Title     *string
	Message   *string
	Locale    *string
	Level     *string
	Ordered   *bool
	ExpiresAt *time.Time
}

// NewEnvelope is a whole draft in one call. Fields may name documents and recipients by position.
type NewEnvelope struct {
	Input
	Documents  []DocumentInput
	Recipients []RecipientInput
	Fields     []FieldInput
}

// Create makes a draft, with whatever of it is known already.
func (s *Service) Create(ctx context.Context, by *access.Principal, in NewEnvelope) (*Full, error) {
	e, err := s.blank(ctx, by)
	if err != nil {
		return nil, err
	}
	f := &Full{Envelope: e}
	if err := s.fillDraft(f, in); err != nil {
		return nil, err
	}
	taken, err := s.takeAll(ctx, by, e, in.Documents)
	if err != nil {
		return nil, err
	}
	for _, t := range taken {
		f.Documents = append(f.Documents, t.doc)
	}
	if err := s.addFields(f, in.Fields, "/fields"); err != nil {
		s.giveBack(ctx, by, taken)
		return nil, err
	}
	err = s.d.Store.Update(ctx, by.Org, func(tx Tx) error { return s.insertDraft(ctx, tx, by, *e, f, taken) })
	if err != nil {
		s.giveBack(ctx, by, taken)
		return nil, err
	}
	return s.Get(ctx, by, e.ID)
}

func (s *Service) blank(ctx context.Context, by *access.Principal) (*Envelope, error) {
	now := s.d.Clock.Now()
	e := &Envelope{
		ID: id.New(), Org: by.Org, State: Draft, Locale: "en", Level: defaultLevel,
		Sender: by.Actor(), CreatedAt: now, UpdatedAt: now,
	}
	if s.d.Seals == nil {
		return e, nil
	}
	var err error
	e.Level, err = s.d.Seals.Level(ctx, by.Org)
	return e, err
}

// fillDraft applies what needs no outside act, so that a bad request costs no intake.
func (s *Service) fillDraft(f *Full, in NewEnvelope) error {
	var bad faults
	s.apply(f.Envelope, in.Input, "", &bad)
	if len(in.Documents) > MaxDocuments {
		bad.add("/documents", "too_many_documents", "An envelope holds at most 25 documents.")
	}
	if len(in.Recipients) > MaxRecipients {
		bad.add("/recipients", "too_many_recipients", "An envelope has at most 100 recipients.")
	}
	if err := bad.err(); err != nil {
		return err
	}
	for i, r := range in.Recipients {
		f.Recipients = append(f.Recipients, s.newRecipient(f, r, pointer("/recipients", i), &bad))
	}
	return bad.err()
}

// insertDraft takes the envelope by value: the closure may run again and must start from the same state.
func (s *Service) insertDraft(ctx context.Context, tx Tx, by *access.Principal, e Envelope, f *Full, taken []*taken) error {
	now := s.d.Clock.Now()
	if err := tx.InsertEnvelope(ctx, &e); err != nil {
		return err
	}
	if err := Append(ctx, tx, &e, now, by.Actor(), "envelope.created", nil, nil); err != nil {
		return err
	}
	for _, t := range taken {
		if err := insertTaken(ctx, tx, by, &e, t, now); err != nil {
			return err
		}
	}
	for _, r := range f.Recipients {
		if err := tx.PutRecipient(ctx, r); err != nil {
			return err
		}
	}
	for _, fd := range f.Fields {
		if err := tx.PutField(ctx, fd); err != nil {
			return err
		}
	}
	return tx.UpdateEnvelope(ctx, &e)
}

// Get reads an envelope with everything that belongs to it.
func (s *Service) Get(ctx context.Context, by *access.Principal, envelope id.ID) (*Full, error) {
	var out *Full
	err := s.read(ctx, by, envelope, func(tx Tx, e *Envelope) error {
		var err error
		out, err = readFull(ctx, tx, e)
		return err
	})
	return out, err
}

func (s *Service) read(ctx context.Context, by *access.Principal, envelope id.ID, fn func(Tx, *Envelope) error) error {
	return Read(ctx, s.d.Store, by.Org, envelope, s.d.Clock.Now(), readable(by), fn)
}

// List reads a page of envelopes, newest first. A sender sees their own.
func (s *Service) List(ctx context.Context, by *access.Principal, f Filter) ([]Listed, error) {
	for _, st := range f.States {
		if !slices.Contains(states, st) {
			return nil, problem.InField("query/state", "state", "The states are "+listed(states)+".")
		}
	}
	if _, err := expireAll(ctx, s.d.Store, by.Org, s.d.Clock.Now()); err != nil {
		return nil, err
	}
	if own := ownOnly(by); own != "" {
		f.Sender = own
	}
	if f.Group != "" && groups[f.Group] == nil {
		return nil, problem.InField("query/group", "group", "The groups are needs_me, waiting, done and problem.")
	}
	var err error
	if f.Me, err = s.addressOf(ctx, by); err != nil {
		return nil, err
	}
	var out []Listed
	err = s.d.Store.View(ctx, by.Org, func(tx Tx) error {
		found, err := tx.Envelopes(ctx, f)
		if err != nil {
			return err
		}
		out, err = withSigners(ctx, tx, found)
		return err
	})
	return out, err
}

func withSigners(ctx context.Context, tx Tx, found []*Envelope) ([]Listed, error) {
	var names []id.ID
	for _, e := range found {
		names = append(names, e.ID)
	}
	signers, err := tx.Signers(ctx, names)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, 0, len(found))
	for _, e := range found {
		out = append(out, Listed{e, signers[e.ID]})
	}
	return out, nil
}

// ownOnly is the sender to whose envelopes a caller is confined; empty: not confined.
func ownOnly(by *access.Principal) id.ID {
	if by.SeesAll() {
		return ""
	}
	return by.Actor().ID
}

// addressOf is the e-mail address of a member of staff; an API account has none.
func (s *Service) addressOf(ctx context.Context, by *access.Principal) (string, error) {
	if by.User == "" || s.d.Users == nil {
		return "", nil
	}
	u, err := s.d.Users.User(ctx, by.Org, by.User)
	if problem.KindOf(err) == problem.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return u.Email, nil
}

// Counts are the numbers of a first page.
type Counts struct {
	Draft   int // not sent yet
	NeedsMe int // the caller has to do something: drafts, declined, and what waits for their own signature
	Waiting int // others have to act, or we prepare and seal
	Done    int
	Problem int // declined, voided, expired; an invitation failed, or a seal cannot be made at the moment
	ByState map[State]int
}

// groups says which states make up each group of a list; the store knows what else belongs to one.
var groups = map[string][]State{
	"needs_me": {Draft, Declined},
	"waiting":  {Preparing, Sent, InProgress, Completed, Sealing},
	"done":     {Sealed, Delivered},
	"problem":  {Declined, Voided, Expired},
}

// GroupStates are the states of a group; nil for an unknown one.
func GroupStates(group string) []State { return groups[group] }

// Counts counts the caller's envelopes by state and group.
func (s *Service) Counts(ctx context.Context, by *access.Principal) (*Counts, error) {
	if _, err := expireAll(ctx, s.d.Store, by.Org, s.d.Clock.Now()); err != nil {
		return nil, err
	}
	me, err := s.addressOf(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &Counts{}
	err = s.d.Store.View(ctx, by.Org, func(tx Tx) (err error) {
		if out.ByState, err = tx.CountByState(ctx, ownOnly(by)); err != nil {
			return err
		}
		for group, n := range map[string]*int{"needs_me": &out.NeedsMe, "waiting": &out.Waiting, "done": &out.Done, "problem": &out.Problem} {
			if *n, err = tx.CountEnvelopes(ctx, Filter{Group: group, Sender: ownOnly(by), Me: me}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Draft = out.ByState[Draft]
	return out, nil
}

// Update changes a draft.
func (s *Service) Update(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in Input) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		var bad faults
		s.apply(f.Envelope, in, "", &bad)
		if err := bad.err(); err != nil {
			return err
		}
		return s.noteUpdate(ctx, tx, by, f.Envelope, "details")
	})
}

func (s *Service) noteUpdate(ctx context.Context, tx Tx, by *access.Principal, e *Envelope, part string) error {
	return Append(ctx, tx, e, s.d.Clock.Now(), by.Actor(), "envelope.updated", map[string]string{"part": part}, nil)
}

// Delete removes a draft and everything that belongs to it.
func (s *Service) Delete(ctx context.Context, by *access.Principal, envelope id.ID, v Expected) error {
	return Enter(ctx, s.d.Store, by.Org, envelope, s.d.Clock.Now(), OpDelete, writable(by), func(tx Tx, e *Envelope) error {
		if err := v.check(e); err != nil {
			return err
		}
		return tx.DeleteDraft(ctx, envelope)
	})
}

// apply sets what the input names, noting what breaks a rule.
func (s *Service) apply(e *Envelope, in Input, at string, bad *faults) {
	if in.Title != nil {
		e.Title = checkLine(*in.Title, 300, at+"/title", bad)
	}
	if in.Message != nil {
		e.Message = checkText(*in.Message, 5000, at+"/message", bad)
	}
	if in.Locale != nil {
		e.Locale = checkLocale(*in.Locale, at+"/locale", bad)
	}
	if in.Level != nil {
		if e.Level = *in.Level; !slices.Contains(levels, e.Level) {
			bad.add(at+"/level", "level", "The levels offered are B-T, B-LT and B-LTA.")
		}
	}
	if in.Ordered != nil {
		e.Ordered = *in.Ordered
	}
	if in.ExpiresAt != nil {
		s.applyExpiry(e, *in.ExpiresAt, at, bad)
	}
}

func (s *Service) applyExpiry(e *Envelope, t time.Time, at string, bad *faults) {
	if !t.IsZero() && !t.After(s.d.Clock.Now()) {
		bad.add(at+"/expires_at", "in_the_past", "The time of expiry must lie in the future.")
	}
	e.ExpiresAt = t.UTC().Truncate(time.Microsecond)
}

// problemOf is the answer to a request with faults.
func problemOf(fields []problem.Field) error {
	if len(fields) == 0 {
		return nil
	}
	code, detail := fields[0].Code, fields[0].Detail
	if len(fields) > 1 {
		code, detail = "invalid", "Several members of the request break a rule; each is listed."
	}
	return problem.New(problem.Invalid, code, detail).With(fields...)
}
