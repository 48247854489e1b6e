// Package draw makes what is seen of a field or a signature: appearance
// streams (form XObjects, ISO 32000-2 8.10 and 12.5.5) with shaped text in
// embedded subset fonts, vector strokes and images. It finds no fonts of its
// own (the caller hands them in), places nothing on a page and writes no file;
// it stores objects through a pdf.ObjectWriter.
//
// A character that no font covers is an error that names it, before anything
// is drawn; text that does not fit is an error too, and is cut only where a
// Style asks for an ellipsis.
package draw
