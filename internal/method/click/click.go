// Package click is signing by a click: the recipient has no key of their own. In an unsigned document their act
// fills form fields; in a document that came with signatures it is a PDF signature with a certificate of the
// installation, made for this one use, that names signer and method. It decides no routing and stores nothing.
package click

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/tsp"
)

// Name is the method's name in the API and in certificates.
const Name = "click"

// Authority certifies a key for one use.
type Authority interface {
	// IssueOneUse returns the leaf and its issuers, leaf first.
	IssueOneUse(ctx context.Context, subject, method string, pub any, validity time.Duration) ([]*x509.Certificate, error)
}

// Method signs by click.
type Method struct {
	Types     envelope.Types
	Fonts     *draw.FontSet
	Authority Authority  // for documents that came with signatures
	TSA       tsp.Source // the same
}

// Name is the method's name.
func (m *Method) Name() string { return Name }

// UsesKey is false: the recipient holds none.
func (m *Method) UsesKey() bool { return false }

// Apply writes the next revision of a document.
func (m *Method) Apply(ctx context.Context, in method.Input, w io.Writer) error {
	if in.Document.SignedUpload {
		return m.sign(ctx, in, w)
	}
	file, err := pdf.Open(in.Source, in.Source.Size(), pdf.Options{})
	if err != nil {
		return err
	}
	u := pdf.NewUpdate(file)
	if err := m.fill(u, in, in.Fields); err != nil {
		return err
	}
	if _, err := io.Copy(w, io.NewSectionReader(in.Source, 0, in.Source.Size())); err != nil {
		return fmt.Errorf("click: copy: %w", err)
	}
	if _, err := u.WriteTo(w); err != nil {
		return fmt.Errorf("click: write increment: %w", err)
	}
	return nil
}

// target is one field to fill: where its form field is, and what to draw.
type target struct {
	envelope.Drawing
	ref pdf.Ref
}

// fill sets values, appearances and ReadOnly of one recipient's fields, all in one revision. Fields that were
// left empty are closed too.
func (m *Method) fill(u *pdf.Update, in method.Input, fields []method.Filled) error {
	targets, err := m.targets(u.File(), in, fields)
	if err != nil {
		return err
	}
	var drawn []envelope.Drawing
	for _, t := range targets {
		if t.Value != nil && t.Type.Kind() != field.KindCheckbox {
			drawn = append(drawn, t.Drawing)
		}
	}
	refs, err := envelope.Appearances(u, m.Fonts, drawn)
	if err != nil {
		return err
	}
	for _, t := range targets {
		var appearance pdf.Ref
		if t.Value != nil && t.Type.Kind() != field.KindCheckbox {
			appearance, refs = refs[0], refs[1:]
		}
		if err := set(u, t, appearance); err != nil {
			return err
		}
	}
	return nil
}

func (m *Method) targets(file *pdf.File, in method.Input, fields []method.Filled) ([]target, error) {
	all, err := form.Read(file)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]pdf.Ref, len(all.Fields))
	for _, fd := range all.Fields {
		byName[fd.FullName] = fd.Ref
	}
	var out []target
	for _, fl := range fields {
		d, err := m.drawing(file, in, fl)
		if err != nil {
			return nil, err
		}
		ref, ok := byName[fl.Field.FormName()]
		if !ok {
			return nil, fmt.Errorf("click: the prepared document lacks a form field")
		}
		out = append(out, target{d, ref})
	}
	return out, nil
}

func (m *Method) drawing(file *pdf.File, in method.Input, fl method.Filled) (envelope.Drawing, error) {
	t, ok := m.Types.Find(fl.Field.Type)
	if !ok {
		return envelope.Drawing{}, fmt.Errorf("click: field type is gone")
	}
	page, err := file.Page(fl.Field.Page - 1)
	if err != nil {
		return envelope.Drawing{}, err
	}
	return envelope.Drawing{Field: fl.Field, Type: t, Value: fl.Value, Context: in.FieldContext(), Rotate: page.Rotate}, nil
}

// set writes one value. A check box keeps the appearances that it was prepared with and changes its state.
func set(u *pdf.Update, t target, appearance pdf.Ref) error {
	if t.Value == nil {
		return closeField(u, t.ref)
	}
	var value pdf.Object = pdf.Text(t.Type.Text(t.Field.Config, t.Value, t.Context))
	if t.Type.Kind() == field.KindCheckbox {
		state, err := stateName(u, t)
		if err != nil {
			return err
		}
		value = state
	}
	if err := form.SetValue(u, t.ref, value, appearance, true); err != nil {
		return fmt.Errorf("click: %w", err)
	}
	return nil
}

// stateName is the name of a check box's state: Off, or the one other that its appearances know.
func stateName(u *pdf.Update, t target) (pdf.Name, error) {
	if t.Type.Text(t.Field.Config, t.Value, t.Context) != "On" {
		return "Off", nil
	}
	d, err := u.Dict(t.ref)
	if err != nil {
		return "", fmt.Errorf("click: check box: %w", err)
	}
	ap, err := u.Dict(d["AP"])
	if err != nil {
		return "", fmt.Errorf("click: check box: %w", err)
	}
	states, err := u.Dict(ap["N"])
	if err != nil {
		return "", fmt.Errorf("click: check box: %w", err)
	}
	for name := range states {
		if name != "Off" {
			return name, nil
		}
	}
	return "Yes", nil
}

// closeField makes a field read-only and leaves its value alone.
func closeField(u *pdf.Update, ref pdf.Ref) error {
	d, err := u.Dict(ref)
	if err != nil {
		return fmt.Errorf("click: close field: %w", err)
	}
	flags, _ := pdf.Int(d["Ff"])
	d["Ff"] = pdf.Integer(flags | form.FlagReadOnly)
	u.Put(ref, d)
	return nil
}
