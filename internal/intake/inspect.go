package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/validate"
)

// Caps on what is told of the upload's own form.
const (
	maxFormFields = 10_000
	maxFieldText  = 4_000 // bytes of a value
)

// parseOnly is the work of a parsing child.
func parseOnly(req request, file *remote, out io.Writer) (*answer, error) {
	if req.Op == opJudge {
		return &answer{}, judge(req, file)
	}
	if req.Op != opInspect {
		return nil, errProtocol
	}
	found, err := inspect(req, file, out)
	if err != nil {
		return nil, err
	}
	found.Reading = readingOf(io.NewSectionReader(file, 0, file.size), req.MaxPages)
	return &answer{Inspection: found}, nil
}

// inspect judges a file; an unsigned one is written in canonical form.
func inspect(req request, file *remote, out io.Writer) (*Inspection, error) {
	f, err := pdf.Open(file, file.size, pdf.Options{Limits: limits(req)})
	if err != nil {
		return nil, err
	}
	if f.Repaired() && cutOff(file) {
		return nil, problemCutOff()
	}
	found := &Inspection{Encrypted: f.Encrypted(), Findings: []pdf.Finding{}}
	if found.Pages, err = geometry(f, req.MaxPages); err != nil {
		return nil, err
	}
	if found.Fields, err = formFields(f); err != nil {
		return nil, err
	}
	report, err := canonical(f, file, out)
	var refused *pdf.RefusalError
	if errors.As(err, &refused) && refused.Code == pdf.RefusedSigned {
		found.Signed = true
		return found, checkSigned(req, file)
	}
	if err != nil {
		return nil, err
	}
	found.Findings = append(found.Findings, report.Findings...)
	return found, nil
}

// tailSize is where readers look for the end of a file, bytes.
const tailSize = 1024

// cutOff says whether a file stops before its end: nothing marks the end, or objects follow after
// that. Repair makes a document of what is left, without the pages that are lost; nobody must sign that.
func cutOff(file *remote) bool {
	tail := make([]byte, min(tailSize, file.size))
	if _, err := file.ReadAt(tail, file.size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return true
	}
	end := max(bytes.LastIndex(tail, []byte("startxref")), bytes.LastIndex(tail, []byte("%%EOF")))
	return end < 0 || bytes.Contains(tail[end:], []byte(" obj"))
}

func limits(req request) pdf.Limits { return pdf.Limits{Pages: req.MaxPages} }

// geometry lists the pages.
func geometry(f *pdf.File, most int) ([]Page, error) {
	var pages []Page
	for p, err := range f.Pages() {
		if err != nil {
			return nil, err
		}
		if len(pages) == most {
			return nil, problemTooManyPages(most)
		}
		pages = append(pages, newPage(p))
	}
	if len(pages) == 0 {
		return nil, problemNoPages()
	}
	return pages, nil
}

func newPage(p pdf.Page) Page {
	out := Page{Width: p.CropBox.Width(), Height: p.CropBox.Height(), Rotate: p.Rotate, Crop: corners(p.CropBox)}
	if p.Rotate%180 != 0 {
		out.Width, out.Height = out.Height, out.Width
	}
	return out
}

func corners(r pdf.Rect) [4]float64 { return [4]float64{r.LLX, r.LLY, r.URX, r.URY} }

// formFields lists the form that the upload brought along.
func formFields(f *pdf.File) ([]FormField, error) {
	read, err := form.Read(f)
	if err != nil {
		return nil, err
	}
	out := []FormField{}
	for _, field := range read.Fields {
		text := field.Text()
		if len(text) > maxFieldText {
			text = text[:maxFieldText]
		}
		one := FormField{Name: field.FullName, Type: string(field.Type), Value: text, Empty: emptyValue(field.Value)}
		for _, w := range field.Widgets {
			if len(out) == maxFormFields {
				return nil, problemTooComplex(errors.New("intake: more than 10,000 form fields"))
			}
			one.Page, one.Rect = w.Page+1, corners(w.Rect)
			out = append(out, one)
		}
	}
	return out, nil
}

// emptyValue reports whether a field still waits to be filled.
func emptyValue(v pdf.Object) bool {
	switch v := v.(type) {
	case pdf.String:
		return v == ""
	case pdf.Name:
		return v == "" || v == "Off"
	}
	return pdf.IsNull(v)
}

// canonical writes the canonical form. Its file identifier comes from the
// upload's digest, so that the same upload gives the same bytes.
func canonical(f *pdf.File, file *remote, out io.Writer) (*pdf.Report, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, file.size)); err != nil {
		return nil, err
	}
	return pdf.Canonicalize(f, out, pdf.CanonicalOptions{ID: h.Sum(nil)})
}

// checkSigned judges a file that bears signatures: every one must be intact,
// and there must be nothing that the canonical form would have removed because
// it acts or hides.
func checkSigned(req request, file *remote) error {
	f, err := pdf.Open(file, file.size, pdf.Options{Limits: limits(req), Strict: true})
	if err != nil {
		return explainSigned(err)
	}
	signatures, err := form.Signatures(f)
	if err != nil {
		return explainSigned(err)
	}
	for _, s := range signatures {
		if s.Err != nil && !s.UsageRights {
			return problemSignature(s.Err)
		}
	}
	report, err := pdf.Inspect(f)
	if err != nil {
		return explainSigned(err)
	}
	if report.Active() {
		return problemSignedContent(report.Findings)
	}
	return checkIntact(file, req.Now)
}

// explainSigned keeps problems and limits; damage to a signed file is damage to
// its signatures.
func explainSigned(err error) error {
	var malformed *pdf.MalformedError
	if errors.As(err, &malformed) {
		return problemSignature(err)
	}
	return err
}

// checkIntact verifies digest and signature value of each signature; who signed
// is not asked here.
func checkIntact(file *remote, now time.Time) error {
	report, err := validate.File(context.Background(), file, file.size, validate.Options{Now: now})
	if err != nil {
		return problemSignature(err)
	}
	for _, s := range report.Signatures {
		if !s.Intact {
			return problemSignature(errors.New("intake: signature " + string(s.SubIndication)))
		}
	}
	return nil
}
