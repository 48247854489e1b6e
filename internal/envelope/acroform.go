package envelope

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// Root is the name of the form field below which all of ours stand; SealField is the invisible signature field
// that waits for the organization's seal.
const (
	Root      = "consigil"
	SealField = Root + ".seal"
)

// FormName is the full name of the form field that keeps a field's value.
func (f *Field) FormName() string {
	if f.Existing != "" {
		return f.Existing
	}
	return Root + "." + f.partialName()
}

func (f *Field) partialName() string { return "f" + strings.ReplaceAll(string(f.ID), "-", "") }

// Rect is the field's place in the page's own space.
func (f *Field) Rect(p pdf.Page) pdf.Rect {
	x, y := p.CropBox.LLX+f.X, p.CropBox.LLY+f.Y
	return pdf.Rect{LLX: x, LLY: y, URX: x + f.W, URY: y + f.H}
}

// Drawing is one value to be drawn for one field; a nil value draws the empty field.
type Drawing struct {
	Field   *Field
	Type    field.Type
	Value   json.RawMessage
	Context field.Context
	Rotate  int // of the page, clockwise
}

// Appearances draws values upright as a reader sees the page, and stores them as appearances for widgets.
// Drawings of one call share their fonts. On a page that is shown turned, the drawing is made in the turned
// box and turned back.
func Appearances(w pdf.ObjectWriter, fonts *draw.FontSet, all []Drawing) ([]pdf.Ref, error) {
	forms := make([]*draw.Form, len(all))
	for i, d := range all {
		boxW, boxH := d.Field.W, d.Field.H
		if d.Rotate%180 != 0 {
			boxW, boxH = boxH, boxW
		}
		form, err := d.Type.Draw(fonts, d.Field.Config, d.Value, d.Context, boxW, boxH)
		if err != nil {
			return nil, inValue(d.Field, err)
		}
		forms[i] = form.Turned(d.Rotate)
	}
	refs, err := draw.Store(w, forms...)
	if err != nil {
		return nil, fmt.Errorf("envelope: store appearances: %w", err)
	}
	return refs, nil
}

// inValue points a refusal at the value that could not be drawn.
func inValue(f *Field, err error) error {
	if problem.KindOf(err) != problem.Invalid {
		return err
	}
	p := problem.From(err)
	return problem.InField("/values/"+string(f.ID), p.Code, p.Detail)
}
