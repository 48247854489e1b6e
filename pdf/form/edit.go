package form

import (
	"errors"
	"fmt"
	"strings"

	"github.com/consigil/consigil/pdf"
)

// Errors of the functions that change forms.
var (
	ErrNameTaken = errors.New("pdf/form: a field of this name exists")
	ErrName      = errors.New("pdf/form: field name empty or malformed")
	ErrPage      = errors.New("pdf/form: page cannot take a widget")
	ErrField     = errors.New("pdf/form: no such field")
)

// editor changes the form of a file below an update.
type editor struct{ u *pdf.Update }

// form gives a copy of the AcroForm dictionary, an empty one where there is
// none, and its reference, zero where it stands in the catalog.
func (e editor) form() (pdf.Dict, pdf.Ref, error) {
	cat, err := e.catalog()
	if err != nil {
		return nil, pdf.Ref{}, err
	}
	ref, _ := cat["AcroForm"].(pdf.Ref)
	d, err := e.u.Dict(cat["AcroForm"])
	if err != nil {
		return nil, pdf.Ref{}, err
	}
	if d == nil {
		return fresh(), pdf.Ref{}, nil
	}
	return d, ref, nil
}

// fresh is a new form. Its default appearance is what PDFium assumes where
// there is no form at all: free-text annotations without an appearance of their
// own go by it, and a form without one would make them vanish.
func fresh() pdf.Dict { return pdf.Dict{"DA": freshAppearance, "DR": freshResources} }

// What every new form has. Nobody changes them: who adds to a form clones first.
var (
	freshAppearance pdf.Object = pdf.String("/Helv 12 Tf 0 g")
	freshResources  pdf.Object = pdf.Dict{"Font": pdf.Dict{"Helv": helvetica()}}
)

func helvetica() pdf.Dict {
	return pdf.Dict{
		"Type": pdf.Name("Font"), "Subtype": pdf.Name("Type1"),
		"BaseFont": pdf.Name("Helvetica"), "Encoding": pdf.Name("WinAnsiEncoding"),
	}
}

// putForm stores the AcroForm where it was, a new one as its own object, and gives
// the object, zero where it stands in the catalog.
func (e editor) putForm(d pdf.Dict, ref pdf.Ref) (pdf.Ref, error) {
	if !ref.Zero() {
		e.u.Put(ref, d)
		return ref, nil
	}
	cat, err := e.u.Catalog()
	if err != nil {
		return pdf.Ref{}, err
	}
	if _, direct := cat["AcroForm"].(pdf.Dict); direct {
		cat["AcroForm"] = d
	} else {
		ref = e.u.Alloc()
		e.u.Put(ref, d)
		cat["AcroForm"] = ref
	}
	e.u.Put(e.u.File().CatalogRef(), cat)
	return ref, nil
}

// catalog is that of the update, not to be changed.
func (e editor) catalog() (pdf.Dict, error) {
	o, err := e.u.Get(e.u.File().CatalogRef())
	if d, ok := o.(pdf.Dict); ok {
		return d, err
	}
	return e.u.Catalog() // which says what is wrong
}

// push appends item to the array d[key]. It reports whether d itself changed
// and must be stored; an array of its own is stored here.
func (e editor) push(d pdf.Dict, key pdf.Name, item pdf.Object) (changed bool, err error) {
	o, err := e.u.Resolve(d[key])
	if err != nil {
		return false, err
	}
	old, _ := o.(pdf.Array)
	list := append(append(make(pdf.Array, 0, len(old)+1), old...), item)
	if ref, own := d[key].(pdf.Ref); own && old != nil {
		e.u.Put(ref, list)
		return false, nil
	}
	d[key] = list
	return true, nil
}

// prepareForm makes sure that there is a form and that flags are set in
// /SigFlags.
func (e editor) prepareForm(flags int64) (pdf.Dict, pdf.Ref, error) {
	d, ref, err := e.form()
	if err != nil {
		return nil, pdf.Ref{}, err
	}
	if _, ok := d["Fields"]; !ok {
		d["Fields"] = pdf.Array{}
	}
	if flags != 0 {
		o, err := e.u.Resolve(d["SigFlags"])
		if err != nil {
			return nil, pdf.Ref{}, err
		}
		v, _ := pdf.Int(o)
		d["SigFlags"] = pdf.Integer(v | flags)
	}
	return d, ref, nil
}

// SetSigFlags sets SignaturesExist or AppendOnly, or both, where they are not set yet.
func SetSigFlags(u *pdf.Update, flags int64) error {
	e := editor{u}
	old, _, err := e.form()
	if err != nil {
		return fmt.Errorf("pdf/form: set flags: %w", err)
	}
	if v, _ := pdf.Int(old["SigFlags"]); v&flags == flags {
		return nil
	}
	d, ref, err := e.prepareForm(flags)
	if err != nil {
		return fmt.Errorf("pdf/form: set flags: %w", err)
	}
	_, err = e.putForm(d, ref)
	return err
}

// splitName checks a full name and splits it into partial names.
func splitName(full string) ([]string, error) {
	parts := strings.Split(full, ".")
	for _, p := range parts {
		if p == "" {
			return nil, ErrName
		}
	}
	if len(parts) > 16 {
		return nil, ErrName
	}
	return parts, nil
}

// insert adds the field at ref, whose dictionary is d, under the full name;
// groups on the way are made when missing.
func (e editor) insert(full string, ref pdf.Ref, d pdf.Dict, sigFlags int64) error {
	parts, err := splitName(full)
	if err != nil {
		return err
	}
	form, formRef, err := e.prepareForm(sigFlags)
	if err != nil {
		return err
	}
	if formRef, err = e.putForm(form, formRef); err != nil {
		return err
	}
	holder := node{dict: form, key: "Fields", put: func(d pdf.Dict) error {
		_, err := e.putForm(d, formRef)
		return err
	}}
	for _, part := range parts[:len(parts)-1] {
		if holder, err = e.group(holder, part); err != nil {
			return err
		}
	}
	last := parts[len(parts)-1]
	if _, taken, err := e.child(holder, last); err != nil || taken {
		return errors.Join(err, takenError(taken))
	}
	d["T"] = pdf.Text(last)
	if !holder.ref.Zero() {
		d["Parent"] = holder.ref
	}
	e.u.Put(ref, d)
	return e.adopt(holder, ref)
}

func takenError(taken bool) error {
	if taken {
		return ErrNameTaken
	}
	return nil
}

// node is the form or a group of fields, with the key of its children.
type node struct {
	dict pdf.Dict
	ref  pdf.Ref // zero for the form itself
	key  pdf.Name
	put  func(pdf.Dict) error
}

// adopt lists ref among the children of n.
func (e editor) adopt(n node, ref pdf.Ref) error {
	changed, err := e.push(n.dict, n.key, ref)
	if err != nil || !changed {
		return err
	}
	return n.put(n.dict)
}

// child finds the child of n with a partial name.
func (e editor) child(n node, partial string) (pdf.Ref, bool, error) {
	o, err := e.u.Resolve(n.dict[n.key])
	if err != nil {
		return pdf.Ref{}, false, err
	}
	kids, _ := o.(pdf.Array)
	for _, kid := range kids {
		o, err := e.u.Resolve(kid)
		if err != nil {
			continue // a broken neighbour has no name to clash with
		}
		d, _ := o.(pdf.Dict)
		if t, ok := d["T"].(pdf.String); ok && sameText(t, partial) {
			ref, _ := kid.(pdf.Ref)
			return ref, true, nil
		}
	}
	return pdf.Ref{}, false, nil
}

// sameText compares without decoding what is plain ASCII, as most names are.
func sameText(t pdf.String, s string) bool {
	for i := 0; i < len(t); i++ {
		if t[i] < ' ' || t[i] > '~' {
			return t.Text() == s
		}
	}
	return string(t) == s
}

// group finds or makes the group of fields below n.
func (e editor) group(n node, partial string) (node, error) {
	ref, found, err := e.child(n, partial)
	if err != nil {
		return node{}, err
	}
	var d pdf.Dict
	if found {
		if d, err = e.u.Dict(ref); err != nil {
			return node{}, err
		}
		_, typed := d["FT"]
		if d == nil || typed || d["Rect"] != nil {
			return node{}, ErrNameTaken
		}
	} else {
		ref = e.u.Alloc()
		d = pdf.Dict{"T": pdf.Text(partial), "Kids": pdf.Array{}}
		if !n.ref.Zero() {
			d["Parent"] = n.ref
		}
		e.u.Put(ref, d)
		if err := e.adopt(n, ref); err != nil {
			return node{}, err
		}
	}
	put := func(d pdf.Dict) error { e.u.Put(ref, d); return nil }
	return node{dict: d, ref: ref, key: "Kids", put: put}, nil
}

// place lists the widget at ref among the annotations of a page.
func (e editor) place(page int, ref pdf.Ref) error {
	p, err := e.u.File().Page(page)
	if err != nil {
		return errors.Join(ErrPage, err)
	}
	if p.Ref.Zero() {
		return ErrPage
	}
	d, err := e.u.Dict(p.Ref)
	if err != nil {
		return err
	}
	if d == nil {
		return ErrPage
	}
	changed, err := e.push(d, "Annots", ref)
	if err == nil && changed {
		e.u.Put(p.Ref, d)
	}
	return err
}
