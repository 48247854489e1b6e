package click

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
)

// oneUse is how long a certificate for one act is valid: its time stamp proves that the act lies within.
const oneUse = 10 * time.Minute

// identity is a key that lives for one act.
type identity struct {
	signer signer.Signer
	chain  []*x509.Certificate
}

// sign makes the act a PDF signature: the values of the recipient's fields and the signature are one increment.
func (m *Method) sign(ctx context.Context, in method.Input, w io.Writer) error {
	places, values := m.split(in.Fields)
	if len(places) == 0 {
		return problem.New(problem.Invalid, "document_signed", "This document bears signatures; who acts in it needs a signature field there.")
	}
	key, err := m.newIdentity(ctx, in)
	if err != nil {
		return err
	}
	var src io.ReaderAt = in.Source
	size := in.Source.Size()
	for i, place := range places {
		last := i == len(places)-1
		var next bytes.Buffer
		var to io.Writer = &next
		if last {
			to = w
		}
		opt, err := m.options(in, place, key)
		if err != nil {
			return err
		}
		if i == 0 && len(values) > 0 {
			opt.Amend = func(u *pdf.Update) error { return m.fill(u, in, values) }
		}
		if _, err := pades.Sign(ctx, src, size, key.signer, m.TSA, opt, to); err != nil {
			return fmt.Errorf("click: sign: %w", err)
		}
		src, size = bytes.NewReader(next.Bytes()), int64(next.Len())
	}
	return nil
}

// split parts the fields that are signed in from those that are filled in.
func (m *Method) split(fields []method.Filled) (places, values []method.Filled) {
	for _, fl := range fields {
		t, ok := m.Types.Find(fl.Field.Type)
		switch {
		case ok && field.Signs(t) && fl.Value != nil:
			places = append(places, fl)
		case ok && !field.Signs(t):
			values = append(values, fl)
		}
	}
	return places, values
}

func (m *Method) newIdentity(ctx context.Context, in method.Input) (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, fmt.Errorf("click: key: %w", err)
	}
	s, err := signer.FromKey(key)
	if err != nil {
		return identity{}, fmt.Errorf("click: key: %w", err)
	}
	chain, err := m.Authority.IssueOneUse(ctx, in.Recipient.Name, Name, s.Public(), oneUse)
	if err != nil {
		return identity{}, fmt.Errorf("click: certificate: %w", err)
	}
	return identity{s, chain}, nil
}

func (m *Method) options(in method.Input, place method.Filled, key identity) (pades.Options, error) {
	visible, err := m.visible(in, place)
	return pades.Options{
		FieldName: place.Field.FormName(), Certificate: key.chain[0], Chain: key.chain[1:],
		Level: pades.LevelT, Name: in.Recipient.Name, Time: in.Now, Visible: visible,
	}, err
}

// visible places the drawing of a signature.
func (m *Method) visible(in method.Input, place method.Filled) (*pades.Visible, error) {
	file, err := pdf.Open(in.Source, in.Source.Size(), pdf.Options{Strict: true})
	if err != nil {
		return nil, err
	}
	d, err := m.drawing(file, in, place)
	if err != nil {
		return nil, err
	}
	page, err := file.Page(place.Field.Page - 1)
	if err != nil {
		return nil, err
	}
	show := func(w pdf.ObjectWriter) (pdf.Ref, error) {
		refs, err := envelope.Appearances(w, m.Fonts, []envelope.Drawing{d})
		if err != nil {
			return pdf.Ref{}, err
		}
		return refs[0], nil
	}
	return &pades.Visible{Page: place.Field.Page - 1, Rect: place.Field.Rect(page), Draw: show}, nil
}

// Preview writes what the act would show. In a document that came with signatures the drawings are placed
// without a signature: nothing is certified before the recipient acts.
func (m *Method) Preview(ctx context.Context, in method.Input, w io.Writer) error {
	if !in.Document.SignedUpload {
		return m.Apply(ctx, in, w)
	}
	file, err := pdf.Open(in.Source, in.Source.Size(), pdf.Options{Strict: true})
	if err != nil {
		return err
	}
	u := pdf.NewUpdate(file)
	places, values := m.split(in.Fields)
	if err := m.fill(u, in, values); err != nil {
		return err
	}
	for i, place := range places {
		if err := m.place(u, in, place, fmt.Sprintf("preview%d", i)); err != nil {
			return err
		}
	}
	if _, err := io.Copy(w, io.NewSectionReader(in.Source, 0, in.Source.Size())); err != nil {
		return fmt.Errorf("click: copy: %w", err)
	}
	if _, err := u.WriteTo(w); err != nil {
		return fmt.Errorf("click: write increment: %w", err)
	}
	return nil
}

// place draws a signature where it will stand, in a field of its own.
func (m *Method) place(u *pdf.Update, in method.Input, fl method.Filled, name string) error {
	d, err := m.drawing(u.File(), in, fl)
	if err != nil {
		return err
	}
	refs, err := envelope.Appearances(u, m.Fonts, []envelope.Drawing{d})
	if err != nil {
		return err
	}
	page, err := u.File().Page(fl.Field.Page - 1)
	if err != nil {
		return err
	}
	ref, err := form.AddTextField(u, form.TextField{Root: envelope.Root, PartialName: name, Page: fl.Field.Page - 1, Rect: fl.Field.Rect(page)})
	if err != nil {
		return fmt.Errorf("click: preview: %w", err)
	}
	return form.SetValue(u, ref, pdf.Text(in.Recipient.Name), refs[0], true)
}
