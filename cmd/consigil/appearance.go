package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// appearanceFlags say how a signature looks and where.
type appearanceFlags struct {
	Visible []string `placeholder:"PARTS" help:"Show the signature on a page: text, image, strokes or qr, or text and one of the others (text,image). --text, --image, --strokes and --qr ask for their part by themselves."`
	Text    []string `sep:"none" placeholder:"LINE" help:"Line of text to show; may be repeated. {name}, {reason}, {location}, {contact}, {date} and {time} stand for what they say; a line whose words are all empty is left out. Without it: name, time, reason and location."`
	Image   string   `placeholder:"FILE" help:"Image to show, PNG or JPEG; transparency is kept."`
	Strokes string   `placeholder:"FILE" help:"Drawn signature to show: JSON as the signing page stores it, an SVG file, or the data of an SVG path."`
	QR      string   `name:"qr" placeholder:"TEXT" help:"Text or address to show as a QR code; {name} and the others as in --text."`
	Font    []string `sep:"none" placeholder:"FILE" help:"TrueType font for the text, before the built-in ones, which cover Latin, Cyrillic, Greek, Devanagari, Arabic and CJK; may be repeated."`
	Frame   bool     `help:"Draw a thin line around it."`

	Page   string   `placeholder:"N" help:"Page to show it on: a number from 1, or last. Of a new field; 1 where nothing is said."`
	Rect   string   `placeholder:"X,Y,W,H" help:"Place on that page as it is seen, from its lower left corner: in points, or each number with its unit (20mm,15mm,70mm,25mm; pt, mm, cm or in). Of a new field; 36,36,200,60 where nothing is said."`
	AlsoOn []string `placeholder:"PAGES" help:"Further pages that show the same at the same place: numbers, last or all. Copies are stamps without meaning of their own, and possible only before the first signature."`
}

// pictures are the parts of an appearance beside its text; it has at most one.
var pictures = []string{"image", "strokes", "qr"}

// parts are those that were asked for, by --visible or by a flag of their own.
func (a *appearanceFlags) parts() []string {
	parts := slices.Clone(a.Visible)
	for name, asked := range map[string]bool{
		"text": len(a.Text) > 0, "image": a.Image != "", "strokes": a.Strokes != "", "qr": a.QR != "",
	} {
		if asked && !slices.Contains(parts, name) {
			parts = append(parts, name)
		}
	}
	return parts
}

// check refuses flags that do not go together.
func (a *appearanceFlags) check() error {
	parts := a.parts()
	shown := 0
	for _, part := range parts {
		switch {
		case slices.Contains(pictures, part):
			shown++
		case part != "text":
			return usage("--visible takes text, image, strokes and qr, not %q", part)
		}
	}
	missing := map[string]bool{"image": a.Image == "", "strokes": a.Strokes == "", "qr": a.QR == ""}
	for _, part := range a.Visible {
		if missing[part] {
			return usage("--visible %s needs --%s", part, part)
		}
	}
	switch {
	case shown > 1:
		return usage("a signature shows one of --image, --strokes and --qr")
	case len(parts) == 0 && (a.Page+a.Rect != "" || len(a.AlsoOn)+len(a.Font) > 0 || a.Frame):
		return usage("what is to be shown? give --visible")
	}
	return a.checkPlace()
}

func (a *appearanceFlags) checkPlace() error {
	if a.Page == "all" {
		return usage("a signature stands on one page; --also-on all shows copies of it on the others")
	}
	if _, err := a.rect(); err != nil {
		return err
	}
	for _, page := range append(slices.Clone(a.AlsoOn), a.Page) {
		if _, err := pageIndex(page); err != nil {
			return usage("%q is no page: give a number from 1, or last", page)
		}
	}
	for _, line := range append(slices.Clone(a.Text), a.QR) {
		if _, _, err := (words{}).fill(line); err != nil {
			return err
		}
	}
	return nil
}

// pageIndex reads a page's number.
func pageIndex(s string) (int, error) {
	switch s {
	case "":
		return pades.AnyPage, nil
	case "last":
		return pades.LastPage, nil
	case "all":
		return pades.EveryPage, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("no page %q", s)
	}
	return n - 1, nil
}

// units are points.
var units = map[string]float64{"": 1, "pt": 1, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72}

// rect reads --rect.
func (a *appearanceFlags) rect() (pdf.Rect, error) {
	if a.Rect == "" {
		return pdf.Rect{}, nil
	}
	parts := strings.Split(a.Rect, ",")
	var v [4]float64
	bare := 0
	for i, part := range parts {
		number := strings.TrimRight(strings.TrimSpace(part), "abcdefghijklmnopqrstuvwxyz")
		unit := strings.TrimSpace(part)[len(number):]
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		factor, known := units[unit]
		if err != nil || !known || i >= len(v) || !(n >= 0 && n <= 20000) {
			return pdf.Rect{}, badRect
		}
		if unit == "" && n != 0 {
			bare++
		}
		v[i] = n * factor
	}
	plain := !strings.ContainsAny(a.Rect, "abcdefghijklmnopqrstuvwxyz")
	if len(parts) != len(v) || v[2] <= 0 || v[3] <= 0 || bare > 0 && !plain {
		return pdf.Rect{}, badRect
	}
	return pdf.Rect{LLX: v[0], LLY: v[1], URX: v[0] + v[2], URY: v[1] + v[3]}, nil
}

var badRect = usage("--rect takes x,y,width,height: four numbers in points, or each with its unit (pt, mm, cm or in)")

// apply makes the appearance that was asked for part of a signature. Name and time
// are known by now.
func (a *appearanceFlags) apply(opt *pades.Options) error {
	if len(a.parts()) == 0 {
		return nil
	}
	panel, err := a.panel(wordsOf(opt))
	if err != nil {
		return err
	}
	v := &pades.Visible{AsShown: true, Look: panel.Draw}
	if v.Rect, err = a.rect(); err != nil {
		return err
	}
	if v.Page, err = pageIndex(a.Page); err != nil {
		return err
	}
	for _, page := range a.AlsoOn {
		index, err := pageIndex(page)
		if err != nil {
			return err
		}
		v.Copies = append(v.Copies, index)
	}
	opt.Visible = v
	return nil
}

func (a *appearanceFlags) panel(w words) (*draw.Panel, error) {
	panel := &draw.Panel{Frame: a.Frame}
	var err error
	if panel.Picture, err = a.picture(w); err != nil {
		return nil, err
	}
	if !slices.Contains(a.parts(), "text") {
		return panel, nil
	}
	lines := a.Text
	if len(lines) == 0 {
		lines = []string{"{name}", "{time}", "{reason}", "{location}"}
	}
	for _, line := range lines {
		text, empty, err := w.fill(line)
		if err != nil {
			return nil, err
		}
		if !empty {
			panel.Lines = append(panel.Lines, text)
		}
	}
	panel.Fonts, err = a.fonts()
	return panel, err
}

func (a *appearanceFlags) picture(w words) (*draw.Picture, error) {
	switch {
	case a.Image != "":
		data, err := readSmallLimit(a.Image, draw.MaxImageBytes)
		if err != nil {
			return nil, err
		}
		return named(a.Image)(draw.ImagePicture(data))
	case a.Strokes != "":
		data, err := readSmall(a.Strokes)
		if err != nil {
			return nil, err
		}
		strokes, err := draw.ParseStrokes(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Strokes, err)
		}
		return named(a.Strokes)(draw.StrokesPicture(strokes))
	case a.QR != "":
		text, _, err := w.fill(a.QR)
		if err != nil {
			return nil, err
		}
		return draw.QRPicture(text)
	}
	return nil, nil
}

// named says in an error which file it is about.
func named(path string) func(*draw.Picture, error) (*draw.Picture, error) {
	return func(p *draw.Picture, err error) (*draw.Picture, error) {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return p, nil
	}
}

// fonts are those that were given, then the program's own.
func (a *appearanceFlags) fonts() (*draw.FontSet, error) {
	own := make([]draw.Font, 0, len(a.Font))
	for i, path := range a.Font {
		data, err := readSmallLimit(path, 64<<20)
		if err != nil {
			return nil, err
		}
		own = append(own, draw.Font{Name: fontName(path, i), Data: data})
	}
	return fonts.Set(own...), nil
}

// fontName makes a PostScript name of a file's.
func fontName(path string, i int) string {
	name := strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	if name == "" {
		name = "Font" + strconv.Itoa(i+1)
	}
	return name[:min(len(name), 40)]
}

// words are what the placeholders of --text stand for.
type words map[string]string

func wordsOf(opt *pades.Options) words {
	name := opt.Name
	if name == "" {
		name = opt.Certificate.Subject.CommonName
	}
	if name == "" {
		name = opt.Certificate.Subject.String()
	}
	at := opt.Time.UTC()
	return words{
		"name": name, "reason": opt.Reason, "location": opt.Location, "contact": opt.Contact,
		"date": at.Format("2006-01-02"), "time": at.Format("2006-01-02 15:04 UTC"),
	}
}

var placeholders = []string{"name", "reason", "location", "contact", "date", "time"}

// fill puts words in place of {name} and the others. It reports whether a line that
// has placeholders has nothing in any of them.
func (w words) fill(line string) (text string, empty bool, err error) {
	var out strings.Builder
	asked, filled := false, false
	for rest := line; ; {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			break
		}
		word, tail, closed := strings.Cut(after, "}")
		if !closed || !slices.Contains(placeholders, word) {
			return "", false, usage("%q has a placeholder other than {%s}", line, strings.Join(placeholders, "}, {"))
		}
		shown := strings.Map(visible, w[word])
		asked, filled = true, filled || shown != ""
		out.WriteString(shown)
		rest = tail
	}
	return out.String(), asked && !filled, nil
}

// visible drops control characters: names in certificates have them where their
// encoding went wrong, and no font draws them.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// readSmallLimit is readSmall with a limit of its own.
func readSmallLimit(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(err)
	}
	if info.Size() > limit {
		return nil, unreadable(fmt.Errorf("%s: larger than %d bytes", path, limit))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}
