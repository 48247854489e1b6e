// Package sweep signs every PDF of the test material and has tools of other
// houses look at what came out: qpdf for the structure and the form, PDFium for
// the pages, pyHanko for earlier signatures. It runs under the build tag
// "interop". Nothing here is part of the product.
package sweep
