package envelope

import (
	"context"
	"encoding/json"
	"math"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
)

// FieldInput is what a sender sets on a field. Nil members stay as they are. When a whole draft is created in
// one call, documents and recipients may be named by their position (1, 2, ...) in it.
type FieldInput struct {
	Document, Recipient                 *id.ID // an empty recipient: unassigned
	DocumentPosition, RecipientPosition *int
	Type, Existing                      *string
	Page                                *int
	X, Y, W, H                          *float64
	Required                            *bool
	Config                              json.RawMessage
}

// minFieldSide is the smallest width or height of a field, in points.
const minFieldSide = 4

// addFields makes the fields of a new draft, or of a list that replaces the present one.
func (s *Service) addFields(f *Full, in []FieldInput, list string) error {
	var bad faults
	if len(in) > MaxFields {
		bad.add(list, "too_many_fields", "An envelope holds at most 2,000 fields.")
		return bad.err()
	}
	for i, each := range in {
		fd := &Field{ID: id.New(), Envelope: f.Envelope.ID, Page: 1, Required: true}
		s.applyField(f, fd, each, pointer(list, i), &bad)
		f.Fields = append(f.Fields, fd)
	}
	return bad.err()
}

// applyField sets what the input names and judges the field as a whole.
func (s *Service) applyField(f *Full, fd *Field, in FieldInput, at string, bad *faults) {
	applyOwner(f, fd, in, at, bad)
	set(&fd.Type, in.Type)
	set(&fd.Existing, in.Existing)
	set(&fd.Page, in.Page)
	set(&fd.X, in.X)
	set(&fd.Y, in.Y)
	set(&fd.W, in.W)
	set(&fd.H, in.H)
	set(&fd.Required, in.Required)
	if in.Config != nil {
		fd.Config = in.Config
	}
	doc := f.document(fd.Document)
	if doc == nil {
		bad.add(at+"/document", "document", "The envelope has no such document.")
		return
	}
	if !s.checkType(fd, at, bad) {
		return
	}
	facts, err := doc.ReadFacts()
	if err != nil {
		bad.add(at+"/document", "document", "The document cannot be read.")
		return
	}
	s.checkPlace(doc, facts, fd, at, bad)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func applyOwner(f *Full, fd *Field, in FieldInput, at string, bad *faults) {
	set(&fd.Document, in.Document)
	set(&fd.Recipient, in.Recipient)
	if p := in.DocumentPosition; p != nil && *p >= 1 && *p <= len(f.Documents) {
		fd.Document = f.Documents[*p-1].ID
	}
	if p := in.RecipientPosition; p != nil {
		if *p < 1 || *p > len(f.Recipients) {
			bad.add(at+"/recipient_position", "unknown_recipient", "The envelope has no recipient at this position.")
			return
		}
		fd.Recipient = f.Recipients[*p-1].ID
	}
	if fd.Recipient != "" && f.recipient(fd.Recipient) == nil {
		bad.add(at+"/recipient", "unknown_recipient", "The envelope has no such recipient.")
	}
}

func (s *Service) checkType(fd *Field, at string, bad *faults) bool {
	t, ok := s.d.Types.Find(fd.Type)
	if !ok {
		bad.add(at+"/type", "field_type", "There is no such type of field.")
		return false
	}
	if err := t.CheckConfig(fd.Config); err != nil {
		bad.take(err, at+"/config")
		return false
	}
	return true
}

// checkPlace judges where a field lies. One that takes over a field of the upload lies where that one does.
func (s *Service) checkPlace(doc *Document, facts *DocumentFacts, fd *Field, at string, bad *faults) {
	if fd.Existing != "" {
		s.takeOver(doc, facts, fd, at, bad)
		return
	}
	if fd.Page < 1 || fd.Page > len(facts.Pages) {
		bad.add(at+"/page", "off_page", "The document has no such page.")
		return
	}
	if !onPage(facts.Pages[fd.Page-1], fd) {
		bad.add(at, "off_page", "The field does not lie on the page as a whole, or is smaller than 4 by 4 points.")
	}
}

// takeOver gives a field the place of the upload's own field that it stands for.
func (s *Service) takeOver(doc *Document, facts *DocumentFacts, fd *Field, at string, bad *faults) {
	found := facts.find(fd.Existing)
	if found == nil || found.Page < 1 || found.Page > len(facts.Pages) {
		bad.add(at+"/existing", "existing_field", "The document has no visible form field of this name.")
		return
	}
	if !s.fits(found.Type, fd.Type) || found.Type == "Sig" && !doc.SignedUpload {
		bad.add(at+"/type", "existing_field", "A field of this type cannot take over this form field.")
		return
	}
	crop := facts.Pages[found.Page-1].Crop
	fd.Page = found.Page
	fd.X, fd.Y = found.Rect[0]-crop[0], found.Rect[1]-crop[1]
	fd.W, fd.H = found.Rect[2]-found.Rect[0], found.Rect[3]-found.Rect[1]
}

func (f *DocumentFacts) find(name string) *intake.FormField {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// fits says whether our type of field can be kept in a form field of this kind.
func (s *Service) fits(formType, ours string) bool {
	t, ok := s.d.Types.Find(ours)
	if !ok {
		return false
	}
	switch formType {
	case "Tx":
		return t.Kind() == field.KindText && !field.Signs(t)
	case "Btn":
		return t.Kind() == field.KindCheckbox
	case "Sig":
		return field.Signs(t)
	}
	return false
}

// onPage says whether a field lies within the crop box. A hair of rounding is forgiven.
func onPage(p intake.Page, fd *Field) bool {
	const hair = 0.01
	for _, v := range []float64{fd.X, fd.Y, fd.W, fd.H} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	if fd.W < minFieldSide || fd.H < minFieldSide || fd.X < -hair || fd.Y < -hair {
		return false
	}
	return fd.X+fd.W <= p.Crop[2]-p.Crop[0]+hair && fd.Y+fd.H <= p.Crop[3]-p.Crop[1]+hair
}

// AddField places a field.
func (s *Service) AddField(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in FieldInput) (*Full, *Field, error) {
	var added id.ID
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		if len(f.Fields) >= MaxFields {
			return problem.New(problem.Invalid, "too_many_fields", "An envelope holds at most 2,000 fields.")
		}
		fd := &Field{ID: id.New(), Envelope: f.Envelope.ID, Page: 1, Required: true}
		added = fd.ID
		return s.putField(ctx, tx, by, f, fd, in)
	})
	if err != nil {
		return nil, nil, err
	}
	return f, f.field(added), nil
}

func (s *Service) putField(ctx context.Context, tx Tx, by *access.Principal, f *Full, fd *Field, in FieldInput) error {
	var bad faults
	s.applyField(f, fd, in, "", &bad)
	if err := bad.err(); err != nil {
		return err
	}
	if err := tx.PutField(ctx, fd); err != nil {
		return err
	}
	return s.noteUpdate(ctx, tx, by, f.Envelope, "fields")
}

// UpdateField changes a field.
func (s *Service) UpdateField(ctx context.Context, by *access.Principal, envelope, fieldID id.ID, v Expected, in FieldInput) (*Full, *Field, error) {
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		fd := f.field(fieldID)
		if fd == nil {
			return noField()
		}
		return s.putField(ctx, tx, by, f, fd, in)
	})
	if err != nil {
		return nil, nil, err
	}
	return f, f.field(fieldID), nil
}

func noField() error {
	return problem.New(problem.NotFound, "not_found", "This envelope has no such field.")
}

// ReplaceFields puts a whole list in the place of the present fields.
func (s *Service) ReplaceFields(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in []FieldInput) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		old := f.Fields
		f.Fields = nil
		if err := s.addFields(f, in, ""); err != nil {
			return err
		}
		for _, fd := range old {
			if err := tx.DeleteField(ctx, fd.ID); err != nil {
				return err
			}
		}
		for _, fd := range f.Fields {
			if err := tx.PutField(ctx, fd); err != nil {
				return err
			}
		}
		return s.noteUpdate(ctx, tx, by, f.Envelope, "fields")
	})
}

// RemoveField takes a field away.
func (s *Service) RemoveField(ctx context.Context, by *access.Principal, envelope, fieldID id.ID, v Expected) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		if f.field(fieldID) == nil {
			return noField()
		}
		if err := tx.DeleteField(ctx, fieldID); err != nil {
			return err
		}
		return s.noteUpdate(ctx, tx, by, f.Envelope, "fields")
	})
}
