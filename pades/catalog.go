package pades

import "github.com/consigil/consigil/pdf"

// sigFlags are SignaturesExist and AppendOnly, ISO 32000-2 table 225.
const sigFlags = 3

// touchCatalog says in the form that there are signatures and, where the file's
// version does not know them, which extension does.
func (l *layout) touchCatalog(file *pdf.File) error {
	catalog, err := l.dict(file.CatalogRef())
	if err != nil {
		return err
	}
	changed := catalog.Clone()
	inPlace, err := l.setSigFlags(changed)
	if err != nil {
		return err
	}
	extended, err := l.extend(file, changed)
	if err != nil {
		return err
	}
	if inPlace || extended {
		l.update.Put(file.CatalogRef(), changed)
	}
	return nil
}

// setSigFlags reports whether it changed the catalog itself.
func (l *layout) setSigFlags(catalog pdf.Dict) (bool, error) {
	acroForm, err := l.dict(catalog["AcroForm"])
	if err != nil {
		return false, err
	}
	if flags, _ := pdf.Int(acroForm["SigFlags"]); flags&sigFlags == sigFlags {
		return false, nil
	}
	acroForm = acroForm.Clone()
	acroForm["SigFlags"] = pdf.Integer(sigFlags)
	if ref, ok := catalog["AcroForm"].(pdf.Ref); ok {
		l.update.Put(ref, acroForm)
		return false, nil
	}
	catalog["AcroForm"] = acroForm
	return true, nil
}

// extend names the ESIC extension (ETSI TS 102 778-3), which brought
// ETSI.CAdES.detached to PDF 1.7. PDF 2.0 has it built in, and under an earlier
// signature the catalog is left alone.
func (l *layout) extend(file *pdf.File, catalog pdf.Dict) (bool, error) {
	if l.opt.signedBefore || catalog.Name("Version") >= "2.0" || headerVersion(file) >= "2.0" {
		return false, nil
	}
	extensions := pdf.Dict{}
	if own := catalog["Extensions"]; !pdf.IsNull(own) {
		read, err := l.dict(own)
		if err != nil {
			return false, err
		}
		extensions = read.Clone()
	}
	if !pdf.IsNull(extensions["ESIC"]) {
		return false, nil
	}
	extensions["ESIC"] = pdf.Dict{"BaseVersion": pdf.Name("1.7"), "ExtensionLevel": pdf.Integer(2)}
	catalog["Extensions"] = extensions
	return true, nil
}

// headerVersion reads the "2.0" of "%PDF-2.0"; it is "" where there is none at
// the start of the file.
func headerVersion(file *pdf.File) string {
	head := make([]byte, len("%PDF-1.7"))
	if n, _ := file.Source().ReadAt(head, 0); n < len(head) || string(head[:5]) != "%PDF-" {
		return ""
	}
	return string(head[5:])
}
