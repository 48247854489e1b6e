// Package form reads and extends AcroForm fields: text fields, check boxes and
// signature fields, their values, widgets and locks (ISO 32000, 12.7).
//
// It neither draws appearances (see pdf/draw) nor signs or judges signatures
// (see pades and validate).
package form
