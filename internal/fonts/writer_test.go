package fonts

import "github.com/consigil/consigil/pdf"

// writer counts what is stored.
type writer struct{ objects, bytes int }

func (w *writer) Alloc() pdf.Ref                                    { w.objects++; return pdf.Ref{Num: w.objects} }
func (w *writer) Put(pdf.Ref, pdf.Object)                           {}
func (w *writer) PutStream(ref pdf.Ref, dict pdf.Dict, data []byte) { w.bytes += len(data) }
