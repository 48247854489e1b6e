package form

import (
	"fmt"

	"github.com/consigil/consigil/pdf"
)

// SetValue sets a field's value and appearance. value is a pdf.String for a
// text field and a pdf.Name (the state) for a check box; nil or Null keeps the
// value that is there. appearance is the
// reference of a form XObject for the widget's normal appearance; a zero one
// keeps what is there. readOnly closes the field in the same revision.
func SetValue(u *pdf.Update, field pdf.Ref, value pdf.Object, appearance pdf.Ref, readOnly bool) error {
	d, err := u.Dict(field)
	if err != nil {
		return fmt.Errorf("pdf/form: set value: %w", err)
	}
	if d == nil {
		return ErrField
	}
	if !pdf.IsNull(value) {
		d["V"] = value
		delete(d, "I") // the selected indices of a choice field: /V alone counts
	}
	if readOnly {
		flags, err := inheritedFlags(u, d)
		if err != nil {
			return fmt.Errorf("pdf/form: set value: %w", err)
		}
		d["Ff"] = pdf.Integer(flags | FlagReadOnly)
	}
	if d.Name("Subtype") == "Widget" || d["Rect"] != nil {
		if err := show(u, d, value, appearance); err != nil {
			return fmt.Errorf("pdf/form: set value: %w", err)
		}
	}
	u.Put(field, d)
	return setWidgets(u, d, value, appearance)
}

// show sets what a widget displays. Of a check box only the appearance of the
// new state changes, the other states keep theirs.
func show(u *pdf.Update, d pdf.Dict, value pdf.Object, appearance pdf.Ref) error {
	state, isState := value.(pdf.Name)
	if isState {
		d["AS"] = state
	}
	if appearance.Zero() {
		return nil
	}
	if !isState {
		d["AP"] = pdf.Dict{"N": appearance}
		return nil
	}
	ap, err := u.Dict(d["AP"])
	if err != nil {
		return err
	}
	states, err := u.Dict(ap["N"])
	if err != nil {
		return err
	}
	if states == nil {
		states = pdf.Dict{}
	}
	states[state] = appearance
	d["AP"] = pdf.Dict{"N": states}
	return nil
}

// setWidgets does the same for widgets that are objects of their own.
func setWidgets(u *pdf.Update, d pdf.Dict, value pdf.Object, appearance pdf.Ref) error {
	o, err := u.Resolve(d["Kids"])
	if err != nil {
		return fmt.Errorf("pdf/form: set value: %w", err)
	}
	kids, _ := o.(pdf.Array)
	for _, kid := range kids {
		ref, ok := kid.(pdf.Ref)
		if !ok {
			continue
		}
		w, err := u.Dict(ref)
		if err != nil {
			return fmt.Errorf("pdf/form: set value: %w", err)
		}
		if w == nil {
			continue
		}
		if err := show(u, w, value, appearance); err != nil {
			return fmt.Errorf("pdf/form: set value: %w", err)
		}
		u.Put(ref, w)
	}
	return nil
}

// inheritedFlags reads /Ff of the field or of the nearest group above it.
func inheritedFlags(u *pdf.Update, d pdf.Dict) (int64, error) {
	for i := 0; i < maxDepth && d != nil; i++ {
		o, err := u.Resolve(d["Ff"])
		if err != nil {
			return 0, err
		}
		if v, ok := pdf.Int(o); ok {
			return v, nil
		}
		if d, err = u.Dict(d["Parent"]); err != nil {
			return 0, err
		}
	}
	return 0, nil
}
