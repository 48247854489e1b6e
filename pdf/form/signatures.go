package form

import (
	"errors"
	"fmt"
	"slices"

	"github.com/consigil/consigil/pdf"
)

// What may be wrong with a signature dictionary. Each is a failure of format,
// never a reason to overlook the signature.
var (
	ErrNotDictionary = errors.New("pdf/form: signature value is no dictionary")
	ErrByteRange     = errors.New("pdf/form: /ByteRange is not four fitting numbers")
	ErrContents      = errors.New("pdf/form: /Contents is no hexadecimal string in the file")
	ErrFilter        = errors.New("pdf/form: /Filter or /SubFilter missing")
)

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
	Revision       int    // index into pdf.File.Revisions of the one that ends where ByteRange does, else -1
	UsageRights    bool   // a vendor's usage rights (/Perms /UR, /UR3), no signature of the document
	Err            error
}

// End is the byte after the last signed one.
func (s Signature) End() int64 { return s.ByteRange[2] + s.ByteRange[3] }

// Signatures lists every signature dictionary of the file, those that no field
// leads to included, ordered by the end of what they say they cover. A field
// of type Sig whose value is no dictionary is listed with its error.
func Signatures(f *pdf.File) ([]Signature, error) {
	form, err := Read(f)
	if err != nil {
		return nil, err
	}
	s := &search{f: f, known: map[pdf.Ref]bool{}}
	for _, field := range form.Fields {
		if field.Type == "Sig" && field.Value != nil {
			s.fromField(field)
		}
	}
	if err := s.loose(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.found, func(a, b Signature) int { return compare(a.End(), b.End()) })
	return s.found, nil
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// search collects signature dictionaries.
type search struct {
	f     *pdf.File
	known map[pdf.Ref]bool
	found []Signature
}

func (s *search) fromField(field Field) {
	sig := Signature{Field: field.FullName, FieldRef: field.Ref, Ref: field.ValueRef, ContentsOffset: -1, Revision: -1}
	s.known[sig.Ref] = true
	d, ok := field.Value.(pdf.Dict)
	if !ok {
		sig.Err = ErrNotDictionary
		s.found = append(s.found, sig)
		return
	}
	holder, path := sig.Ref, []pdf.Name{}
	if holder.Zero() {
		holder, path = field.Ref, []pdf.Name{"V"}
	}
	s.add(sig, d, holder, path)
}

// loose looks through all objects for signature dictionaries that no field
// leads to.
func (s *search) loose() error {
	rights := s.usageRights()
	for ref := range s.f.Objects() {
		if s.known[ref] {
			continue
		}
		o, err := s.f.Get(ref)
		if err != nil {
			var limit *pdf.LimitError
			if errors.As(err, &limit) {
				return fmt.Errorf("pdf/form: signatures: %w", err)
			}
			continue // an object that cannot be read holds no signature
		}
		d, ok := o.(pdf.Dict)
		if !ok || !looksSigned(d) {
			continue
		}
		s.add(Signature{Ref: ref, ContentsOffset: -1, Revision: -1, UsageRights: rights[ref]}, d, ref, nil)
	}
	return nil
}

// looksSigned tells signature dictionaries from others: by their type, or by
// the pair of entries that only they have.
func looksSigned(d pdf.Dict) bool {
	_, ranged := d["ByteRange"]
	_, contents := d["Contents"]
	switch d.Name("Type") {
	case "Sig", "DocTimeStamp":
		return ranged || contents
	case "":
		return ranged && contents
	}
	return ranged
}

// usageRights finds the dictionaries that /Perms names as usage rights.
func (s *search) usageRights() map[pdf.Ref]bool {
	out := map[pdf.Ref]bool{}
	cat, err := s.f.Catalog()
	if err != nil {
		return out
	}
	perms, err := s.f.Dict(cat["Perms"])
	if err != nil {
		return out
	}
	for _, key := range []pdf.Name{"UR", "UR3"} {
		if ref, ok := perms[key].(pdf.Ref); ok {
			out[ref] = true
		}
	}
	return out
}

// add reads what stands in the dictionary d, which is found at path inside
// the object holder.
func (s *search) add(sig Signature, d pdf.Dict, holder pdf.Ref, path []pdf.Name) {
	sig.Dict = d
	sig.SubFilter = s.name(d["SubFilter"])
	var errs []error
	if sig.SubFilter == "" || s.name(d["Filter"]) == "" {
		errs = append(errs, ErrFilter)
	}
	errs = append(errs, s.readRange(&sig, holder, path), s.readContents(&sig, holder, path))
	sig.Err = errors.Join(errs...)
	for i, r := range s.f.Revisions() {
		if end := sig.End(); r.Mark <= end && end <= r.End {
			sig.Revision = i
		}
	}
	s.found = append(s.found, sig)
}

func (s *search) name(o pdf.Object) pdf.Name {
	o, err := s.f.Resolve(o)
	if err != nil {
		return ""
	}
	n, _ := o.(pdf.Name)
	return n
}

func (s *search) readRange(sig *Signature, holder pdf.Ref, path []pdf.Name) error {
	if _, _, once := s.f.Span(holder, append(path, "ByteRange")...); !once {
		return ErrByteRange // missing, or given twice so that readers differ
	}
	a, err := s.f.Array(sig.Dict["ByteRange"])
	if err != nil || len(a) != 4 {
		return ErrByteRange
	}
	var r [4]int64
	for i := range r {
		v, ok := pdf.Int(a[i]) // signers pad these numbers with zeros
		if !ok {
			return ErrByteRange
		}
		r[i] = v
	}
	size := s.f.Size()
	fits := r[0] >= 0 && r[1] > 0 && r[2] >= r[0]+r[1] && r[3] > 0 &&
		r[1] <= size && r[2] <= size && r[3] <= size && r[2]+r[3] <= size
	if !fits {
		return ErrByteRange
	}
	sig.ByteRange = r
	return nil
}

func (s *search) readContents(sig *Signature, holder pdf.Ref, path []pdf.Name) error {
	c, ok := sig.Dict["Contents"].(pdf.String)
	if !ok || len(c) == 0 {
		return ErrContents
	}
	sig.Contents = []byte(c)
	start, end, ok := s.f.Span(holder, append(path, "Contents")...)
	if !ok {
		return ErrContents
	}
	var mark [2]byte
	if _, err := s.f.Source().ReadAt(mark[:], start); err != nil || mark[0] != '<' || mark[1] == '<' {
		return ErrContents
	}
	sig.ContentsOffset, sig.ContentsEnd = start, end
	return nil
}
