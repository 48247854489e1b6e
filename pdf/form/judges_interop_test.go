//go:build interop

package form

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/pdf"
)

// TestJudgesReadFields has qpdf check a file with added fields, and mutool
// list them.
func TestJudgesReadFields(t *testing.T) {
	for name, base := range shapes {
		u := pdf.NewUpdate(open(t, base))
		rect := pdf.Rect{LLX: 10, LLY: 10, URX: 100, URY: 30}
		ref, err := AddTextField(u, TextField{Root: "consigil", PartialName: "name", Rect: rect})
		if err != nil {
			t.Fatal(err)
		}
		if err := SetValue(u, ref, pdf.Text("Anna"), pdf.Ref{}, true); err != nil {
			t.Fatal(err)
		}
		if _, err := AddSignatureField(u, SignatureField{Name: "consigil.seal"}); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "out.pdf")
		if err := os.WriteFile(file, apply(t, base, u), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("qpdf", "--check", file).CombinedOutput(); err != nil {
			t.Errorf("%s: qpdf: %s", name, out)
		}
		out, err := exec.Command("qpdf", "--json", "--json-key=acroform", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %s", name, out)
		}
		for _, want := range []string{"consigil.name", "consigil.seal", "Anna"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: qpdf does not see %s", name, want)
			}
		}
	}
}
