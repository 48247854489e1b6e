package locale

import (
	"maps"
	"regexp"
	"slices"
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

func TestEveryLanguageHasEveryNamespace(t *testing.T) {
	for _, lang := range All() {
		if diff := cmp.Diff(listed(t, Fallback), listed(t, lang)); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
	entries, err := files.ReadDir("texts")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(All()) {
		t.Errorf("the catalogue has %d languages, the list %d", len(entries), len(All()))
	}
}

func listed(t *testing.T, lang string) []string {
	t.Helper()
	entries, err := files.ReadDir("texts/" + lang)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// own are the namespaces with shapes of their own; the others are flat.
var own = []string{"consent", "mail", "evidence", "sample"}

var hole = regexp.MustCompile(`\{[a-z_]+\}`)

func TestFlatNamespacesSayTheSameEverywhere(t *testing.T) {
	for _, file := range listed(t, Fallback) {
		ns := strings.TrimSuffix(file, ".json")
		if slices.Contains(own, ns) {
			continue
		}
		all, err := Each[map[string]phrase](ns)
		if err != nil {
			t.Fatal(err)
		}
		for lang, texts := range all {
			sameKeys(t, lang+"/"+ns, *all[Fallback], *texts)
		}
	}
}

func sameKeys(t *testing.T, where string, want, got map[string]phrase) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("%s: keys differ from English: %s", where, diff)
	}
	for key, p := range got {
		if p["other"] == "" {
			t.Errorf("%s: %s has no text", where, key)
		}
		if diff := cmp.Diff(holes(want[key]["other"]), holes(p["other"])); diff != "" {
			t.Errorf("%s: %s: placeholders differ from English: %s", where, key, diff)
		}
	}
}

func holes(s string) []string {
	list := hole.FindAllString(s, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

func TestPlural(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 1, "one"}, {"en", 0, "other"}, {"hi", 0, "one"}, {"hu", 2, "other"}, {"de", 1, "one"},
		{"ar", 0, "zero"}, {"ar", 1, "one"}, {"ar", 2, "two"}, {"ar", 5, "few"}, {"ar", 11, "many"}, {"ar", 100, "other"}, {"ar", 103, "few"},
	} {
		if got := plural(c.lang, c.n); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.lang, c.n, got, c.want)
		}
	}
}
