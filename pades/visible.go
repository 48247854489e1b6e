package pades

import "github.com/consigil/consigil/pdf"

// Visible places a signature on a page.
type Visible struct {
	Page int      // from 0; of a new field only
	Rect pdf.Rect // in points of the page's own space; of a new field only

	// Draw stores the appearance, a form XObject, and returns its reference.
	// Use pdf/draw for it.
	Draw func(w pdf.ObjectWriter) (pdf.Ref, error)
}
