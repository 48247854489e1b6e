package pades

import (
	"fmt"
	"slices"
	"strings"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// permission reads what one earlier signature allows (ISO 32000-2 12.8.2).
type permission struct {
	file      *pdf.File
	opt       Options
	certified bool // a certification was met
	locked    bool // a lock was met
}

// allowed refuses a signature that an earlier one forbids, and any signature on
// a file that bears some and needed repair.
func allowed(file *pdf.File, opt *Options) error {
	list, err := form.Signatures(file)
	if err != nil {
		return err
	}
	if len(list) > 0 && file.Repaired() {
		return fmt.Errorf("%w: the file is damaged and signed", ErrNotAllowed)
	}
	opt.signedBefore = len(list) > 0
	if opt.signedBefore && opt.Certify != CertifyNone {
		return fmt.Errorf("%w: only the first signature can certify", ErrNotAllowed)
	}
	p := permission{file: file, opt: *opt}
	for _, s := range list {
		if err := p.check(s.Dict); err != nil {
			return err
		}
	}
	opt.certified, opt.lockedBefore = p.certified, p.locked
	return nil
}

func (p *permission) check(signature pdf.Dict) error {
	references, err := p.array(signature["Reference"])
	if err != nil {
		return err
	}
	for _, o := range references {
		ref, err := p.dict(o)
		if err != nil {
			return err
		}
		params, err := p.dict(ref["TransformParams"])
		if err != nil {
			return err
		}
		if err := p.transform(ref.Name("TransformMethod"), params); err != nil {
			return err
		}
	}
	return nil
}

func (p *permission) transform(method pdf.Name, params pdf.Dict) error {
	switch method {
	case "DocMDP":
		return p.docMDP(params)
	case "FieldMDP":
		return p.fieldMDP(params)
	}
	return nil
}

func (p *permission) docMDP(params pdf.Dict) error {
	p.certified = true
	level, ok := pdf.Int(params["P"])
	if !ok {
		level = 2 // the default, ISO 32000-2 table 257
	}
	if level == 1 {
		return fmt.Errorf("%w: certified, no changes (DocMDP 1)", ErrNotAllowed)
	}
	return nil
}

func (p *permission) fieldMDP(params pdf.Dict) error {
	p.locked = true
	names, err := p.array(params["Fields"])
	if err != nil {
		return err
	}
	if level, ok := pdf.Int(params["P"]); ok && level == 1 {
		return fmt.Errorf("%w: a field's lock allows no changes (FieldMDP, P 1)", ErrNotAllowed)
	}
	listed := slices.ContainsFunc(names, func(o pdf.Object) bool {
		name, _ := o.(pdf.String)
		return p.opt.FieldName != "" && within(p.opt.FieldName, name.Text())
	})
	action := params.Name("Action")
	if action == "All" || action == "Include" && listed || action == "Exclude" && !listed {
		return fmt.Errorf("%w: fields are locked (FieldMDP %s)", ErrNotAllowed, action)
	}
	return nil
}

// within reports whether a field is the one that is named, or below it.
func within(field, named string) bool {
	return field == named || strings.HasPrefix(field, named+".")
}

func (p permission) dict(o pdf.Object) (pdf.Dict, error) {
	resolved, err := p.file.Resolve(o)
	d, _ := resolved.(pdf.Dict)
	return d, err
}

func (p permission) array(o pdf.Object) (pdf.Array, error) {
	resolved, err := p.file.Resolve(o)
	a, _ := resolved.(pdf.Array)
	return a, err
}

// noChanges reports a certification that allows none (DocMDP 1).
func (g *grader) noChanges() bool {
	p := permission{file: g.file}
	for _, part := range g.parts {
		references, _ := p.array(part.sig.Dict["Reference"]) // what cannot be read certifies nothing
		for _, o := range references {
			ref, _ := p.dict(o)
			params, _ := p.dict(ref["TransformParams"])
			if level, _ := pdf.Int(params["P"]); ref.Name("TransformMethod") == "DocMDP" && level == 1 {
				return true
			}
		}
	}
	return false
}
