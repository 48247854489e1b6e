package draw_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"github.com/consigil/consigil/pdf/draw"
)

// scribble is a drawn signature: a wave, a stroke through it and a dot.
func scribble() [][]draw.Point {
	var wave []draw.Point
	for i := range 60 {
		x := float64(i)
		wave = append(wave, draw.Point{X: x * 5, Y: 50 + 40*math.Sin(x/4)*math.Exp(-x/40)})
	}
	return [][]draw.Point{wave, {{X: 10, Y: 60}, {X: 290, Y: 45}}, {{X: 300, Y: 20}}}
}

// ink is a picture with transparent paper.
func ink(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		y := h/2 + int(float64(h)/3*math.Sin(float64(x)/40))
		for dy := -3; dy <= 3; dy++ {
			img.Set(x, y+dy, color.NRGBA{B: 160, A: 255})
		}
	}
	return img
}

func inkPNG(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, ink(600, 200)); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func inkJPEG(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, ink(600, 200), nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
