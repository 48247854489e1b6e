package pades_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
)

// TestHybrid: an object that only the stream beside the table names stays what
// it is, and the increment is a table that names no such stream.
func TestHybrid(t *testing.T) {
	in := string(page().bytes())
	font := strings.Index(in, "6 0 obj")
	table := strings.Index(in, "xref\n0")
	row := []byte{1, byte(font >> 8), byte(font), 0}
	beside := fmt.Sprintf("7 0 obj\n<</Type/XRef/W[1 2 1]/Index[6 1]/Size 8/Length 4>>stream\n%s\nendstream\nendobj\n", row)
	rest := strings.Replace(in[table:], fmt.Sprintf("%010d 00000 n", font), "0000000000 65535 f", 1)
	rest = strings.Replace(rest, "/Root", fmt.Sprintf("/XRefStm %d/Root", table), 1)
	rest = strings.Replace(rest, fmt.Sprintf("startxref\n%d", table), fmt.Sprintf("startxref\n%d", table+len(beside)), 1)
	increment, file := signPlain(t, []byte(in[:table]+beside+rest))
	if strings.Contains(increment, "/XRefStm") || !strings.Contains(increment, "\nxref\n") || strings.Contains(increment, "\n7 0 obj") {
		t.Errorf("%s", increment)
	}
	if d, err := file.Dict(pdf.Ref{Num: 6}); err != nil || d.Name("BaseFont") != "Helvetica" {
		t.Errorf("font %v, %v", d, err)
	}
}

func TestNothingToSign(t *testing.T) {
	for name, tree := range map[string]string{
		"no pages": "<</Type/Pages/Kids[]/Count 0>>", "no children": "<</Type/Pages/Kids[]>>",
		"nodes without pages": "<</Type/Pages/Kids[<</Type/Pages/Kids[]/Count 0>>]/Count 0>>",
	} {
		t.Run(name, func(t *testing.T) {
			if err := refusal(t, page().with(2, tree).bytes()); !errors.Is(err, pades.ErrNoPages) {
				t.Errorf("%v", err)
			}
		})
	}
	for _, broken := range []string{"<</Type/Pages/Kids[99 0 R]/Count 1>>", "<</Type/Pages/Count 1>>", "<</S/JavaScript>>"} {
		if err := refusal(t, page().with(2, broken).bytes()); err != nil {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

func refusal(t *testing.T, in []byte) error {
	t.Helper()
	opt := setup(t, "p-256").options()
	_, err := pades.Prepare(t.Context(), strings.NewReader(string(in)), int64(len(in)), opt)
	return err
}
