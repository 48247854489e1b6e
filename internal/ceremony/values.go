package ceremony

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
)

// maxValues bounds one call; an envelope has no more fields.
const maxValues = envelope.MaxFields

// ValueInput is what a recipient entered in one field; null clears it.
type ValueInput struct {
	Field id.ID
	Value json.RawMessage
}

// unset says whether a value stands for none.
func unset(v json.RawMessage) bool {
	v = bytes.TrimSpace(v)
	return len(v) == 0 || string(v) == "null"
}

// Save keeps drafts of the recipient's values, each judged by its type. Nothing is kept when one is refused.
func (s *Service) Save(ctx context.Context, by *access.Principal, in []ValueInput) error {
	if len(in) > maxValues {
		return problem.InField("/values", "too_many_values", "There are more values than an envelope has fields.")
	}
	now := s.d.Clock.Now()
	return s.change(ctx, by, envelope.OpAct, func(tx envelope.Tx, sc *scene) error {
		if err := sc.mayAct(); err != nil {
			return err
		}
		values, err := s.judge(sc, in, now)
		if err != nil {
			return err
		}
		for _, v := range values {
			if err := tx.PutValue(ctx, sc.e.ID, v); err != nil {
				return err
			}
		}
		facts := map[string]any{"recipient": sc.me.ID, "ceremony": by.Ceremony}
		return once(ctx, tx, sc.e, now, by, "recipient.saved", facts)
	})
}

// judge brings submitted values into normal form; problems point at the field by its id.
func (s *Service) judge(sc *scene, in []ValueInput, now time.Time) ([]*envelope.Value, error) {
	mine := make(map[id.ID]*envelope.Field)
	for _, f := range sc.mine("") {
		mine[f.ID] = f
	}
	var bad []problem.Field
	var out []*envelope.Value
	for _, v := range in {
		f, ok := mine[v.Field]
		if !ok {
			bad = append(bad, fault("/values/"+safeID(v.Field), "unknown_field", "You have no such field."))
			continue
		}
		data, faults := s.judgeOne(f, v.Value)
		if len(faults) == 0 {
			if err := s.fits(sc, f, data, now); err != nil {
				return nil, err
			}
		}
		bad = append(bad, faults...)
		out = append(out, &envelope.Value{Field: f.ID, Recipient: sc.me.ID, Data: data, UpdatedAt: now})
	}
	return out, refusal(bad)
}

// safeID keeps what is not an id out of answers.
func safeID(v id.ID) string {
	if id.Valid(string(v)) {
		return string(v)
	}
	return "-"
}

func fault(pointer, code, detail string) problem.Field {
	return problem.Field{Pointer: pointer, Code: code, Detail: detail}
}

func refusal(bad []problem.Field) error {
	if len(bad) == 0 {
		return nil
	}
	return problem.New(problem.Invalid, bad[0].Code, bad[0].Detail).With(bad...)
}

func (s *Service) judgeOne(f *envelope.Field, v json.RawMessage) (json.RawMessage, []problem.Field) {
	at := "/values/" + string(f.ID)
	t, ok := s.d.Types.Find(f.Type)
	switch {
	case !ok:
		return nil, []problem.Field{fault(at, "field_type", "There is no such type of field.")}
	case field.ServerOnly(t):
		return nil, []problem.Field{fault(at, "server_only", "This field is filled in by the server when you sign.")}
	case unset(v):
		return json.RawMessage("null"), nil
	}
	normal, err := t.Validate(s.d.Fonts, f.Config, v)
	if err == nil {
		return normal, nil
	}
	p := problem.From(err)
	if len(p.Fields) == 0 {
		return nil, []problem.Field{fault(at, p.Code, p.Detail)}
	}
	var out []problem.Field
	for _, m := range p.Fields {
		out = append(out, fault(at+m.Pointer, m.Code, m.Detail))
	}
	return nil, out
}

// fits says whether a text can be drawn in its field, so that it is refused where it is entered.
func (s *Service) fits(sc *scene, f *envelope.Field, v json.RawMessage, now time.Time) error {
	t, ok := s.d.Types.Find(f.Type)
	d := sc.document(f.Document)
	if !ok || d == nil || unset(v) || field.Signs(t) || t.Empty(v) {
		return nil
	}
	facts, err := d.ReadFacts()
	if err != nil {
		return err
	}
	in := method.Input{Envelope: sc.e, Recipient: sc.me, Now: now}
	w, h := facts.Upright(f)
	if _, err = t.Draw(s.d.Fonts, f.Config, v, in.FieldContext(), w, h); problem.KindOf(err) == problem.Invalid {
		p := problem.From(err)
		return problem.InField("/values/"+string(f.ID), p.Code, p.Detail)
	}
	return err
}

// filled joins the recipient's fields of all documents with their values: entered ones, and those that the
// server gives. With complete set, a required field without a value is a problem.
func (s *Service) filled(sc *scene, now time.Time, complete bool) (map[id.ID][]method.Filled, error) {
	out := make(map[id.ID][]method.Filled)
	in := method.Input{Envelope: sc.e, Recipient: sc.me, Now: now}
	var bad []problem.Field
	for _, f := range sc.mine("") {
		v, err := s.valueOf(sc, f, in.FieldContext())
		if err != nil {
			return nil, err
		}
		if f.Required && complete && s.lacks(f, v) {
			bad = append(bad, fault("/values/"+string(f.ID), "required", "Fill in this field before you sign."))
		}
		out[f.Document] = append(out[f.Document], method.Filled{Field: f, Value: v})
	}
	return out, refusal(bad)
}

// lacks says whether a value leaves its field unfilled: none, an empty text, a box that is not ticked.
func (s *Service) lacks(f *envelope.Field, v json.RawMessage) bool {
	t, ok := s.d.Types.Find(f.Type)
	return v == nil || ok && t.Empty(v)
}

// valueOf is a field's value: what was entered, else what its type fills in; nil for none. Who empties a field
// or unticks a box has entered that.
func (s *Service) valueOf(sc *scene, f *envelope.Field, c field.Context) (json.RawMessage, error) {
	t, ok := s.d.Types.Find(f.Type)
	if !ok {
		return nil, problem.New(problem.Internal, "internal", "Something went wrong on our side.")
	}
	if v := sc.values[f.ID]; v != nil && !unset(v.Data) && !field.ServerOnly(t) {
		if t.Empty(v.Data) && t.Kind() != field.KindCheckbox {
			return nil, nil
		}
		return v.Data, nil
	}
	if v, ok := t.Default(f.Config, c); ok && !unset(v) {
		return v, nil
	}
	return nil, nil
}
