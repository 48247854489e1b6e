package field

import (
	"encoding/json"
	"strings"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// What the types that hold one line of text share.

// lineSchema is a configuration of nothing but looks.
func lineSchema() json.RawMessage {
	return json.RawMessage(`{"type":"object","additionalProperties":false,"properties":{` + lookSchema + `}}`)
}

func checkLine(cfg json.RawMessage) error {
	var l look
	if err := decodeConfig(cfg, &l); err != nil {
		return err
	}
	return l.check()
}

// validateLine judges one line of at most most characters.
func validateLine(fs *draw.FontSet, v json.RawMessage, most int) (json.RawMessage, error) {
	s, err := decodeString(v)
	if err != nil {
		return nil, err
	}
	s = oneLine(s)
	if len([]rune(s)) > most {
		return nil, problem.InField("", "text_too_long", "The text is too long for this field.")
	}
	if err := checkGlyphs(fs, "", s); err != nil {
		return nil, err
	}
	return encode(s), nil
}

// drawLine draws one line in the looks of a configuration that passed.
func drawLine(fs *draw.FontSet, cfg json.RawMessage, s string, w, h float64) (*draw.Form, error) {
	var l look
	if err := decodeConfig(cfg, &l); err != nil {
		return nil, err
	}
	form, err := draw.TextAppearance(fs, s, w, h, l.style())
	return form, drawProblem("", err)
}

// oneLine joins lines by spaces.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }
