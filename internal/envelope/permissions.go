package envelope

import (
	"errors"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// permissions is what the signatures of an upload allow those who come after (ISO 32000-2, 12.8.2).
type permissions struct {
	certified int      // DocMDP: 1 nothing, 2 filling and signing, 3 annotations too; 0 not certified
	locked    bool     // FieldMDP over all fields, or over all but some
	fields    []string // FieldMDP over these, and what stands below them
}

// readPermissions reads an upload that intake judged to bear intact signatures.
func readPermissions(src File) (permissions, error) {
	var out permissions
	f, err := pdf.Open(src, src.Size(), pdf.Options{Strict: true})
	if err != nil {
		return out, unreadable(err)
	}
	all, err := form.Signatures(f)
	if err != nil {
		return out, unreadable(err)
	}
	for _, sig := range all {
		if sig.Err != nil {
			return out, unreadable(sig.Err)
		}
		if err := out.note(f, sig.Dict); err != nil {
			return out, unreadable(err)
		}
	}
	return out, nil
}

func unreadable(err error) error {
	return problem.Wrap(err, problem.Unsupported, "document_signed",
		"The document bears signatures that cannot be read safely. Upload it without them, or have it signed again.")
}

// note reads the transforms of one signature dictionary.
func (p *permissions) note(f *pdf.File, sig pdf.Dict) error {
	refs, err := f.Resolve(sig["Reference"])
	if err != nil {
		return err
	}
	list, ok := refs.(pdf.Array)
	if !ok {
		return nil
	}
	for _, r := range list {
		ref, err := resolveDict(f, r)
		if err != nil {
			return err
		}
		params, err := resolveDict(f, ref["TransformParams"])
		if err != nil {
			return err
		}
		if err := p.apply(f, ref.Name("TransformMethod"), params); err != nil {
			return err
		}
	}
	return nil
}

func (p *permissions) apply(f *pdf.File, method pdf.Name, params pdf.Dict) error {
	switch method {
	case "DocMDP":
		p.certified = 2 // the default of the standard
		if n, ok := pdf.Int(params["P"]); ok && n >= 1 && n <= 3 {
			p.certified = int(n)
		}
	case "FieldMDP":
		if params.Name("Action") != "Include" {
			p.locked = true
			return nil
		}
		return p.include(f, params["Fields"])
	}
	return nil
}

// include notes the fields that a signature locks by name.
func (p *permissions) include(f *pdf.File, names pdf.Object) error {
	o, err := f.Resolve(names)
	if err != nil {
		return err
	}
	list, ok := o.(pdf.Array)
	if !ok {
		return errNoDict
	}
	for _, each := range list {
		name, err := f.Resolve(each)
		if err != nil {
			return err
		}
		if s, ok := name.(pdf.String); ok {
			p.fields = append(p.fields, s.Text())
		}
	}
	return nil
}

var errNoDict = errors.New("not of the type that the standard names")

func resolveDict(f *pdf.File, o pdf.Object) (pdf.Dict, error) {
	r, err := f.Resolve(o)
	if err != nil || pdf.IsNull(r) {
		return nil, err
	}
	d, ok := r.(pdf.Dict)
	if !ok {
		return nil, errNoDict
	}
	return d, nil
}
