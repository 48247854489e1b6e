package draw

// Canvas collects drawing. Its origin is the lower left corner; units are
// points.
type Canvas struct {
	form *Form
}

// NewCanvas starts an empty drawing of w by h points.
func NewCanvas(w, h float64) *Canvas {
	return &Canvas{form: &Form{Width: w, Height: h}}
}

// Form gives what was drawn so far.
func (c *Canvas) Form() *Form { return c.form }

// Text sets text in the box whose lower left corner is x, y.
func (c *Canvas) Text(fs *FontSet, text string, x, y, w, h float64, style Style) error {
	return nil
}
