package draw

import (
	"fmt"
	"strings"
)

// MissingError says that no font has these characters.
type MissingError struct {
	Runes []rune // each once, in order of appearance
}

// Error names each character and its code point, at most five.
func (e *MissingError) Error() string {
	return "draw: no font has " + e.List()
}

// List names the characters, for a sentence: "ꙮ (U+A66E), ...".
func (e *MissingError) List() string {
	const most = 5
	var parts []string
	for i, r := range e.Runes {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Runes)-most))
			break
		}
		parts = append(parts, runeName(r))
	}
	return strings.Join(parts, ", ")
}

// FitError says that text does not fit its box at the smallest size allowed.
type FitError struct {
	Width, Height float64 // of the box, points
	MinSize       float64 // points
}

func (e *FitError) Error() string {
	return fmt.Sprintf("draw: text does not fit %.0f x %.0f pt at %.1f pt", e.Width, e.Height, e.MinSize)
}

// InputError says what is wrong with strokes, an image or a box. Code is
// stable.
type InputError struct {
	Code   string // "box", "no_strokes", "too_many_points", "image_format", "image_size", "image_damaged", "text_length", "font", "strokes_format", "qr_length"
	Detail string
}

func (e *InputError) Error() string { return "draw: " + e.Code + ": " + e.Detail }
