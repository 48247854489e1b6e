package notify

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed texts/*.json
var textFiles embed.FS

// fallback is the language of recipients whose own is not in the catalogue.
const fallback = "en"

// texts is one language of the catalogue. Members are sentences with {placeholders}.
type texts struct {
	Direction string               `json:"direction"` // ltr, rtl
	Greeting  string               `json:"greeting"`
	From      string               `json:"from"`
	Until     string               `json:"until"`
	Reason    string               `json:"reason"`
	Private   string               `json:"private"`
	Footer    string               `json:"footer"`
	Templates map[string]templated `json:"templates"`
}

// templated is what one template says. A button without text means a message without a link.
type templated struct {
	Subject string `json:"subject"`
	Lead    string `json:"lead"`
	Button  string `json:"button"`
}

// catalogue reads every language once.
var catalogue = sync.OnceValues(func() (map[string]*texts, error) {
	files, err := textFiles.ReadDir("texts")
	if err != nil {
		return nil, fmt.Errorf("notify: list texts: %w", err)
	}
	out := map[string]*texts{}
	for _, f := range files {
		data, err := textFiles.ReadFile(path.Join("texts", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("notify: read texts: %w", err)
		}
		t := &texts{}
		if err := json.Unmarshal(data, t); err != nil {
			return nil, fmt.Errorf("notify: read texts %s: %w", f.Name(), err)
		}
		out[strings.TrimSuffix(f.Name(), ".json")] = t
	}
	return out, nil
})

// language finds the texts for a BCP 47 tag: the tag, its language, English.
func language(tag string) (string, *texts, error) {
	all, err := catalogue()
	if err != nil {
		return "", nil, err
	}
	base, _, _ := strings.Cut(tag, "-")
	for _, name := range []string{tag, strings.ToLower(base), fallback} {
		if t := all[name]; t != nil {
			return name, t, nil
		}
	}
	return "", nil, fmt.Errorf("notify: no texts for %q", fallback)
}
