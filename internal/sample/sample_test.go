package sample

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/pdf"
)

// TestContract draws the agreement in every language: two pages, tagged, the same bytes each time, room for both
// signatures. SAMPLE_DIR keeps the files.
func TestContract(t *testing.T) {
	set := fonts.Set()
	for _, lang := range locale.All() {
		a, err := Contract(set, lang+"-XX")
		if err != nil {
			t.Fatal(lang, err)
		}
		b, err := Contract(fonts.Set(), lang)
		if err != nil || !bytes.Equal(a.PDF, b.PDF) {
			t.Errorf("%s: the bytes differ from one time to the next (%v)", lang, err)
		}
		if a.Locale != lang || !strings.HasSuffix(a.Name, ".pdf") {
			t.Errorf("%s: %s %s", lang, a.Locale, a.Name)
		}
		inspectTree(t, lang, a)
		if dir := os.Getenv("SAMPLE_DIR"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, lang+".pdf"), a.PDF, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a, err := Contract(set, "zz"); err != nil || a.Locale != "en" {
		t.Errorf("an unknown language: %v", err)
	}
}

func inspectTree(t *testing.T, lang string, a *Agreement) {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(a.PDF), int64(len(a.PDF)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(lang, err)
	}
	if n, err := f.PageCount(); n != 2 || err != nil || a.Places[0].Page != 2 {
		t.Errorf("%s: %d pages, %v", lang, n, err)
	}
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	root, err := f.Dict(catalog["StructTreeRoot"])
	if err != nil {
		t.Fatal(err)
	}
	roles := map[pdf.Name]int{}
	count(t, f, root["K"], roles)
	for role, want := range map[pdf.Name]int{"Document": 1, "H1": 1, "H2": 7, "Table": 1, "TR": 4, "TH": 3, "TD": 9} {
		if roles[role] != want {
			t.Errorf("%s: %d of %s, want %d", lang, roles[role], role, want)
		}
	}
	if roles["P"] < 10 {
		t.Errorf("%s: %d paragraphs", lang, roles["P"])
	}
}

func count(t *testing.T, f *pdf.File, o pdf.Object, roles map[pdf.Name]int) {
	t.Helper()
	d, err := f.Dict(o)
	if err != nil {
		t.Fatal(err)
	}
	roles[d.Name("S")]++
	kids, ok := d["K"].(pdf.Array)
	for _, kid := range kids {
		count(t, f, kid, roles)
	}
	if _, leaf := d["K"].(pdf.Integer); !ok && !leaf {
		t.Errorf("%s has neither children nor content", d.Name("S"))
	}
}
