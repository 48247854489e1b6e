package form

import (
	"errors"
	"fmt"

	"github.com/consigil/consigil/pdf"
)

// errTooMany ends the walk of a field tree that has no end in sight.
var errTooMany = errors.New("pdf/form: too many fields")

// Read lists the form's fields. A file without a form gives an empty Form.
// What is broken is noted in Form.Errors and passed over: an odd form must not
// keep a document from being signed.
func Read(f *pdf.File) (*Form, error) {
	cat, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	form := &Form{}
	form.Ref, _ = cat["AcroForm"].(pdf.Ref)
	form.Dict, err = f.Dict(cat["AcroForm"])
	if err != nil {
		form.Errors = append(form.Errors, fmt.Errorf("pdf/form: read: %w", err))
	}
	if form.Dict == nil {
		return form, nil
	}
	w := &walk{f: f, form: form, seen: map[pdf.Ref]bool{}}
	w.placeWidgets()
	w.roots()
	return form, nil
}

// walk reads the field tree.
type walk struct {
	f     *pdf.File
	form  *Form
	seen  map[pdf.Ref]bool
	pages map[pdf.Ref]int // widget to page
}

// attributes are what fields inherit.
type attributes struct {
	name   string
	kind   pdf.Name
	value  pdf.Object
	flags  int
	maxLen int
	da     string
}

func (w *walk) note(err error) {
	if len(w.form.Errors) < 100 {
		w.form.Errors = append(w.form.Errors, fmt.Errorf("pdf/form: read: %w", err))
	}
}

// placeWidgets notes on which page each annotation stands.
func (w *walk) placeWidgets() {
	w.pages = map[pdf.Ref]int{}
	for p, err := range w.f.Pages() {
		if err != nil {
			w.note(err)
			return
		}
		annots, err := w.f.Array(p.Dict["Annots"])
		if err != nil {
			w.note(err)
			continue
		}
		for _, a := range annots {
			if ref, ok := a.(pdf.Ref); ok {
				if _, listed := w.pages[ref]; !listed {
					w.pages[ref] = p.Index
				}
			}
		}
	}
}

func (w *walk) roots() {
	fields, err := w.f.Array(w.form.Dict["Fields"])
	if err != nil {
		w.note(err)
	}
	var top attributes
	if da, ok := w.form.Dict["DA"].(pdf.String); ok {
		top.da = string(da)
	}
	for _, o := range fields {
		if err := w.node(o, top, 0); err != nil {
			w.note(err)
			if errors.Is(err, errTooMany) {
				return
			}
		}
	}
}

// node reads one field and those below it.
func (w *walk) node(o pdf.Object, in attributes, depth int) error {
	ref, _ := o.(pdf.Ref)
	if w.loops(ref) {
		return nil
	}
	if depth > maxDepth || len(w.form.Fields) >= maxFields || len(w.seen) > 4*maxFields {
		return errTooMany
	}
	d, err := w.f.Dict(o)
	if err != nil || d == nil {
		return err
	}
	in = w.inherit(d, in)
	kids, err := w.f.Array(d["Kids"])
	if err != nil {
		w.note(err)
	}
	if w.terminal(kids) {
		w.form.Fields = append(w.form.Fields, w.field(ref, d, in, kids))
		return nil
	}
	for _, kid := range kids {
		if err := w.node(kid, in, depth+1); errors.Is(err, errTooMany) {
			return err
		} else if err != nil {
			w.note(err)
		}
	}
	return nil
}

func (w *walk) loops(ref pdf.Ref) bool {
	if ref.Zero() {
		return false
	}
	seen := w.seen[ref]
	w.seen[ref] = true
	return seen
}

// terminal reports whether kids are widgets only, not fields of their own.
func (w *walk) terminal(kids pdf.Array) bool {
	for _, kid := range kids {
		d, err := w.f.Dict(kid)
		if err != nil || d == nil {
			continue
		}
		if _, named := d["T"]; named {
			return false
		}
		if _, parent := d["Kids"]; parent {
			return false
		}
	}
	return true
}

func (w *walk) inherit(d pdf.Dict, in attributes) attributes {
	if t, ok := w.get(d, "T").(pdf.String); ok {
		name := t.Text()
		if in.name != "" {
			name = in.name + "." + name
		}
		in.name = name
	}
	if n, ok := w.get(d, "FT").(pdf.Name); ok {
		in.kind = n
	}
	if v, ok := d["V"]; ok {
		in.value = v
	}
	if v, ok := pdf.Int(w.get(d, "Ff")); ok {
		in.flags = int(v & 0xFFFFFFFF)
	}
	if v, ok := pdf.Int(w.get(d, "MaxLen")); ok && v > 0 && v < 1<<30 {
		in.maxLen = int(v)
	}
	if s, ok := w.get(d, "DA").(pdf.String); ok {
		in.da = string(s)
	}
	return in
}

// get resolves one entry; what cannot be read counts as absent.
func (w *walk) get(d pdf.Dict, key pdf.Name) pdf.Object {
	o, err := w.f.Resolve(d[key])
	if err != nil {
		w.note(err)
		return nil
	}
	return o
}

func (w *walk) field(ref pdf.Ref, d pdf.Dict, in attributes, kids pdf.Array) Field {
	out := Field{
		Ref: ref, Dict: d, FullName: in.name, Type: in.kind,
		Flags: in.flags, MaxLen: in.maxLen, DA: in.da,
	}
	out.ValueRef, _ = in.value.(pdf.Ref)
	if v, err := w.f.Resolve(in.value); err != nil {
		w.note(err)
	} else if !pdf.IsNull(v) {
		out.Value = v
	}
	if s, ok := w.get(d, "TU").(pdf.String); ok {
		out.Tooltip = s.Text()
	}
	if d.Name("Subtype") == "Widget" || d["Rect"] != nil {
		out.Widgets = append(out.Widgets, w.widget(ref, d))
	}
	for _, kid := range kids {
		kidRef, _ := kid.(pdf.Ref)
		kd, err := w.f.Dict(kid)
		if err != nil || kd == nil || w.loops(kidRef) {
			continue
		}
		if len(w.seen) > 4*maxFields {
			break
		}
		out.Widgets = append(out.Widgets, w.widget(kidRef, kd))
	}
	return out
}

func (w *walk) widget(ref pdf.Ref, d pdf.Dict) Widget {
	page, ok := w.pages[ref]
	if !ok || ref.Zero() {
		page = -1
	}
	rect, _ := w.f.Rect(d["Rect"])
	return Widget{Ref: ref, Page: page, Rect: rect, Dict: d}
}
