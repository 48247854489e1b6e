package pades

import (
	"crypto"
	"slices"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
)

// sigFlags are those of a form with a signature.
const sigFlags = form.SignaturesExist | form.AppendOnly

// touchCatalog says in the form that there are signatures and, where the file's
// version does not know them, which extension does.
func (l *layout) touchCatalog(file *pdf.File) error {
	if err := form.SetSigFlags(l.update, sigFlags); err != nil {
		return err
	}
	changed, err := l.update.Catalog()
	if err != nil {
		return err
	}
	extended, err := l.extend(file, changed)
	if err != nil {
		return err
	}
	if l.opt.Certify != CertifyNone {
		perms, err := l.update.Dict(changed["Perms"])
		if err != nil {
			return err
		}
		if perms == nil {
			perms = pdf.Dict{}
		}
		perms["DocMDP"] = l.value
		changed["Perms"], extended = perms, true
	}
	if extended {
		l.update.Put(file.CatalogRef(), changed)
	}
	return nil
}

// signatureExtension is the ESIC level that brought ETSI.CAdES.detached. Nobody
// changes it.
var signatureExtension pdf.Object = pdf.Dict{"BaseVersion": pdf.Name("1.7"), "ExtensionLevel": pdf.Integer(2)}

// extend names the extensions that the signature needs: ESIC (ETSI TS 102 778-3),
// which brought ETSI.CAdES.detached to PDF 1.7 and is part of PDF 2.0, and those
// of the algorithms. Under an earlier signature the catalog is left alone.
func (l *layout) extend(file *pdf.File, catalog pdf.Dict) (bool, error) {
	if l.opt.signedBefore {
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
	changed, err := l.extendISO(extensions)
	if err != nil {
		return false, err
	}
	old := !l.opt.CMS && catalog.Name("Version") < "2.0" && headerVersion(file) < "2.0"
	if old && pdf.IsNull(extensions["ESIC"]) {
		extensions["ESIC"] = signatureExtension
		changed = true
	}
	if changed {
		catalog["Extensions"] = extensions
	}
	return changed, nil
}

// extendISO names ISO/TS 32001 for SHA-3 and ISO/TS 32002 for EdDSA; the entry of
// that prefix is an array, since a file may need several.
func (l *layout) extendISO(extensions pdf.Dict) (bool, error) {
	level := isoLevel(l.opt.Algorithm)
	if level == 0 {
		return false, nil
	}
	own, err := l.update.Resolve(extensions["ISO_"])
	if err != nil {
		return false, err
	}
	var list pdf.Array
	switch own := own.(type) {
	case pdf.Array:
		list = slices.Clone(own)
	case pdf.Dict:
		list = pdf.Array{own}
	}
	for _, o := range list {
		if d, err := l.update.Dict(o); err == nil {
			if known, _ := pdf.Int(d["ExtensionLevel"]); known == level {
				return false, nil
			}
		}
	}
	extensions["ISO_"] = append(list, pdf.Dict{
		"BaseVersion": pdf.Name("2.0"), "ExtensionLevel": pdf.Integer(level), "ExtensionRevision": pdf.String(":2022"),
	})
	return true, nil
}

func isoLevel(a signer.Algorithm) int64 {
	switch h := a.Hash(); {
	case a == signer.Ed25519:
		return 32002
	case h == crypto.SHA3_256, h == crypto.SHA3_384, h == crypto.SHA3_512:
		return 32001
	}
	return 0
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
