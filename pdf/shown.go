package pdf

// Shown is the size of the page as readers see it: its crop box, turned.
func (p Page) Shown() (width, height float64) {
	width, height = p.CropBox.Width(), p.CropBox.Height()
	if p.Rotate%180 != 0 {
		width, height = height, width
	}
	return width, height
}

// FromShown turns a rectangle that was measured on the page as readers see it,
// from its lower left corner, into the page's own space (ISO 32000-2 8.3.2.3, and
// table 31 for /Rotate and /CropBox).
func (p Page) FromShown(r Rect) Rect {
	w, h := p.CropBox.Width(), p.CropBox.Height()
	switch p.Rotate {
	case 90:
		r = Rect{w - r.URY, r.LLX, w - r.LLY, r.URX}
	case 180:
		r = Rect{w - r.URX, h - r.URY, w - r.LLX, h - r.LLY}
	case 270:
		r = Rect{r.LLY, h - r.URX, r.URY, h - r.LLX}
	}
	x, y := p.CropBox.LLX, p.CropBox.LLY
	return Rect{r.LLX + x, r.LLY + y, r.URX + x, r.URY + y}
}
