package form

import "github.com/consigil/consigil/pdf"

// Field flags (ISO 32000, tables 227, 228 and 230), as bit values of /Ff.
const (
	FlagReadOnly   = 1 << 0
	FlagRequired   = 1 << 1
	FlagMultiline  = 1 << 12
	FlagRadio      = 1 << 15
	FlagPushbutton = 1 << 16
	FlagCombo      = 1 << 17
)

// maxFields and maxDepth bound the field tree.
const (
	maxFields = 100_000
	maxDepth  = 64
)

// Form is a file's AcroForm.
type Form struct {
	Ref    pdf.Ref // zero where /AcroForm stands in the catalog itself
	Dict   pdf.Dict
	Fields []Field // terminal fields in tree order
	Errors []error // what could not be read; reading goes on after each
}

// Field is one terminal field.
type Field struct {
	Ref      pdf.Ref
	FullName string     // partial names joined by points
	Type     pdf.Name   // Tx, Btn, Ch or Sig; inherited
	Value    pdf.Object // /V, inherited, resolved; nil where there is none
	ValueRef pdf.Ref    // where /V is a reference
	Flags    int
	MaxLen   int
	Tooltip  string // /TU
	DA       string // default appearance, inherited
	Dict     pdf.Dict
	Widgets  []Widget
}

// Text is the value of a text or choice field as text, "" where it is none.
func (f Field) Text() string {
	s, _ := f.Value.(pdf.String)
	return s.Text()
}

// Widget is one place where a field shows.
type Widget struct {
	Ref  pdf.Ref
	Page int // index from 0, -1 where no page lists it
	Rect pdf.Rect
	Dict pdf.Dict
}

// Field finds a field by its full name.
func (f *Form) Field(fullName string) (Field, bool) {
	for _, field := range f.Fields {
		if field.FullName == fullName {
			return field, true
		}
	}
	return Field{}, false
}
