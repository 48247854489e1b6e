package pades

// Visible places a signature on a page.
type Visible struct {
	Page int        // from 0
	Rect [4]float64 // lower left and upper right corner in points of the page's own space
}
