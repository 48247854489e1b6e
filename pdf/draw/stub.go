package draw

import "github.com/consigil/consigil/pdf"

type piece struct{}
type face struct{ font Font }

func runeName(r rune) string { return string(r) }

func store(w pdf.ObjectWriter, forms []*Form) ([]pdf.Ref, error) {
	refs := make([]pdf.Ref, len(forms))
	for i, f := range forms {
		refs[i] = w.Alloc()
		w.PutStream(refs[i], pdf.Dict{"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"), "BBox": pdf.Rect{URX: f.Width, URY: f.Height}.Array()}, nil)
	}
	return refs, nil
}
func (fs *FontSet) missing(text string) ([]rune, error) { return nil, nil }
func signatureTyped(fs *FontSet, name, note string, w, h float64) (*Form, error) {
	return &Form{Width: w, Height: h}, nil
}
func signatureStrokes(strokes [][]Point, w, h float64) (*Form, error) {
	return &Form{Width: w, Height: h}, nil
}
func signatureImage(data []byte, w, h float64) (*Form, error) {
	return &Form{Width: w, Height: h}, nil
}
func checkbox(on bool, w, h float64) (*Form, error) { return &Form{Width: w, Height: h}, nil }
