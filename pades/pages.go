package pades

import "github.com/consigil/consigil/pdf"

// hasPages refuses files in which there is nothing to sign. A page tree that
// counts pages but shows none, or does neither, is broken, not empty: viewers
// show something in its place.
func hasPages(file *pdf.File) error {
	if n, err := file.PageCount(); err == nil && n > 0 {
		return nil // whoever places the field asks for them again
	}
	for page, err := range file.Pages() {
		if err != nil {
			return err
		}
		if page.Dict != nil {
			return nil
		}
	}
	catalog, err := file.Catalog()
	if err != nil {
		return err
	}
	root, err := file.Dict(catalog["Pages"])
	if err != nil {
		return err
	}
	kids, err := file.Array(root["Kids"])
	if err != nil {
		return err
	}
	if count, ok := pdf.Int(root["Count"]); ok && count > 0 || !ok && (kids == nil || len(kids) > 0) {
		return nil
	}
	return ErrNoPages
}
