package locale

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKnown(t *testing.T) {
	for tag, want := range map[string]bool{
		"en": true, "de-AT": true, "hu": true, "hi-Deva-IN": true, "ar-EG": true,
		"zz-ZZ": false, "fr": false, "": false, "EN": false, "en_US": false, "en-": false, "de-AT\n": false, "e": false,
	} {
		if Known(tag) != want {
			t.Errorf("%q: want %v", tag, want)
		}
	}
}

func TestEveryCatalogueHasEveryLanguage(t *testing.T) {
	for _, room := range []string{"notify", "evidence", "ceremony"} {
		files, err := os.ReadDir(filepath.Join("..", room, "texts"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, strings.TrimSuffix(f.Name(), ".json"))
		}
		if diff := cmp.Diff(All(), got); diff != "" {
			t.Errorf("%s: %s", room, diff)
		}
	}
}
