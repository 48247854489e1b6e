package site

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/consigil/consigil/internal/locale"
)

// Words are a page's language and the sentences in it.
type Words struct {
	*locale.Phrases
	more   *locale.Phrases // what pages share with the app that verifies
	Dir    string
	Other  []choice // the languages that the page can be read in
	Chosen string   // the language that the reader chose on the page itself; empty: none
}

// choice is one language of the switcher.
type choice struct {
	Lang, Name, Address string
	Current             bool
}

var languageNames = map[string]string{"ar": "العربية", "de": "Deutsch", "en": "English", "hi": "हिन्दी", "hu": "Magyar"}

// words finds the language of a page: the one that the reader chose, else the one in which they were written to, else
// the browser's.
func (s *Site) words(r *http.Request, written string) Words {
	asked := r.URL.Query().Get("lang")
	if !locale.Known(asked) {
		asked = ""
	}
	lang := cmp.Or(asked, written, locale.Preferred(r.Header.Get("Accept-Language")))
	phrases, err := locale.Read(lang, "pages")
	if err != nil { // the catalogue is part of the program, and a test reads all of it
		phrases = &locale.Phrases{Lang: locale.Fallback}
	}
	more, err := locale.Read(lang, "verify")
	if err != nil {
		more = phrases
	}
	w := Words{Phrases: phrases, more: more, Dir: locale.Direction(phrases.Lang), Chosen: asked}
	for _, l := range locale.All() {
		w.Other = append(w.Other, choice{Lang: l, Name: languageNames[l], Address: inLanguage(r.URL, l), Current: l == phrases.Lang})
	}
	return w
}

// inLanguage is the same page in another language.
func inLanguage(u *url.URL, lang string) string {
	q := u.Query()
	q.Set("lang", lang)
	return u.EscapedPath() + "?" + q.Encode()
}

// Query is the language choice as it goes on to the next page.
func (w Words) Query() string {
	if w.Chosen == "" {
		return ""
	}
	return "?lang=" + w.Chosen
}

// T is the sentence of a key. What is put into it keeps a direction of its own where directions may meet.
func (w Words) T(key string, pairs ...string) string {
	if text := w.Phrases.T(key, w.apart(pairs)...); text != key {
		return text
	}
	return w.more.T(key, w.apart(pairs)...)
}

// N is T for a sentence that counts.
func (w Words) N(key string, n int, pairs ...string) string {
	if text := w.Phrases.N(key, n, w.apart(pairs)...); text != key {
		return text
	}
	return w.more.N(key, n, w.apart(pairs)...)
}

func (w Words) apart(pairs []string) []string {
	out := slices.Clone(pairs)
	for i := 1; i < len(out); i += 2 {
		if w.Dir == "rtl" || strings.ContainsFunc(out[i], rightToLeft) {
			out[i] = "\u2068" + out[i] + "\u2069"
		}
	}
	return out
}

func rightToLeft(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }
