package pades

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// layout builds the increment of one signature.
type layout struct {
	opt       Options
	update    *pdf.Update
	field     string // full name
	byteRange *pdf.Fixed
	contents  *pdf.Fixed
	value     pdf.Ref  // of the signature dictionary
	lock      pdf.Dict // that was asked for, nil for none
}

// byteRangeRoom is the longest "[0 a b c]" of files up to 10^18 bytes, which is
// more than any offset of a cross-reference section can say.
const byteRangeRoom = len("[0 ]") + 3*19

// byteRangeText is the array, with spaces up to byteRangeRoom.
func byteRangeText(r [4]int64) []byte {
	text := append(make([]byte, 0, byteRangeRoom), "[0"...)
	for _, n := range r[1:] {
		text = strconv.AppendInt(append(text, ' '), n, 10)
	}
	for len(text) < byteRangeRoom-1 {
		text = append(text, ' ')
	}
	return append(text, ']')
}

func (l *layout) build(file *pdf.File) error {
	if err := hasPages(file); err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	existing, err := form.Read(file)
	if err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	if err := allowed(file, &l.opt); err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	if l.opt.Amend != nil {
		if err := l.opt.Amend(l.update); err != nil {
			return fmt.Errorf("pades: prepare: amend: %w", err)
		}
	}
	if err := l.place(file, existing); err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	return nil
}

func (l *layout) place(file *pdf.File, existing *form.Form) error {
	l.chooseName(existing)
	if l.opt.Lock != LockNone {
		present := fieldNames(existing, l.field)
		if err := l.opt.checkLock(present); err != nil {
			return err
		}
		l.lock = l.opt.lock(present)
	}
	ref, widgets, err := l.chooseField(file, existing)
	if err != nil {
		return err
	}
	_, exists := find(existing, l.field)
	if err := permitted(file, !exists || l.opt.Level == LevelLTA); err != nil {
		return err
	}
	if err := l.fillField(file, ref, widgets); err != nil {
		return err
	}
	if err := l.restate(existing); err != nil {
		return err
	}
	return l.touchCatalog(file)
}

func (l *layout) chooseName(existing *form.Form) {
	if l.opt.FieldName == "" {
		l.opt.FieldName = freeName(existing)
	}
	l.field = l.opt.FieldName
	if _, ok := find(existing, l.field); !ok && l.opt.signedBefore {
		// A new group after a signature is more than filling in: to others the
		// file would look tampered with.
		l.field = strings.ReplaceAll(l.field, ".", "_")
	}
}

// chooseField finds the named field or adds it, and gives its object and its
// widgets; field and widget are often one object.
func (l *layout) chooseField(file *pdf.File, existing *form.Form) (field pdf.Ref, widgets []form.Widget, err error) {
	if f, ok := find(existing, l.field); ok {
		return f.Ref, widgetsOf(f), l.usable(f)
	}
	return l.addField(file)
}

func (l *layout) addField(file *pdf.File) (pdf.Ref, []form.Widget, error) {
	spec := form.SignatureField{Name: l.field, Lock: l.lock, Signing: true}
	if v := l.opt.Visible; v != nil {
		page, rect, err := v.place(file, v.Page)
		if err != nil {
			return pdf.Ref{}, nil, err
		}
		if l.opt.certified && rect != (pdf.Rect{}) {
			return pdf.Ref{}, nil, fmt.Errorf("%w: a certified document shows signatures in fields that are there, not in new ones", ErrNotAllowed)
		}
		spec.Page, spec.Rect, spec.Tooltip = page.Index, rect, l.field
	}
	ref, err := form.AddSignatureField(l.update, spec)
	if err == nil && l.opt.Visible != nil && !l.opt.signedBefore {
		err = tag(l.update, ref, spec.Page)
	}
	return ref, []form.Widget{{Ref: ref, Page: spec.Page, Rect: spec.Rect}}, err
}

// tag keeps a tagged file tagged where the signature shows. After an earlier
// signature the structure stays as it is: to others its change is more than a
// signature. A structure that cannot be read does not stop a signing.
func tag(u *pdf.Update, widget pdf.Ref, page int) error {
	err := form.TagWidget(u, widget, page)
	var damaged *pdf.MalformedError
	if errors.As(err, &damaged) {
		return nil
	}
	return err
}

// fieldNames lists the fields that are there, and one that will be.
func fieldNames(existing *form.Form, further string) []string {
	all := []string{further}
	for _, f := range existing.Fields {
		if f.FullName != "" {
			all = append(all, f.FullName)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func find(existing *form.Form, name string) (form.Field, bool) {
	for _, f := range existing.Fields {
		if f.FullName == name {
			return f, true
		}
	}
	return form.Field{}, false
}

func widgetsOf(f form.Field) []form.Widget {
	if len(f.Widgets) == 0 {
		return []form.Widget{{Ref: f.Ref, Page: -1}}
	}
	return f.Widgets
}

func (l *layout) usable(f form.Field) error {
	switch {
	case f.Type != "Sig":
		return fmt.Errorf("%w: not a signature field", ErrField)
	case !pdf.IsNull(f.Value):
		return fmt.Errorf("%w: signed already", ErrField)
	case f.Ref.Zero():
		return fmt.Errorf("%w: not an object of its own", ErrField)
	case l.opt.Visible != nil && l.opt.Visible.AsShown && !l.opt.Visible.follows(f):
		return fmt.Errorf("%w: it has a place of its own", ErrField)
	}
	return nil
}

func freeName(existing *form.Form) string {
	taken := make(map[string]bool, len(existing.Fields))
	for _, f := range existing.Fields {
		root, _, _ := strings.Cut(f.FullName, ".")
		taken[root] = true
	}
	for i := 1; ; i++ {
		if name := "Signature" + strconv.Itoa(i); !taken[name] {
			return name
		}
	}
}

// fillField gives the field its value and appearance.
func (l *layout) fillField(file *pdf.File, ref pdf.Ref, widgets []form.Widget) error {
	field, err := l.dict(ref)
	if err != nil {
		return err
	}
	if err := l.seed(field); err != nil {
		return err
	}
	lock, err := l.lockOf(field)
	if err != nil {
		return err
	}
	value := l.update.Alloc()
	l.value = value
	l.update.Put(value, l.signature(file, lock))
	field = field.Clone()
	field["V"] = value
	l.update.Put(ref, field)
	return l.draw(widgets)
}

func (l *layout) dict(o pdf.Object) (pdf.Dict, error) {
	resolved, err := l.update.Resolve(o)
	if err != nil {
		return nil, err
	}
	d, ok := resolved.(pdf.Dict)
	if !ok {
		return nil, fmt.Errorf("%w: dictionary expected", ErrField)
	}
	return d, nil
}

// lockOf gives the field's own /Lock, or the one that was asked for. Where the
// field's author chose another lock, neither is obeyed in silence.
func (l *layout) lockOf(field pdf.Dict) (pdf.Dict, error) {
	if pdf.IsNull(field["Lock"]) {
		return l.lock, nil
	}
	own, err := l.dict(field["Lock"])
	if err != nil {
		return nil, err
	}
	if l.lock != nil && !l.sameLock(own, l.lock) && !(l.opt.Lock == LockAll && own.Name("Action") == "All") {
		return nil, fmt.Errorf("%w: its author locks other fields (%s)", ErrField, own.Name("Action"))
	}
	return own, nil
}

func (l *layout) sameLock(a, b pdf.Dict) bool {
	return a.Name("Action") == b.Name("Action") && slices.Equal(l.names(a), l.names(b))
}

// names are the fields that a lock lists, in order of the alphabet.
func (l *layout) names(lock pdf.Dict) (names []string) {
	o, err := l.update.Resolve(lock["Fields"])
	if err != nil {
		return nil
	}
	list, _ := o.(pdf.Array)
	for _, o := range list {
		if name, ok := o.(pdf.String); ok {
			names = append(names, name.Text())
		}
	}
	slices.Sort(names)
	return names
}

// lock is the /Lock dictionary that was asked for, nil for none. At B-LTA a lock
// of all fields lists those that are there: archive time stamps are fields too,
// which are made later and would contradict it.
func (opt Options) lock(present []string) pdf.Dict {
	var action pdf.Name
	switch opt.Lock {
	case LockAll:
		action = "All"
	case LockInclude:
		action = "Include"
	case LockExclude:
		action = "Exclude"
	default:
		return nil
	}
	listed := opt.LockFields
	if opt.Lock == LockAll && opt.Level == LevelLTA {
		action, listed = "Include", present
	}
	d := pdf.Dict{"Type": pdf.Name("SigFieldLock"), "Action": action}
	if action != "All" {
		fields := pdf.Array{}
		for _, name := range listed {
			fields = append(fields, pdf.Text(name))
		}
		d["Fields"] = fields
	}
	return d
}

// checkLock finds names that neither a field nor a group of them bears.
func (opt Options) checkLock(present []string) error {
	if !opt.LockKnown {
		return nil
	}
	for _, name := range opt.LockFields {
		if !slices.ContainsFunc(present, func(field string) bool { return within(field, name) }) {
			return fmt.Errorf("%w: to be locked, and not there: %q", ErrField, name)
		}
	}
	return nil
}

// signature is the signature dictionary, ISO 32000-2 table 255 as narrowed by
// EN 319 142-1 section 6.3: no /Cert, and no signing time but /M.
func (l *layout) signature(file *pdf.File, lock pdf.Dict) pdf.Dict {
	l.byteRange = &pdf.Fixed{Text: byteRangeText([4]int64{})}
	l.contents = &pdf.Fixed{Zeros: l.opt.Reserve}
	d := pdf.Dict{
		"Type": pdf.Name("Sig"), "Filter": pdf.Name("Adobe.PPKLite"),
		"SubFilter": l.opt.subFilter(),
		"ByteRange": l.byteRange, "Contents": l.contents,
		"M": pdf.String(pdfDate(l.opt.Time)),
	}
	for _, entry := range [...]struct {
		key  pdf.Name
		text string
	}{{"Name", l.opt.Name}, {"Reason", l.opt.Reason}, {"Location", l.opt.Location}, {"ContactInfo", l.opt.Contact}} {
		if entry.text != "" {
			d[entry.key] = pdf.Text(entry.text)
		}
	}
	var references pdf.Array
	if l.opt.Certify != CertifyNone {
		references = append(references, docMDP(file, l.opt.Certify))
	}
	if lock != nil {
		references = append(references, fieldMDP(file, lock))
	}
	if references != nil {
		d["Reference"] = references
	}
	return d
}

func (opt Options) subFilter() pdf.Name {
	if opt.CMS {
		return subFilterCMS
	}
	return subFilterPAdES
}

// docMDP is the signature reference that makes a certification, ISO 32000-2
// tables 256 and 257.
func docMDP(file *pdf.File, c Certification) pdf.Dict {
	return pdf.Dict{
		"Type": pdf.Name("SigRef"), "TransformMethod": pdf.Name("DocMDP"), "Data": file.CatalogRef(),
		"TransformParams": pdf.Dict{"Type": pdf.Name("TransformParams"), "V": pdf.Name("1.2"), "P": pdf.Integer(c)},
	}
}

// fieldMDP is the signature reference that makes a field's lock binding,
// ISO 32000-2 tables 256 and 259.
func fieldMDP(file *pdf.File, lock pdf.Dict) pdf.Dict {
	params := pdf.Dict{"Type": pdf.Name("TransformParams"), "V": pdf.Name("1.2"), "Action": lock["Action"]}
	if fields := lock["Fields"]; !pdf.IsNull(fields) {
		params["Fields"] = fields
	}
	if p := lock["P"]; !pdf.IsNull(p) {
		params["P"] = p // what may follow at all, ISO 32000-2 table 236
	}
	return pdf.Dict{
		"Type": pdf.Name("SigRef"), "TransformMethod": pdf.Name("FieldMDP"),
		"TransformParams": params, "Data": file.CatalogRef(),
	}
}

func pdfDate(t time.Time) string {
	return t.UTC().Format("D:20060102150405") + "+00'00'"
}
