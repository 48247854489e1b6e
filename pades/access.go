package pades

import "github.com/consigil/consigil/pdf"

// access opens an encrypted file.
func (opt Options) access() pdf.Options {
	return pdf.Options{Password: opt.Password, Recipient: opt.Recipient}
}

func (x Extension) access() pdf.Options {
	return pdf.Options{Password: x.Password, Recipient: x.Recipient}
}

// permitted refuses to fill in a signature field, or to make one, where the file
// is encrypted and whom opened it may not (ISO 32000-2 table 22).
func permitted(file *pdf.File, making bool) error {
	granted := file.Permissions()
	const both = pdf.PermitModify | pdf.PermitAnnotate
	if making && granted&both != both || granted&(pdf.PermitAnnotate|pdf.PermitFill) == 0 {
		return ErrPermission
	}
	return nil
}
