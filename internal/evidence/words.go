package evidence

import (
	"strings"
	"sync"

	"github.com/consigil/consigil/internal/locale"
)

// words is one language of the completion certificate.
type words struct {
	Direction string            `json:"direction"`
	Labels    map[string]string `json:"labels"`
	Roles     map[string]string `json:"roles"`
	Methods   map[string]string `json:"methods"`
	Kinds     map[string]string `json:"kinds"` // of signatures
	Events    map[string]string `json:"events"`
}

var allWords = sync.OnceValues(func() (map[string]*words, error) { return locale.Each[words]("evidence") })

// language finds the words for a BCP 47 tag, and the language they are in.
func language(tag string) (string, *words, error) {
	all, err := allWords()
	if err != nil {
		return "", nil, err
	}
	lang := locale.Of(tag)
	return lang, all[lang], nil
}

// fill replaces {names} in a label.
func (w *words) fill(label string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(w.Labels[label])
}

// or takes the word for a key, or the key itself where this language has none.
func or(m map[string]string, key string) string {
	if v := m[key]; v != "" {
		return v
	}
	return key
}
