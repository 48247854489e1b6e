package evidence

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed texts/*.json
var wordFiles embed.FS

const fallbackLanguage = "en"

// words is one language of the completion certificate.
type words struct {
	Direction string            `json:"direction"`
	Labels    map[string]string `json:"labels"`
	Roles     map[string]string `json:"roles"`
	Methods   map[string]string `json:"methods"`
	Kinds     map[string]string `json:"kinds"` // of signatures
	Events    map[string]string `json:"events"`
}

var allWords = sync.OnceValues(func() (map[string]*words, error) {
	files, err := wordFiles.ReadDir("texts")
	if err != nil {
		return nil, fmt.Errorf("evidence: list texts: %w", err)
	}
	out := map[string]*words{}
	for _, f := range files {
		data, err := wordFiles.ReadFile(path.Join("texts", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("evidence: read texts: %w", err)
		}
		w := &words{}
		if err := json.Unmarshal(data, w); err != nil {
			return nil, fmt.Errorf("evidence: read texts %s: %w", f.Name(), err)
		}
		out[strings.TrimSuffix(f.Name(), ".json")] = w
	}
	return out, nil
})

// language finds the words for a BCP 47 tag, and the language they are in.
func language(tag string) (string, *words, error) {
	all, err := allWords()
	if err != nil {
		return "", nil, err
	}
	base, _, _ := strings.Cut(tag, "-")
	for _, name := range []string{tag, strings.ToLower(base), fallbackLanguage} {
		if w := all[name]; w != nil {
			return name, w, nil
		}
	}
	return "", nil, fmt.Errorf("evidence: no texts for %q", fallbackLanguage)
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
