package pades

import (
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// restate writes the appearances of filled fields again, as they are, into the
// increment of a signature that locks them. What a later revision holds of a locked
// field is then what the locking one wrote: pyHanko takes an appearance that is
// older than the lock for one that was changed after it, so that validation data
// and archive time stamps behind the signature would look like tampering. Under
// an earlier lock the fields stay untouched.
func (l *layout) restate(existing *form.Form) error {
	if l.opt.Lock == LockNone || l.opt.lockedBefore {
		return nil
	}
	for _, f := range existing.Fields {
		if f.Type == "Sig" {
			continue
		}
		for _, w := range f.Widgets {
			if err := l.restateWidget(w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *layout) restateWidget(w form.Widget) error {
	widget, err := l.update.Dict(w.Ref)
	if err != nil || !pdf.IsNull(widget["AS"]) {
		return err // buttons with states are looked at in another way
	}
	appearance, err := l.update.Dict(widget["AP"])
	if err != nil {
		return err
	}
	for _, key := range []pdf.Name{"N", "R", "D"} {
		ref, ok := appearance[key].(pdf.Ref)
		if !ok {
			continue
		}
		o, err := l.update.Get(ref)
		if err != nil {
			return err
		}
		if stream, ok := o.(*pdf.Stream); ok {
			l.update.Put(ref, stream)
		}
	}
	return nil
}
