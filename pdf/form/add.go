package form

import (
	"errors"
	"fmt"

	"github.com/consigil/consigil/pdf"
)

// Annotation flags (ISO 32000, table 167).
const (
	annotPrint  = 1 << 2
	annotLocked = 1 << 7
)

// Bits of /SigFlags (ISO 32000, table 225).
const (
	SignaturesExist = 1
	AppendOnly      = 2 // the file must only be appended to
)

// defaultAppearance is the /DA of our text fields. We draw their appearances
// ourselves; the entry is there because the standard asks for it.
const defaultAppearance = "/Helv 0 Tf 0 g"

// SignatureField describes a signature field to add.
type SignatureField struct {
	Name    string // full name; may name groups: "consigil.signer1"
	Tooltip string
	Page    int      // index from 0
	Rect    pdf.Rect // zero means invisible
	Lock    pdf.Dict // /Lock dictionary, nil for none
	Signing bool     // the field is signed at once: from then on the file must only be appended to
}

// TextField describes a text field to add.
type TextField struct {
	Root        string // full name of the group that takes it, made when missing
	PartialName string
	Tooltip     string
	Page        int
	Rect        pdf.Rect
	MaxLen      int // 0 means none
	Multiline   bool
}

// Checkbox describes a check box to add. Its states are /Yes and /Off.
type Checkbox struct {
	Root        string
	PartialName string
	Tooltip     string
	Page        int
	Rect        pdf.Rect
	On, Off     pdf.Ref // appearance streams
}

// AddSignatureField adds an empty signature field and its widget, which are
// one object, and gives its reference.
func AddSignatureField(u *pdf.Update, spec SignatureField) (pdf.Ref, error) {
	d := widget(spec.Rect, spec.Tooltip)
	d["FT"] = pdf.Name("Sig")
	d["F"] = pdf.Integer(annotPrint | annotLocked)
	if spec.Lock != nil {
		lock := u.Alloc()
		u.Put(lock, spec.Lock)
		d["Lock"] = lock
	}
	flags := int64(SignaturesExist)
	if spec.Signing {
		flags |= AppendOnly
	}
	return add(u, spec.Name, spec.Page, d, flags)
}

// AddTextField adds a text field with an empty appearance.
func AddTextField(u *pdf.Update, spec TextField) (pdf.Ref, error) {
	d := widget(spec.Rect, spec.Tooltip)
	d["FT"] = pdf.Name("Tx")
	d["DA"] = pdf.String(defaultAppearance)
	if spec.MaxLen > 0 {
		d["MaxLen"] = pdf.Integer(spec.MaxLen)
	}
	if spec.Multiline {
		d["Ff"] = pdf.Integer(FlagMultiline)
	}
	if err := needFont(u); err != nil {
		return pdf.Ref{}, fmt.Errorf("pdf/form: add text field: %w", err)
	}
	empty := u.Alloc()
	u.PutStream(empty, emptyAppearance(spec.Rect), nil)
	d["AP"] = pdf.Dict{"N": empty}
	return add(u, fullName(spec.Root, spec.PartialName), spec.Page, d, 0)
}

// AddCheckbox adds a check box in its off state.
func AddCheckbox(u *pdf.Update, spec Checkbox) (pdf.Ref, error) {
	d := widget(spec.Rect, spec.Tooltip)
	d["FT"] = pdf.Name("Btn")
	d["V"], d["AS"] = pdf.Name("Off"), pdf.Name("Off")
	d["AP"] = pdf.Dict{"N": pdf.Dict{"Yes": spec.On, "Off": spec.Off}}
	return add(u, fullName(spec.Root, spec.PartialName), spec.Page, d, 0)
}

func fullName(root, partial string) string {
	if root == "" {
		return partial
	}
	return root + "." + partial
}

// widget is what all our fields share. There is no /P: validators walk it back
// into the page and take what they meet there for changes.
func widget(r pdf.Rect, tooltip string) pdf.Dict {
	d := pdf.Dict{
		"Type":    pdf.Name("Annot"),
		"Subtype": pdf.Name("Widget"),
		"Rect":    r.Array(),
		"F":       pdf.Integer(annotPrint),
	}
	if tooltip != "" {
		d["TU"] = pdf.Text(tooltip)
	}
	return d
}

func emptyAppearance(r pdf.Rect) pdf.Dict {
	return pdf.Dict{
		"Type":      pdf.Name("XObject"),
		"Subtype":   pdf.Name("Form"),
		"BBox":      pdf.Rect{URX: r.Width(), URY: r.Height()}.Array(),
		"Resources": pdf.Dict{},
	}
}

func add(u *pdf.Update, name string, page int, d pdf.Dict, sigFlags int64) (pdf.Ref, error) {
	e := editor{u}
	ref := u.Alloc()
	if err := e.insert(name, ref, d, sigFlags); err != nil {
		return pdf.Ref{}, fmt.Errorf("pdf/form: add field: %w", err)
	}
	err := e.place(page, ref)
	if errors.Is(err, ErrPage) && invisible(d) {
		err = nil // what shows nowhere need not be listed by a page
	}
	if err != nil {
		return pdf.Ref{}, fmt.Errorf("pdf/form: add field: %w", err)
	}
	return ref, nil
}

// Annotate adds an annotation that is no field's, such as a stamp, to a page, which
// counts from 0.
func Annotate(u *pdf.Update, page int, annotation pdf.Dict) error {
	ref := u.Alloc()
	u.Put(ref, annotation)
	if err := (editor{u}).place(page, ref); err != nil {
		return fmt.Errorf("pdf/form: annotate: %w", err)
	}
	return nil
}

func invisible(d pdf.Dict) bool {
	r, _ := d["Rect"].(pdf.Array)
	for _, v := range r {
		if n, ok := pdf.Float(v); !ok || n != 0 {
			return false
		}
	}
	return true
}

// needFont makes sure that the form's /DR has the font that /DA names.
func needFont(u *pdf.Update) error {
	e := editor{u}
	d, ref, err := e.prepareForm(0)
	if err != nil {
		return err
	}
	dr, err := u.Dict(d["DR"])
	if err != nil {
		return err
	}
	fonts, err := u.Dict(dr["Font"])
	if err != nil {
		return err
	}
	if _, ok := fonts["Helv"]; ok {
		return nil
	}
	if fonts == nil {
		fonts = pdf.Dict{}
	}
	if dr == nil {
		dr = pdf.Dict{}
	}
	fonts["Helv"] = helvetica()
	dr["Font"] = fonts
	d["DR"] = dr
	_, err = e.putForm(d, ref)
	return err
}
