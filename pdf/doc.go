// Package pdf reads PDF files with bounded time and memory, appends
// incremental updates to them byte for byte, rewrites unsigned ones into a
// canonical form, and builds new ones.
//
// It knows objects, cross-reference tables and streams, encryption and the
// page tree. It does not render, does not interpret page content, and knows
// nothing of forms (see pdf/form) or of signatures (see pades).
//
// References: ISO 32000-2:2020, here cited as "ISO 32000".
package pdf
