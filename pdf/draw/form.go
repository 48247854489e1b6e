package draw

import "github.com/consigil/consigil/pdf"

// Color is an RGB colour, each part 0 to 1. The zero value is black.
type Color struct{ R, G, B float64 }

// Form is one drawing of a given size, ready to be stored.
type Form struct {
	Width, Height float64 // points
	pieces        []piece
}

// Store writes forms as form XObjects, and once each font and image they
// share. The references are in the order of the forms.
func Store(w pdf.ObjectWriter, forms ...*Form) ([]pdf.Ref, error) {
	return store(w, forms)
}
