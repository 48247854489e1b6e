package draw

// Align says where lines stand in their box.
type Align int

// The alignments. AlignStart is left for left-to-right paragraphs and right
// for right-to-left ones.
const (
	AlignStart Align = iota
	AlignLeft
	AlignCenter
	AlignRight
)

// Style says how text is set. The zero value is black, one line, at a size
// that suits the box.
type Style struct {
	Size      float64 // points; 0: what the box allows, at most 12
	MinSize   float64 // points, floor of shrinking; 0: 6, or Size where that is smaller
	Align     Align
	Color     Color
	Multiline bool    // starts at the top, keeps line breaks and wraps; otherwise one line, centred vertically, wrapped only at the floor
	Padding   float64 // points inside the box; 0: 2; negative: none
}

// TextAppearance sets text in a box of w by h points.
func TextAppearance(fs *FontSet, text string, w, h float64, style Style) (*Form, error) {
	c := NewCanvas(w, h)
	if err := c.Text(fs, text, 0, 0, w, h, style); err != nil {
		return nil, err
	}
	return c.Form(), nil
}
