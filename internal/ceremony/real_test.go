package ceremony_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// fieldFiles are real files, each odd in its own way: forms, scripts, turned pages, odd boxes, Arabic, encryption
// without a password, object streams, scans.
var fieldFiles = []string{
	"pdfjs/rotation.pdf", "pdfjs/hello_world_rotated.pdf", "pdfjs/annotation-text-widget.pdf", "pdfjs/form_two_pages.pdf",
	"pdfjs/evaljs.pdf", "pdfjs/ThuluthFeatures.pdf", "pdfjs/openoffice.pdf", "pdfjs/arial_unicode_ab_cidfont.pdf",
	"pdfjs/checkbox_no_appearance.pdf", "pdfjs/french_diacritics.pdf", "pdfjs/attachment.pdf", "pdfjs/bug1937438_from_word.pdf",
	"pdfium/annots.pdf", "pdfium/rectangles.pdf",
}

// corpora is the folder of test material; empty: none, on purpose.
func corpora(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CONSIGIL_CORPORA")
	switch dir {
	case "none":
		return ""
	case "":
		dir = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("test material: %v", err)
	}
	return filepath.Join(dir, "pdf")
}

func TestRealFilesGoTheWholeWay(t *testing.T) {
	dir := corpora(t)
	if dir == "" {
		t.Log("NOT RUN: no test material")
		return
	}
	w := newWorld(t)
	for _, name := range fieldFiles {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			must(t, err)
			got, err := w.wholeWay(data)
			must(t, err)
			file, err := pdf.Open(bytes.NewReader(got), int64(len(got)), pdf.Options{Strict: true})
			must(t, err)
			all, err := form.Read(file)
			must(t, err)
			if len(all.Errors) > 0 {
				t.Error(all.Errors)
			}
			for _, fd := range all.Fields {
				if fd.Type != "Sig" && fd.Flags&form.FlagReadOnly == 0 {
					t.Errorf("%s can still be changed", fd.FullName)
				}
			}
		})
	}
}

// wholeWay sends a file to one signer, who signs on its first page, and gives what came of it.
func (w *world) wholeWay(data []byte) ([]byte, error) {
	in := envelope.NewEnvelope{
		Input: envelope.Input{Title: ptr("Sweep")}, Recipients: []envelope.RecipientInput{person("Anna Kovács")},
		Documents: []envelope.DocumentInput{{Upload: w.upload(data)}},
	}
	f, err := w.envelopes.Create(w.ctx, w.sender, in)
	if err != nil {
		return nil, err
	}
	facts, err := f.Documents[0].ReadFacts()
	if err != nil {
		return nil, err
	}
	fd := corner(facts.Pages[0])
	doc, who := f.Documents[0].ID, f.Recipients[0].ID
	fd.Document, fd.Recipient = &doc, &who
	if _, _, err := w.envelopes.AddField(w.ctx, w.sender, f.Envelope.ID, 0, fd); err != nil {
		return nil, err
	}
	if _, err := w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0); err != nil {
		return nil, err
	}
	w.work(envelope.JobPrepare)
	if f, err = w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID); err != nil {
		return nil, err
	}
	if f.Envelope.State != envelope.Sent {
		return nil, fmt.Errorf("not sent: %s", f.Envelope.Reason)
	}
	p := w.sit(who)
	w.consent(p)
	sub := ceremony.Submission{Key: "k", Reviewed: w.reviewed(p), Values: w.answers(p)}
	if _, err := w.sittings.Sign(w.ctx, p, sub); err != nil {
		return nil, err
	}
	return w.head(f, doc), nil
}

// corner is a signature field in the lower left corner of a page of any size.
func corner(p intake.Page) envelope.FieldInput {
	width, height := p.Crop[2]-p.Crop[0], p.Crop[3]-p.Crop[1]
	return envelope.FieldInput{
		Type: ptr("signature"), Page: ptr(1), X: ptr(width * 0.05), Y: ptr(height * 0.05), W: ptr(width * 0.5), H: ptr(height * 0.2),
	}
}
