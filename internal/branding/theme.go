package branding

import (
	"fmt"
	"math"
	"strconv"
)

// Grounds on which an accent is read: the darkest of the light ones, the lightest of the dark ones.
const (
	lightGround = "#f4f6f8"
	lightPaper  = "#ffffff"
	darkGround  = "#131a22"
	darkInk     = "#06222b"
)

// Contrasts: the least that is read, and what the derived dark accent aims at.
const (
	leastContrast = 4.5
	darkAim       = 7
)

// Theme is what one brand colour becomes in the light and the dark theme.
type Theme struct{ Accent, OnAccent, Soft [2]string } // light, dark

// ThemeOf derives the accents; ok is false where the colour is none or cannot be read on light pages. The web apps
// do the same arithmetic where a colour is chosen.
func ThemeOf(color string) (t Theme, ok bool) {
	if !colorForm.MatchString(color) || contrast(color, lightGround) < leastContrast {
		return t, false
	}
	dark := until(color, "#ffffff", darkGround, darkAim)
	return Theme{
		Accent: [2]string{color, dark}, OnAccent: [2]string{"#ffffff", darkInk},
		Soft: [2]string{softened(color, lightPaper, 0.12), softened(dark, darkGround, 0.16)},
	}, true
}

// CSS sets the theme's custom properties.
func (t Theme) CSS() string {
	return fmt.Sprintf(":root{--accent:light-dark(%s,%s);--on-accent:light-dark(%s,%s);--accent-soft:light-dark(%s,%s)}\n",
		t.Accent[0], t.Accent[1], t.OnAccent[0], t.OnAccent[1], t.Soft[0], t.Soft[1])
}

// until is the first colour on the way between two that stands out from a ground.
func until(from, to, ground string, least float64) string {
	for share := range 100 {
		if c := mix(from, to, float64(share)/100); contrast(c, ground) >= least {
			return c
		}
	}
	return to
}

// softened is a tint to lie under an accent, as strong as lets it be read.
func softened(accent, ground string, strongest float64) string {
	for share := strongest; share > 0; share -= 0.01 {
		if c := mix(ground, accent, share); contrast(accent, c) >= leastContrast {
			return c
		}
	}
	return ground
}

func rgb(color string) [3]float64 {
	n, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil { // colorForm has let only digits in
		return [3]float64{}
	}
	return [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
}

func mix(from, to string, share float64) string {
	a, b := rgb(from), rgb(to)
	var c [3]int
	for i := range c {
		c[i] = int(math.Round(a[i] + (b[i]-a[i])*share))
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// contrast is that of WCAG, from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(color string) float64 {
	weights := [3]float64{0.2126, 0.7152, 0.0722}
	var sum float64
	for i, v := range rgb(color) {
		s := v / 255
		if s <= 0.04045 {
			s /= 12.92
		} else {
			s = math.Pow((s+0.055)/1.055, 2.4)
		}
		sum += weights[i] * s
	}
	return sum
}

// designAccent is the accent of the pages themselves.
const designAccent = "#0b5a6f"

// Plain says that the organization's colour is that of the pages anyway.
func (b *Branding) Plain() bool { return b.Color == designAccent }
