package notify

import (
	"sync"

	"github.com/consigil/consigil/internal/locale"
)

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
var catalogue = sync.OnceValues(func() (map[string]*texts, error) { return locale.Each[texts]("mail") })

// language finds the texts for a BCP 47 tag, and the language they are in.
func language(tag string) (string, *texts, error) {
	all, err := catalogue()
	if err != nil {
		return "", nil, err
	}
	lang := locale.Of(tag)
	return lang, all[lang], nil
}
