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
	Value    pdf.Object // resolved /V, inherited; nil where none
	Flags    int
	MaxLen   int
	Tooltip  string // /TU
	Dict     pdf.Dict
	Widgets  []Widget
}

// Widget is one place where a field shows.
type Widget struct {
	Ref  pdf.Ref
	Page int // index from 0, -1 where no page lists it
	Rect pdf.Rect
}

// Signature is one signature dictionary as found in the file. Err is set
// where it breaks the rules; it is listed all the same.
type Signature struct {
	Field          string // full name, "" where no field leads to it
	FieldRef       pdf.Ref
	Ref            pdf.Ref // the dictionary; zero where it is a direct object
	Dict           pdf.Dict
	SubFilter      pdf.Name
	ByteRange      [4]int64
	Contents       []byte // all bytes of the string, padding included
	ContentsOffset int64  // where "<" stands in the file, -1 where unknown
	ContentsEnd    int64  // byte after ">"
	Revision       int    // index into pdf.File.Revisions, -1 where its end matches none
	Err            error
}

// SignatureField describes a signature field to add.
type SignatureField struct {
	Name    string // full name; may name groups: "consigil.signer1"
	Tooltip string
	Page    int      // index from 0
	Rect    pdf.Rect // zero means invisible
	Lock    pdf.Dict // /Lock dictionary, nil for none
}

// TextField describes a text field to add.
type TextField struct {
	Root        string // name of the root field, made when missing
	PartialName string
	Tooltip     string
	Page        int
	Rect        pdf.Rect
	MaxLen      int // 0 means none
	Multiline   bool
}

// Checkbox describes a check box to add.
type Checkbox struct {
	Root        string
	PartialName string
	Tooltip     string
	Page        int
	Rect        pdf.Rect
	On, Off     pdf.Ref // appearance streams
}

// Read lists the form's fields. A file without a form gives an empty Form.
func Read(f *pdf.File) (*Form, error) { return &Form{}, nil }

// Signatures lists every signature dictionary of the file in file order, those
// that no field leads to included.
func Signatures(f *pdf.File) ([]Signature, error) { return nil, nil }

// AddSignatureField adds an empty signature field and its widget.
func AddSignatureField(u *pdf.Update, spec SignatureField) (pdf.Ref, error) { return pdf.Ref{}, nil }

// AddTextField adds a text field.
func AddTextField(u *pdf.Update, spec TextField) (pdf.Ref, error) { return pdf.Ref{}, nil }

// AddCheckbox adds a check box.
func AddCheckbox(u *pdf.Update, spec Checkbox) (pdf.Ref, error) { return pdf.Ref{}, nil }

// SetValue sets a field's value and appearance. value is a pdf.String for a
// text field and a pdf.Name (the state) for a check box. appearance may be
// zero, which keeps what is there.
func SetValue(u *pdf.Update, field pdf.Ref, value pdf.Object, appearance pdf.Ref, readOnly bool) error {
	return nil
}
