//go:build interop

package sweep

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/validate"
)

// files are a file before and after it was signed.
type files struct {
	before, after []byte
	password      string
	field         string
}

// minds says what our own reader finds wrong with the signed file, and how many
// signatures there were before.
func (f files) minds() (why string, earlier int) {
	if !bytes.HasPrefix(f.after, f.before) {
		return "the signed file does not begin with the original", 0
	}
	was, err := pdf.Open(bytes.NewReader(f.before), int64(len(f.before)), pdf.Options{Password: f.password})
	if err != nil {
		return "original: " + err.Error(), 0
	}
	is, err := pdf.Open(bytes.NewReader(f.after), int64(len(f.after)), pdf.Options{Password: f.password, Strict: true})
	if err != nil {
		return "not readable without repair: " + err.Error(), 0
	}
	if why, earlier = signatureMinds(is, f); why != "" {
		return why, earlier
	}
	k := keeper{was: was, is: is}
	return k.minds(), earlier
}

// signatureMinds looks for the new signature, and at what became of earlier
// ones.
func signatureMinds(is *pdf.File, f files) (why string, earlier int) {
	list, err := form.Signatures(is)
	if err != nil {
		return err.Error(), 0
	}
	last := form.Signature{}
	if len(list) > 0 {
		last = list[len(list)-1]
	}
	if last.Field != f.field || last.Err != nil || last.End() != int64(len(f.after)) {
		return "the new signature is not the last of the file", 0
	}
	before, after := f.verdicts(f.before), f.verdicts(f.after)
	if n := len(after); n == 0 || !after[n-1].Intact {
		return "the new signature is not intact", 0
	}
	for i, old := range before {
		if i >= len(after) || after[i].Field != old.Field || after[i].Intact != old.Intact ||
			after[i].Indication != old.Indication || after[i].SubIndication != old.SubIndication {
			return fmt.Sprintf("the earlier signature %q is judged otherwise", old.Field), len(before)
		}
	}
	return "", len(before)
}

// verdicts are on every signature; whom to trust is left open.
func (f files) verdicts(data []byte) []validate.Signature {
	opt := validate.Options{Password: f.password, Now: time.Now()}
	report, err := validate.File(context.Background(), bytes.NewReader(data), int64(len(data)), opt)
	if err != nil {
		return nil
	}
	return report.Signatures
}

// keeper compares every object of a file before and after.
type keeper struct {
	was, is *pdf.File
	may     map[pdf.Ref]bool // objects that signing changes
}

func (k *keeper) minds() string {
	if k.was.CatalogRef() != k.is.CatalogRef() {
		return "the catalog has another number"
	}
	if n, err := k.is.PageCount(); err != nil {
		return err.Error()
	} else if m, err := k.was.PageCount(); err != nil || n != m {
		return fmt.Sprintf("%d pages became %d", m, n)
	}
	catalogs, err := k.dicts(k.was.CatalogRef())
	if err != nil {
		return err.Error()
	}
	if key := differs(catalogs[0], catalogs[1], "AcroForm", "Extensions"); key != "" {
		return "the catalog's /" + string(key) + " changed"
	}
	if why := k.form(catalogs); why != "" {
		return why
	}
	return k.objects()
}

// dicts reads one dictionary of both files.
func (k *keeper) dicts(ref pdf.Object) (both [2]pdf.Dict, err error) {
	if both[0], err = k.was.Dict(ref); err == nil {
		both[1], err = k.is.Dict(ref)
	}
	return both, err
}

// differs names an entry that is not the same, exceptions aside.
func differs(was, is pdf.Dict, except ...pdf.Name) pdf.Name {
	skip := map[pdf.Name]bool{}
	for _, key := range except {
		skip[key] = true
	}
	for key := range was {
		if !skip[key] && !reflect.DeepEqual(was[key], is[key]) {
			return key
		}
	}
	for key := range is {
		if _, ok := was[key]; !ok && !skip[key] {
			return key
		}
	}
	return ""
}

// form makes sure that the form lost nothing, and notes what may have changed.
func (k *keeper) form(catalogs [2]pdf.Dict) string {
	was, err := k.was.Dict(catalogs[0]["AcroForm"])
	if err != nil {
		was = nil
	}
	is, err := k.is.Dict(catalogs[1]["AcroForm"])
	if err != nil || is == nil {
		return "no form any more"
	}
	if key := differs(was, is, "Fields", "SigFlags"); key != "" && was != nil {
		return "the form's /" + string(key) + " changed"
	}
	oldFields, _ := k.was.Array(was["Fields"])
	newFields, _ := k.is.Array(is["Fields"])
	if len(newFields) < len(oldFields) || len(oldFields) > 0 && !reflect.DeepEqual(oldFields, newFields[:len(oldFields)]) {
		return "the form lost fields"
	}
	k.may = map[pdf.Ref]bool{k.was.CatalogRef(): true}
	k.allow(catalogs[0]["AcroForm"], was["Fields"])
	if p, err := k.was.Page(0); err == nil {
		k.may[p.Ref] = true
		k.allow(p.Dict["Annots"])
		if pages, err := k.dicts(p.Ref); err != nil || differs(pages[0], pages[1], "Annots") != "" {
			return "the first page changed"
		}
	}
	return ""
}

func (k *keeper) allow(list ...pdf.Object) {
	for _, o := range list {
		if ref, ok := o.(pdf.Ref); ok {
			k.may[ref] = true
		}
	}
}

// objects makes sure that every other object is what it was.
func (k *keeper) objects() string {
	for ref := range k.was.Objects() {
		if k.may[ref] {
			continue
		}
		was, err := k.was.Get(ref)
		if err != nil {
			continue // unreadable before
		}
		is, err := k.is.Get(ref)
		if err != nil && pdf.IsNull(was) {
			continue // what a strict reader minds, a lenient one passed over
		}
		if err != nil {
			return fmt.Sprintf("object %d: %v", ref.Num, err)
		}
		if s, ok := was.(*pdf.Stream); ok && s.Dict.Name("Type") == "XRef" {
			continue // of the old data, which a repair replaces
		}
		if !sameObject(was, is) {
			return fmt.Sprintf("object %d changed", ref.Num)
		}
	}
	return ""
}

func sameObject(was, is pdf.Object) bool {
	a, stream := was.(*pdf.Stream)
	if !stream {
		return reflect.DeepEqual(was, is)
	}
	b, ok := is.(*pdf.Stream)
	return ok && differs(a.Dict, b.Dict, "Length") == "" && bytes.Equal(rawOf(a), rawOf(b)) // a wrong /Length is mended
}

func rawOf(s *pdf.Stream) []byte {
	r, _, err := s.Raw()
	if err != nil {
		return nil
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return data
}
