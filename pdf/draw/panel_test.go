package draw_test

import (
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// long are names that fit nowhere.
var long = []string{
	"Her Excellency Doctor Maria-Alexandrina Wolfeschlegelsteinhausenbergerdorff von und zu Liechtenstein-Hohenzollern",
	"محمد بن موسى بن شاكر الخوارزمي البغدادي القرشي الهاشمي العباسي المأموني",
	"श्री क्षत्रिय ऋषिकेश महाराजाधिराज विक्रमादित्य सिंह बहादुर",
	"中华人民共和国北京市朝阳区人民政府办公室主任王小明先生敬上",
	strings.Repeat("W", 300),
}

// TestPanelsStayInside draws long names in boxes down to the size of a letter: the
// text must be there, and begin and end within the box.
func TestPanelsStayInside(t *testing.T) {
	fs := testFonts(t)
	picture, err := draw.ImagePicture(inkPNG(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]float64{{300, 100}, {200, 60}, {90, 30}, {60, 150}, {40, 12}, {20, 8}} {
		for _, name := range long {
			for _, p := range []*draw.Picture{nil, picture} {
				if p != nil && size[0] < 60 {
					continue
				}
				panel := draw.Panel{Picture: p, Lines: []string{name, "2026-11-30 08:54 UTC", "reason"}, Fonts: fs, Frame: true}
				form, err := panel.Draw(size[0], size[1])
				if err != nil {
					t.Errorf("%v %.20s: %v", size, name, err)
					continue
				}
				inside(t, form)
			}
		}
	}
}

// inside checks where each line of text begins.
func inside(t *testing.T, form *draw.Form) {
	t.Helper()
	r, refs := store(t, form)
	n := 0
	for line := range strings.Lines(r.content(t, refs[0])) {
		parts := strings.Fields(line)
		for i, op := range parts {
			if op != "Td" || i < 2 {
				continue
			}
			n++
			x, y := number(t, parts[i-2]), number(t, parts[i-1])
			if x < 0 || x > form.Width || y < 0 || y > form.Height {
				t.Errorf("text at %v, %v of a box of %v x %v", x, y, form.Width, form.Height)
			}
		}
	}
	if n == 0 {
		t.Error("no text")
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPanelTooSmall(t *testing.T) {
	var fit *draw.FitError
	_, err := draw.Panel{Lines: []string{"x"}, Fonts: testFonts(t)}.Draw(2, 2)
	if !errors.As(err, &fit) {
		t.Errorf("%v", err)
	}
}

func TestEllipsisKeepsLettersWhole(t *testing.T) {
	fs := testFonts(t)
	style := draw.Style{Size: 10, MinSize: 10, Multiline: true, Ellipsis: true}
	for _, text := range long {
		c := draw.NewCanvas(80, 12)
		if err := c.Text(fs, text, 0, 0, 80, 12, style); err != nil {
			t.Errorf("%.20s: %v", text, err)
		}
		inside(t, c.Form())
	}
}

func TestTurned(t *testing.T) {
	c := draw.NewCanvas(100, 40)
	c.Rect(0, 0, 10, 20, draw.Color{})
	for rotate, want := range map[int]string{90: "0 1 -1 0 40 0 cm", 180: "-1 0 0 -1 100 40 cm", 270: "0 -1 1 0 0 100 cm", -90: "0 -1 1 0 0 100 cm", 360: "q 0 0 0 rg"} {
		form := c.Form().Turned(rotate)
		if quarter := rotate%180 != 0; quarter != (form.Width == 40) {
			t.Errorf("%d: %v x %v", rotate, form.Width, form.Height)
		}
		r, refs := store(t, form)
		if got := r.content(t, refs[0]); !strings.Contains(got, want) {
			t.Errorf("%d: %s", rotate, got)
		}
	}
}

func TestProfilePDFA(t *testing.T) {
	picture, err := draw.ImagePicture(inkPNG(t))
	if err != nil {
		t.Fatal(err)
	}
	form, err := draw.Panel{Picture: picture}.Draw(100, 40)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	refs, err := draw.ProfilePDFA().Store(r, form)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range r.objects {
		if d, ok := o.(pdf.Dict); ok && d["SMask"] != nil {
			t.Error("a transparent image")
		}
	}
	resources, _ := r.objects[refs[0].Num-1].(pdf.Dict)["Resources"].(pdf.Dict)
	if spaces, _ := resources["ColorSpace"].(pdf.Dict); spaces["DefaultRGB"] == nil {
		t.Error("colours without a meaning")
	}
}

func TestQR(t *testing.T) {
	form, err := draw.QR("https://consigil.example/verify", 80, 60)
	r, refs := store(t, must(t, form, err))
	if got := r.content(t, refs[0]); !strings.Contains(got, " re\nf Q") || strings.Count(got, " re\n") < 50 {
		t.Error("no modules")
	}
	for _, text := range []string{"", strings.Repeat("x", draw.MaxQRBytes+1)} {
		var in *draw.InputError
		if _, err := draw.QR(text, 80, 80); !errors.As(err, &in) || in.Code != "qr_length" {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
}

func TestParseStrokes(t *testing.T) {
	two := [][]draw.Point{{{X: 1, Y: 2}, {X: 3, Y: 4}}, {{X: 5, Y: 6}, {X: 7.5, Y: 6}}}
	for name, data := range map[string]string{
		"as stored":     `{"kind":"drawn","strokes":[[[1,2],[3,4]],[[5,6],[7.5,6]]]}`,
		"list":          "\ufeff [[[1,2],[3,4]],[[5,6],[7.5,6]]]\n",
		"signature_pad": `[{"penColor":"black","points":[{"time":1,"x":1,"y":2,"pressure":0.5},{"x":3,"y":4}]},{"points":[{"x":5,"y":6},{"x":7.5,"y":6}]}]`,
		"path":          "M1 2L3 4M5,6h2.5",
		"relative":      "m1-0m0 2l2 2m2,2 2.5.0",
		"svg":           `<?xml version="1.0"?><svg viewBox="0 0 9 9"><path d="M1 2 3 4"/><g><path stroke="red" d="M5 6H7.5"/></g></svg>`,
	} {
		got, err := draw.ParseStrokes([]byte(data))
		if name == "relative" {
			got = got[1:]
		}
		if err != nil || !near(got, two) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	curves, err := draw.ParseStrokes([]byte("M0 0C0 10 10 10 10 0S20-10 20 0Q25 5 30 0T40 0V5Z"))
	if err != nil || len(curves) != 1 || len(curves[0]) < 40 {
		t.Fatalf("%v, %v", curves, err)
	}
	if end := curves[0][len(curves[0])-3]; math.Abs(end.X-40) > 1e-9 || math.Abs(end.Y) > 1e-9 {
		t.Errorf("the last curve ends at %v", end)
	}
}

func near(a, b [][]draw.Point) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return false
		}
		for j, p := range a[i] {
			if math.Abs(p.X-b[i][j].X) > 1e-9 || math.Abs(p.Y-b[i][j].Y) > 1e-9 {
				return false
			}
		}
	}
	return true
}

func TestParseStrokesRefuses(t *testing.T) {
	for data, code := range map[string]string{
		"": "no_strokes", "[]": "no_strokes", `{"strokes":[[]]}`: "no_strokes", "hello": "strokes_format", "M1": "strokes_format",
		"M0 0A1 1 0 0 0 2 2": "strokes_format", `{"strokes":5}`: "strokes_format", `[[["a","b"]]]`: "strokes_format", "<svg": "strokes_format",
		`<svg><g transform="scale(2)"><path d="M0 0L1 1"/></g></svg>`: "strokes_format", "M1e9 0L0 0": "no_strokes",
		"M0 0" + strings.Repeat("L1 1", draw.MaxPoints): "too_many_points", strings.Repeat("M1 1", draw.MaxStrokes+1): "too_many_points",
		"M0 0L1 1 Z 5 5": "strokes_format", "<svg/>": "no_strokes",
	} {
		var in *draw.InputError
		if _, err := draw.ParseStrokes([]byte(data)); !errors.As(err, &in) || in.Code != code {
			t.Errorf("%.40s: %v, want %s", data, err, code)
		}
	}
}

func FuzzStrokes(f *testing.F) {
	for _, seed := range []string{`{"strokes":[[[1,2],[3,4]]]}`, `[{"points":[{"x":1,"y":2}]}]`, "M1 2C3 4 5 6 7 8s1 1 2 2q1-1.5.5e1Zt5 5", `<svg><path d="M1 2h3v4z"/></svg>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		strokes, err := draw.ParseStrokes(data)
		if err != nil {
			return
		}
		form, err := draw.SignatureStrokes(strokes, 50, 20)
		store(t, must(t, form, err))
	})
}

// TestFontBesideOthers sets text in a font of the caller's, and the rest in others.
func TestFontBesideOthers(t *testing.T) {
	data, err := os.ReadFile("../../internal/fonts/ttf/NotoSansArabic-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	fs := draw.NewFontSet(draw.Font{Name: "Small", Data: smallFont(t)}, draw.Font{Name: "NotoSansArabic-Regular", Data: data})
	form, err := draw.Panel{Lines: []string{"abc سلام"}, Fonts: fs}.Draw(100, 20)
	if r, _ := store(t, must(t, form, err)); r.count("Type0") != 2 {
		t.Errorf("%d fonts", r.count("Type0"))
	}
}
