package validate_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/test/corpus"
	"github.com/consigil/consigil/validate"
)

// TestSweep signs every real PDF of the corpus and reads the signature back: it
// must be intact, and cover the whole file.
func TestSweep(t *testing.T) {
	s := newScene(t)
	count := map[string]int{}
	for _, path := range corpus.PDFs(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		count[sweepOne(t, s, filepath.Base(path), data)]++
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v", filepath.Base(path), took)
		}
	}
	t.Logf("%v", count)
}

// sweepOne names the outcome.
func sweepOne(t *testing.T, s *scene, name string, data []byte) string {
	var out bytes.Buffer
	opt := pades.Options{Certificate: s.leaf.Cert, Time: noon}
	result, err := pades.Sign(t.Context(), bytes.NewReader(data), int64(len(data)), s.leaf.Signer, nil, opt, &out)
	switch {
	case errors.Is(err, pdf.ErrPassword):
		return "password needed"
	case errors.Is(err, pades.ErrNotAllowed):
		return "refused by an earlier signature"
	case err != nil:
		if f, openErr := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{}); openErr == nil {
			n, _ := f.PageCount()
			t.Logf("%s: %d pages, not signed: %v", name, n, err)
			return "opened, not signed"
		}
		return "not opened"
	}
	report, err := validate.File(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), s.trusted())
	if err != nil {
		t.Errorf("%s: signed, then: %v", name, err)
		return "signed, not read back"
	}
	for _, got := range report.Signatures {
		if got.Field == result.Field && got.Intact && got.Coverage == "entire_file" {
			return "signed"
		}
	}
	t.Errorf("%s: signed, but %+v", name, report.Signatures)
	return "signed, not intact"
}
