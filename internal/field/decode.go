package field

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// maxConfig bounds a configuration, bytes.
const maxConfig = 64 << 10

// decodeConfig reads a configuration strictly; empty means defaults.
func decodeConfig(cfg json.RawMessage, into any) error {
	if len(cfg) == 0 || string(cfg) == "null" {
		return nil
	}
	if len(cfg) > maxConfig {
		return problem.InField("", "config_too_large", "The configuration of a field may have 64 KB.")
	}
	if strict(cfg, into) != nil {
		return problem.InField("", "config_invalid", "The configuration does not follow this field type's schema.")
	}
	return nil
}

// strict decodes one JSON value without unknown members or anything behind it.
func strict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("field: more than one value")
	}
	return nil
}

// decodeString reads a value that must be a string, without white space around
// it and with \n as the only line break.
func decodeString(v json.RawMessage) (string, error) {
	var s string
	if strict(v, &s) != nil || string(v) == "null" {
		return "", problem.InField("", "value_type", "The value must be a string.")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(s), nil
}

// text reads a string value that already passed; anything else is empty.
func text(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// encode is the normal form of a value. Strings, numbers and booleans cannot
// fail to encode.
func encode(v any) json.RawMessage {
	out, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return out
}

// checkGlyphs refuses text with characters that no font has, naming them.
func checkGlyphs(fs *draw.FontSet, pointer, s string) error {
	return drawProblem(pointer, fs.Check(s))
}

// drawProblem turns what drawing refuses into a problem about the value.
func drawProblem(pointer string, err error) error {
	var missing *draw.MissingError
	var fit *draw.FitError
	var input *draw.InputError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &missing):
		return problem.InField(pointer, "character_unsupported", "These characters cannot be printed: "+missing.List()+". Please write it without them.")
	case errors.As(err, &fit):
		return problem.InField(pointer, "text_too_long", "The text does not fit into its field. Please shorten it.")
	case errors.As(err, &input) && input.Code != "font" && input.Code != "box":
		return problem.InField(pointer, input.Code, sentence(input.Detail))
	}
	return err
}

// sentence makes a detail one.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// look is the part of a configuration that says how text is set.
type look struct {
	Size  float64 `json:"size,omitempty"`
	Align string  `json:"align,omitempty"`
}

// lookSchema are look's members in a schema.
const lookSchema = `"size":{"type":"number","minimum":4,"maximum":72,"title":"Type size, points"},` +
	`"align":{"type":"string","enum":["left","center","right"],"title":"Alignment"}`

func (l look) check() error {
	if l.Size != 0 && !(l.Size >= 4 && l.Size <= 72) {
		return problem.InField("/size", "out_of_range", "The type size must be between 4 and 72 points.")
	}
	if _, ok := l.align(); !ok {
		return problem.InField("/align", "not_a_choice", "The alignment must be left, center or right.")
	}
	return nil
}

func (l look) align() (draw.Align, bool) {
	switch l.Align {
	case "":
		return draw.AlignStart, true
	case "left":
		return draw.AlignLeft, true
	case "center":
		return draw.AlignCenter, true
	case "right":
		return draw.AlignRight, true
	}
	return 0, false
}

func (l look) style() draw.Style {
	align, _ := l.align()
	return draw.Style{Size: l.Size, Align: align}
}

// characters counts characters for descriptions, never showing them.
func characters(s string) string { return strconv.Itoa(len([]rune(s))) + " characters" }
