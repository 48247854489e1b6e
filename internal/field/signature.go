package field

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Mark is the value of a signature or of initials.
type Mark struct {
	Kind    string         `json:"kind"`              // typed, drawn or image
	Text    string         `json:"text,omitempty"`    // typed
	Strokes [][][2]float64 `json:"strokes,omitempty"` // drawn: x, y pairs, y downwards
	Image   []byte         `json:"image,omitempty"`   // image: PNG or JPEG, in base64
}

// Signature is the field by which a recipient signs.
type Signature struct{}

// markConfig is the configuration of signatures and initials.
type markConfig struct {
	Kinds []string `json:"kinds,omitempty"`
	Note  bool     `json:"note,omitempty"`
}

const markSchema = `{"type":"object","additionalProperties":false,"properties":{` +
	`"kinds":{"type":"array","title":"Ways to sign","uniqueItems":true,"minItems":1,` +
	`"items":{"type":"string","enum":["typed","drawn","image"]}},` +
	`"note":{"type":"boolean","title":"Print name and date below","default":false}}}`

// maxMarkText bounds a typed name, characters.
const maxMarkText = 200

// Sizes of a stored signature image, pixels: enough for 300 dots an inch in any
// usual field.
const (
	markWidth  = 1600
	markHeight = 600
)

// Name implements Type.
func (Signature) Name() string { return "signature" }

// Signs implements Signer.
func (Signature) Signs() bool { return true }

// Schema implements Type.
func (Signature) Schema() json.RawMessage { return json.RawMessage(markSchema) }

// CheckConfig implements Type.
func (Signature) CheckConfig(cfg json.RawMessage) error {
	_, err := readMarkConfig(cfg)
	return err
}

// Validate implements Type.
func (Signature) Validate(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error) {
	return validateMark(fs, cfg, v)
}

// Empty implements Type: a signature that passed is never empty.
func (Signature) Empty(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" }

// Default implements Type: nobody signs for a recipient.
func (Signature) Default(json.RawMessage, Context) (json.RawMessage, bool) { return nil, false }

// Kind implements Type.
func (Signature) Kind() Kind { return KindText }

// Text implements Type: the signer's name, however they signed.
func (Signature) Text(_, v json.RawMessage, c Context) string {
	if c.Name != "" {
		return c.Name
	}
	return readMark(v).Text
}

// Draw implements Type.
func (Signature) Draw(fs *draw.FontSet, cfg, v json.RawMessage, c Context, w, h float64) (*draw.Form, error) {
	return drawMark(fs, cfg, v, c, w, h)
}

// Describe implements Type.
func (Signature) Describe(_, v json.RawMessage) string { return "signature, " + describeMark(v) }

func readMarkConfig(cfg json.RawMessage) (markConfig, error) {
	var c markConfig
	if err := decodeConfig(cfg, &c); err != nil {
		return c, err
	}
	for i, k := range c.Kinds {
		if k != "typed" && k != "drawn" && k != "image" {
			return c, problem.InField(fmt.Sprintf("/kinds/%d", i), "not_a_choice", "A way to sign is typed, drawn or image.")
		}
	}
	return c, nil
}

func readMark(v json.RawMessage) Mark {
	var m Mark
	if json.Unmarshal(v, &m) != nil {
		return Mark{}
	}
	return m
}

// validateMark judges a signature by its kind and drops what other kinds hold.
func validateMark(fs *draw.FontSet, cfg, v json.RawMessage) (json.RawMessage, error) {
	c, err := readMarkConfig(cfg)
	if err != nil {
		return nil, err
	}
	var m Mark
	if strict(v, &m) != nil {
		return nil, problem.InField("", "value_type", "A signature is an object with kind and text, strokes or image.")
	}
	if !c.allows(m.Kind) {
		return nil, problem.InField("/kind", "not_a_choice", "This field cannot be signed in this way.")
	}
	switch m.Kind {
	case "typed":
		return validateTyped(fs, m)
	case "drawn":
		if err := draw.CheckStrokes(m.points()); err != nil {
			return nil, drawProblem("/strokes", err)
		}
		return encode(Mark{Kind: m.Kind, Strokes: m.Strokes}), nil
	}
	small, err := draw.ShrinkImage(m.Image, markWidth, markHeight)
	if err != nil {
		return nil, drawProblem("/image", err)
	}
	return encode(Mark{Kind: m.Kind, Image: small}), nil
}

func (c markConfig) allows(kind string) bool {
	if len(c.Kinds) == 0 {
		return kind == "typed" || kind == "drawn" || kind == "image"
	}
	for _, k := range c.Kinds {
		if k == kind {
			return true
		}
	}
	return false
}

func validateTyped(fs *draw.FontSet, m Mark) (json.RawMessage, error) {
	name := strings.Join(strings.Fields(m.Text), " ")
	if name == "" {
		return nil, problem.InField("/text", "required", "Please type your name.")
	}
	if len([]rune(name)) > maxMarkText {
		return nil, problem.InField("/text", "text_too_long", "A typed signature may have 200 characters.")
	}
	if err := checkGlyphs(fs, "/text", name); err != nil {
		return nil, err
	}
	return encode(Mark{Kind: m.Kind, Text: name}), nil
}

// points gives the strokes as drawing takes them.
func (m Mark) points() [][]draw.Point {
	out := make([][]draw.Point, len(m.Strokes))
	for i, s := range m.Strokes {
		for _, p := range s {
			out[i] = append(out[i], draw.Point{X: p[0], Y: p[1]})
		}
	}
	return out
}

// drawMark draws a signature; without a value, nothing.
func drawMark(fs *draw.FontSet, cfg, v json.RawMessage, c Context, w, h float64) (*draw.Form, error) {
	config, err := readMarkConfig(cfg)
	if err != nil {
		return nil, err
	}
	if (Signature{}).Empty(v) {
		return draw.NewCanvas(w, h).Form(), nil
	}
	m := readMark(v)
	note := ""
	if config.Note {
		note = c.Name + ", " + c.Now.UTC().Format("2006-01-02 15:04 UTC")
	}
	form, err := drawKind(fs, m, note, w, h)
	return form, drawProblem("", err)
}

func drawKind(fs *draw.FontSet, m Mark, note string, w, h float64) (*draw.Form, error) {
	switch m.Kind {
	case "typed":
		return draw.SignatureTyped(fs, m.Text, note, w, h)
	case "drawn":
		return draw.WithNote(fs, note, w, h, func(w, h float64) (*draw.Form, error) {
			return draw.SignatureStrokes(m.points(), w, h)
		})
	case "image":
		return draw.WithNote(fs, note, w, h, func(w, h float64) (*draw.Form, error) {
			return draw.SignatureImage(m.Image, w, h)
		})
	}
	return nil, problem.InField("/kind", "not_a_choice", "A way to sign is typed, drawn or image.")
}

func describeMark(v json.RawMessage) string {
	m := readMark(v)
	switch m.Kind {
	case "typed":
		return "typed, " + characters(m.Text)
	case "drawn":
		return fmt.Sprintf("drawn, %d strokes", len(m.Strokes))
	case "image":
		return fmt.Sprintf("image, %d bytes", len(m.Image))
	}
	return "none"
}
