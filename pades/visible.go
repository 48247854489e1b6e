package pades

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
)

// ErrPlace says that a visible signature has no place where it was asked for: no
// such page, or a box outside of it.
var ErrPlace = errors.New("the signature has no place there")

// Pages that have no number.
const (
	LastPage  = -1 // the last of the document
	AnyPage   = -2 // that of the field, the first for a new one
	EveryPage = -3 // of copies: all pages but that of the signature
)

// usualBox is where a signature stands that was given no place: half an inch from
// the lower left corner.
var usualBox = pdf.Rect{LLX: 36, LLY: 36, URX: 236, URY: 96}

// Visible places a signature on a page. It is seen in one place only: a signature
// field has one widget (ISO 32000-2 section 12.7.5.5). Copies on further pages are
// stamps, which mean nothing by themselves.
//
// Of a field that is there already the place is its own: Page and Rect are those
// of a new field.
type Visible struct {
	Page    int      // from 0, or LastPage or AnyPage
	Rect    pdf.Rect // in points of the page's own space, or as AsShown says; zero with AsShown is 200 by 60 points near the lower left corner
	AsShown bool     // Rect is measured on the page as readers see it, turned, from the lower left corner of its crop box
	Copies  []int    // further pages (from 0, LastPage or EveryPage) that show the same at the same place; refused with ErrNotAllowed in a file that bears signatures

	// Look draws the signature upright in a box of w by h points. It is called
	// once for each size of box.
	Look func(w, h float64) (*draw.Form, error)

	// Draw stores an appearance, a form XObject, as it is: what Look does not
	// serve. It is asked where Look is nil.
	Draw func(w pdf.ObjectWriter) (pdf.Ref, error)
}

// Flags of annotations, ISO 32000-2 table 167.
const (
	annotPrint          = 1 << 2
	annotReadOnly       = 1 << 6
	annotLocked         = 1 << 7
	annotLockedContents = 1 << 9
)

// place finds the page and the box in its own space.
func (v *Visible) place(file *pdf.File, index int) (page pdf.Page, rect pdf.Rect, err error) {
	count, err := file.PageCount()
	if err != nil {
		return page, rect, err
	}
	switch index {
	case LastPage:
		index = count - 1
	case AnyPage:
		index = 0
	}
	if index < 0 || index >= count {
		return page, rect, fmt.Errorf("%w: page %d of %d", ErrPlace, index+1, count)
	}
	if page, err = file.Page(index); err != nil || !v.AsShown {
		return page, v.Rect, err
	}
	w, h := page.Shown()
	r := v.Rect
	if r == (pdf.Rect{}) {
		r = intersection(usualBox, w, h)
	}
	const slack = 0.01 // of rounding, points
	if r.LLX < -slack || r.LLY < -slack || r.URX > w+slack || r.URY > h+slack || r.Width() <= 0 || r.Height() <= 0 {
		return page, rect, fmt.Errorf("%w: page %d is %.0f x %.0f points", ErrPlace, index+1, w, h)
	}
	return page, page.FromShown(r), nil
}

// follows reports whether a field's own place is what was asked for.
func (v *Visible) follows(f form.Field) bool {
	return v.Rect == pdf.Rect{} && (v.Page == AnyPage || v.Page == widgetsOf(f)[0].Page)
}

// intersection is the part of a box that lies on a page of w by h points.
func intersection(r pdf.Rect, w, h float64) pdf.Rect {
	return pdf.Rect{LLX: min(r.LLX, w/8), LLY: min(r.LLY, h/8), URX: min(r.URX, w*7/8), URY: min(r.URY, h*7/8)}
}

// spot is one place where the look is wanted.
type spot struct {
	rect   pdf.Rect
	rotate int
	set    func(look pdf.Ref) error
}

// draw sets the appearance of the widgets, and of copies, where one was asked for.
func (l *layout) draw(widgets []form.Widget) error {
	v := l.opt.Visible
	switch {
	case v == nil || v.Look == nil && v.Draw == nil:
		return nil
	case v.Look == nil:
		normal, err := v.Draw(l.update)
		if err != nil {
			return fmt.Errorf("draw: %w", err)
		}
		return l.wear(widgets[0].Ref, normal)
	}
	spots, err := l.spots(widgets)
	if err != nil {
		return err
	}
	copies, err := l.copies(widgets[0].Page)
	if err != nil {
		return err
	}
	return l.show(append(spots, copies...))
}

// spots are those of the field's widgets that are seen at all.
func (l *layout) spots(widgets []form.Widget) (spots []spot, err error) {
	for _, w := range widgets {
		if w.Rect.Width() <= 0 || w.Rect.Height() <= 0 {
			continue
		}
		s := spot{rect: w.Rect, set: func(look pdf.Ref) error { return l.wear(w.Ref, look) }}
		if w.Page >= 0 {
			page, err := l.update.File().Page(w.Page)
			if err != nil {
				return nil, err
			}
			s.rotate = page.Rotate
		}
		spots = append(spots, s)
	}
	if len(spots) == 0 {
		return nil, fmt.Errorf("%w: it shows on no page", ErrField)
	}
	return spots, nil
}

// wear gives a widget its appearance.
func (l *layout) wear(widget, look pdf.Ref) error {
	d, err := l.dict(widget)
	if err != nil {
		return err
	}
	d = d.Clone()
	d["AP"] = pdf.Dict{"N": look}
	d["F"] = pdf.Integer(annotPrint | annotLocked)
	l.update.Put(widget, d)
	return nil
}

// copies are stamps. After a signature they would be changes that it does not
// allow.
func (l *layout) copies(own int) (spots []spot, err error) {
	v := l.opt.Visible
	if len(v.Copies) > 0 && l.opt.signedBefore {
		return nil, fmt.Errorf("%w: copies on further pages would change what is signed", ErrNotAllowed)
	}
	file, taken := l.update.File(), map[int]bool{own: true}
	indexes := v.Copies
	if slices.Contains(indexes, EveryPage) {
		count, err := file.PageCount()
		if err != nil {
			return nil, err
		}
		indexes = make([]int, count)
		for i := range indexes {
			indexes[i] = i
		}
	}
	for _, index := range indexes {
		page, rect, err := v.place(file, index)
		if err != nil {
			return nil, err
		}
		if taken[page.Index] {
			continue
		}
		taken[page.Index] = true
		spots = append(spots, spot{rect: rect, rotate: page.Rotate, set: func(look pdf.Ref) error {
			return form.Annotate(l.update, page.Index, l.stamp(rect, look))
		}})
	}
	return spots, nil
}

func (l *layout) stamp(rect pdf.Rect, look pdf.Ref) pdf.Dict {
	return pdf.Dict{
		"Type": pdf.Name("Annot"), "Subtype": pdf.Name("Stamp"), "Rect": rect.Array(),
		"F":        pdf.Integer(annotPrint | annotReadOnly | annotLocked | annotLockedContents),
		"Contents": pdf.Text("Copy of the signature " + l.field), "AP": pdf.Dict{"N": look},
	}
}

// look is what spots of one shape share.
type look struct {
	w, h   float64
	rotate int
}

// show draws each shape of box once and sets it where it belongs.
func (l *layout) show(spots []spot) error {
	index := map[look]int{}
	var forms []*draw.Form
	for _, s := range spots {
		key := look{s.rect.Width(), s.rect.Height(), s.rotate}
		if _, drawn := index[key]; drawn {
			continue
		}
		w, h := key.w, key.h
		if s.rotate%180 != 0 {
			w, h = h, w
		}
		f, err := l.opt.Visible.Look(w, h)
		if err != nil {
			return err
		}
		index[key] = len(forms)
		forms = append(forms, f.Turned(s.rotate))
	}
	refs, err := profile(l.update.File()).Store(l.update, forms...)
	if err != nil {
		return err
	}
	for _, s := range spots {
		if err := s.set(refs[index[look{s.rect.Width(), s.rect.Height(), s.rotate}]]); err != nil {
			return err
		}
	}
	return nil
}

// profile is what the file's drawings must keep to. Metadata that cannot be read
// claim nothing.
func profile(file *pdf.File) draw.Profile {
	catalog, err := file.Catalog()
	if err != nil {
		return draw.Profile{}
	}
	o, err := file.Resolve(catalog["Metadata"])
	stream, ok := o.(*pdf.Stream)
	if err != nil || !ok {
		return draw.Profile{}
	}
	xmp, err := file.Decode(stream)
	if err != nil || !bytes.Contains(xmp, []byte("http://www.aiim.org/pdfa/ns/id/")) {
		return draw.Profile{}
	}
	return draw.ProfilePDFA()
}
