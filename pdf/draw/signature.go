package draw

// Point is a place where a pen was, in any unit; y grows downwards, as screens
// have it.
type Point struct{ X, Y float64 }

// SignatureTyped sets a signer's name as large as the box allows. note, where
// it is not empty, stands below it in small type.
func SignatureTyped(fs *FontSet, name, note string, w, h float64) (*Form, error) {
	return signatureTyped(fs, name, note, w, h)
}

// SignatureStrokes draws strokes as vectors, scaled evenly and centred in a box
// of w by h points.
func SignatureStrokes(strokes [][]Point, w, h float64) (*Form, error) {
	return signatureStrokes(strokes, w, h)
}

// SignatureImage places a PNG or JPEG, scaled evenly and centred in a box of w
// by h points. The image is decoded and encoded anew: nothing of the file but
// its pixels is kept.
func SignatureImage(data []byte, w, h float64) (*Form, error) {
	return signatureImage(data, w, h)
}

// Checkbox draws a box with or without its check mark, w by h points.
func Checkbox(on bool, w, h float64) (*Form, error) {
	return checkbox(on, w, h)
}
