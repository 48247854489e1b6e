package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// The one catalogue: texts/<language>/<namespace>.json. The web apps build theirs from the same files. Namespaces
// of pages are flat: a key, and a sentence with {placeholders} or one for each plural category of CLDR. The others
// (consent, mail, evidence) have shapes of their own, which their rooms know.
//
//go:embed texts
var files embed.FS

// Fallback is the language of those whose own is not in the catalogue.
const Fallback = "en"

// Of is the catalogue's language for a BCP 47 tag, English where it has none.
func Of(tag string) string {
	if m := form.FindStringSubmatch(tag); m != nil && Known(tag) {
		return m[1]
	}
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if Known(base) {
		return base
	}
	return Fallback
}

// RightToLeft says whether a language of the catalogue is written from right to left.
func RightToLeft(lang string) bool { return lang == "ar" }

// Direction is the dir attribute of a page in a language of the catalogue.
func Direction(lang string) string {
	if RightToLeft(lang) {
		return "rtl"
	}
	return "ltr"
}

// Raw is a namespace in a language of the catalogue, as it is written.
func Raw(lang, namespace string) ([]byte, error) {
	b, err := files.ReadFile("texts/" + lang + "/" + namespace + ".json")
	if err != nil {
		return nil, fmt.Errorf("locale: read %s in %s: %w", namespace, lang, err)
	}
	return b, nil
}

// Each reads a namespace in every language, through make.
func Each[T any](namespace string) (map[string]*T, error) {
	out := map[string]*T{}
	for _, lang := range All() {
		raw, err := Raw(lang, namespace)
		if err != nil {
			return nil, err
		}
		v := new(T)
		if err := json.Unmarshal(raw, v); err != nil {
			return nil, fmt.Errorf("locale: read %s in %s: %w", namespace, lang, err)
		}
		out[lang] = v
	}
	return out, nil
}

// Phrases is a flat namespace in one language.
type Phrases struct {
	Lang  string
	texts map[string]phrase
}

// phrase is one sentence, or one for each plural category.
type phrase map[string]string

// UnmarshalJSON takes a sentence or an object of them.
func (p *phrase) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*p = phrase{"other": s}
		return nil
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*p = m
	return nil
}

var phrases sync.Map // namespace -> func() (map[string]*map[string]phrase, error)

// Read is a flat namespace in the language for a BCP 47 tag.
func Read(tag, namespace string) (*Phrases, error) {
	load, _ := phrases.LoadOrStore(namespace, sync.OnceValues(func() (map[string]*map[string]phrase, error) {
		return Each[map[string]phrase](namespace)
	}))
	all, err := load.(func() (map[string]*map[string]phrase, error))()
	if err != nil {
		return nil, err
	}
	lang := Of(tag)
	return &Phrases{Lang: lang, texts: *all[lang]}, nil
}

// T is the sentence of a key with its placeholders filled: name, value, name, value. A key that is not in the
// catalogue stands for itself; a test holds every language to the same keys.
func (p *Phrases) T(key string, pairs ...string) string {
	return p.fill(p.texts[key]["other"], key, pairs)
}

// N is T for a sentence that counts; {n} is the number.
func (p *Phrases) N(key string, n int, pairs ...string) string {
	forms := p.texts[key]
	s, ok := forms[plural(p.Lang, n)]
	if !ok {
		s = forms["other"]
	}
	return p.fill(s, key, append([]string{"n", fmt.Sprint(n)}, pairs...))
}

func (p *Phrases) fill(s, key string, pairs []string) string {
	if s == "" {
		return key
	}
	var old []string
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(old...).Replace(s)
}

// plural is the CLDR category of a whole number in a language of the catalogue.
func plural(lang string, n int) string {
	switch {
	case lang == "hi" && (n == 0 || n == 1), lang != "ar" && n == 1:
		return "one"
	case lang != "ar":
		return "other"
	case n < 3 && n >= 0:
		return [...]string{"zero", "one", "two"}[n]
	case n%100 >= 3 && n%100 <= 10:
		return "few"
	case n%100 >= 11:
		return "many"
	}
	return "other"
}
