package envelope

import (
	"context"
	"fmt"
	"io"

	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
)

// PutIncrement stores the bytes of a file followed by an increment to it.
func PutIncrement(ctx context.Context, v Vault, org id.Org, base File, u io.WriterTo) (Blob, error) {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, io.NewSectionReader(base, 0, base.Size()))
		if err == nil {
			_, err = u.WriteTo(w)
		}
		w.CloseWithError(err)
	}()
	b, err := v.Put(ctx, org, r)
	r.CloseWithError(io.ErrClosedPipe)
	return b, err
}

// addForm turns the fields of an unsigned document into form fields of its base revision, so that every later
// act is form filling (ARCHITECTURE section 3.2), and adds the invisible signature field that the seal uses.
func (s *Service) addForm(u *pdf.Update, file *pdf.File, f *Full, d *Document) error {
	assigned := make(map[string]bool)
	for _, fd := range f.Fields {
		if fd.Document != d.ID {
			continue
		}
		if fd.Existing != "" {
			assigned[fd.Existing] = true
			continue
		}
		if err := s.addField(u, file, f, fd); err != nil {
			return err
		}
	}
	if err := s.freezeExisting(u, file, assigned); err != nil {
		return err
	}
	if err := s.addKeyFields(u, f, d); err != nil {
		return err
	}
	_, err := form.AddSignatureField(u, form.SignatureField{Name: SealField, Tooltip: "Seal of the organization"})
	return wrap("add seal field", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("envelope: %s: %w", what, err)
}

// addField adds one form field with the appearance of its empty state.
func (s *Service) addField(u *pdf.Update, file *pdf.File, f *Full, fd *Field) error {
	t, ok := s.d.Types.Find(fd.Type)
	if !ok {
		return fmt.Errorf("envelope: field type is gone")
	}
	page, err := file.Page(fd.Page - 1)
	if err != nil {
		return err
	}
	tip := tooltip(fd, f.recipient(fd.Recipient))
	var ref pdf.Ref
	if t.Kind() == field.KindCheckbox {
		ref, err = s.addCheckbox(u, t, fd, page, tip)
	} else {
		ref, err = s.addText(u, fd, page, tip)
	}
	if err != nil {
		return err
	}
	return setRotation(u, ref, page.Rotate)
}

// tooltip says what a field is and whose (/TU, read out by screen readers).
func tooltip(fd *Field, r *Recipient) string {
	if r == nil {
		return fd.Type
	}
	return fd.Type + ": " + r.Name
}

func (s *Service) addText(u *pdf.Update, fd *Field, page pdf.Page, tip string) (pdf.Ref, error) {
	ref, err := form.AddTextField(u, form.TextField{
		Root: Root, PartialName: fd.partialName(), Tooltip: tip, Page: fd.Page - 1, Rect: fd.Rect(page),
	})
	return ref, wrap("add text field", err)
}

func (s *Service) addCheckbox(u *pdf.Update, t field.Type, fd *Field, page pdf.Page, tip string) (pdf.Ref, error) {
	refs, err := Appearances(u, s.d.Fonts, []Drawing{
		{Field: fd, Type: t, Value: []byte("true"), Rotate: page.Rotate},
		{Field: fd, Type: t, Value: []byte("false"), Rotate: page.Rotate},
	})
	if err != nil {
		return pdf.Ref{}, err
	}
	ref, err := form.AddCheckbox(u, form.Checkbox{
		Root: Root, PartialName: fd.partialName(), Tooltip: tip, Page: fd.Page - 1, Rect: fd.Rect(page), On: refs[0], Off: refs[1],
	})
	return ref, wrap("add check box", err)
}

// setRotation notes in the widget how its page is turned, for readers that draw the field anew.
func setRotation(u *pdf.Update, ref pdf.Ref, rotate int) error {
	if rotate == 0 {
		return nil
	}
	d, err := u.Dict(ref)
	if err != nil {
		return wrap("turn widget", err)
	}
	d["MK"] = pdf.Dict{"R": pdf.Integer(rotate)}
	u.Put(ref, d)
	return nil
}

// addKeyFields adds one empty signature field for each recipient who signs with a key and has a signature in
// this document.
func (s *Service) addKeyFields(u *pdf.Update, f *Full, d *Document) error {
	for _, r := range f.Recipients {
		if !s.d.Methods.UsesKey(r.Method) || !f.signsIn(r.ID, d.ID) {
			continue
		}
		spec := form.SignatureField{Name: r.SignatureName(), Tooltip: "signature: " + r.Name}
		if _, err := form.AddSignatureField(u, spec); err != nil {
			return wrap("add signature field", err)
		}
	}
	return nil
}

func (f *Full) signsIn(recipient, document id.ID) bool {
	for _, fd := range f.Fields {
		if fd.Recipient == recipient && fd.Document == document {
			return true
		}
	}
	return false
}

// SignatureName is the full name of the signature field of a recipient who signs with a key.
func (r *Recipient) SignatureName() string {
	return Root + ".s" + (&Field{ID: r.ID}).partialName()[1:]
}

// freezeExisting keeps the upload's own fields as they are: their values get appearances where they have none,
// and those that nobody was given become read-only.
func (s *Service) freezeExisting(u *pdf.Update, file *pdf.File, assigned map[string]bool) error {
	all, err := form.Read(file)
	if err != nil {
		return err
	}
	for _, fd := range all.Fields {
		if fd.Type == "Sig" || assigned[fd.FullName] || fd.FullName == SealField {
			continue
		}
		if err := s.freeze(u, fd); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) freeze(u *pdf.Update, fd form.Field) error {
	if err := s.showValue(u, fd); err != nil {
		return err
	}
	d, err := u.Dict(fd.Ref)
	if err != nil || d == nil {
		return wrap("freeze field", err)
	}
	d["Ff"] = pdf.Integer(fd.Flags | form.FlagReadOnly)
	u.Put(fd.Ref, d)
	return nil
}

// showValue draws the value of a text field of the upload where no appearance shows it.
func (s *Service) showValue(u *pdf.Update, fd form.Field) error {
	raw, isText := fd.Value.(pdf.String)
	value := raw.Text()
	if fd.Type != "Tx" || !isText || value == "" {
		return nil
	}
	for _, w := range fd.Widgets {
		d, err := u.Dict(w.Ref)
		if err != nil || d == nil || !pdf.IsNull(d["AP"]) || w.Rect.Width() <= 0 || w.Rect.Height() <= 0 {
			continue // shown already, or nowhere
		}
		style := draw.Style{Multiline: fd.Flags&form.FlagMultiline != 0, MinSize: 2}
		drawn, err := draw.TextAppearance(s.d.Fonts, value, w.Rect.Width(), w.Rect.Height(), style)
		if err != nil {
			return err
		}
		refs, err := draw.Store(u, drawn)
		if err != nil {
			return wrap("store appearance", err)
		}
		d["AP"] = pdf.Dict{"N": refs[0]}
		u.Put(w.Ref, d)
	}
	return nil
}
