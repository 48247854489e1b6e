package pades_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
)

// handmade is a file written byte by byte, so that no fault of package pdf can
// hide in its own test input.
type handmade struct {
	head    string         // before %PDF-
	objects map[int]string // by number
	trailer string         // entries beside /Size
	size    int            // of the trailer; 0 is the right one
	start   func(int) int  // spoils startxref
	stream  bool           // a cross-reference stream
	silent  bool           // which does not list itself
}

// page is a file of one page with a catalog numbered 5.
func page() handmade {
	return handmade{trailer: "/Root 5 0 R", objects: map[int]string{
		2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 6 0 R>>>>>>",
		4: "<</Length 41>>stream\nBT /F1 24 Tf 20 100 Td (Page one) Tj ET  \nendstream",
		5: "<</Type/Catalog/Pages 2 0 R>>",
		6: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}}
}

// with gives the file with an object replaced or added.
func (h handmade) with(num int, object string) handmade {
	h.objects = maps.Clone(h.objects)
	h.objects[num] = object
	return h
}

// formed is a page with a text field in a form that has everything.
func formed() handmade {
	return page().
		with(5, "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R>>").
		with(7, "<</Fields[8 0 R]/NeedAppearances true/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv 6 0 R>>>>/XFA[(template)9 0 R]/CO[8 0 R]/Q 1>>").
		with(8, "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Alice)/Rect[10 10 90 30]>>").
		with(9, "<</Length 10>>stream\n<template>\nendstream")
}

func (h handmade) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(h.head + "%PDF-1.7\n")
	offsets := map[int]int{}
	numbers := slices.Sorted(maps.Keys(h.objects))
	for _, n := range numbers {
		offsets[n] = b.Len() - len(h.head)
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, h.objects[n])
	}
	xref := b.Len() - len(h.head)
	size := numbers[len(numbers)-1] + 1
	if h.stream {
		h.writeStream(&b, offsets, size)
	} else {
		h.writeTable(&b, offsets, size)
	}
	if h.start != nil {
		xref = h.start(xref)
	}
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", xref)
	return b.Bytes()
}

func (h handmade) writeTable(b *bytes.Buffer, offsets map[int]int, size int) {
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", size)
	for n := 1; n < size; n++ {
		if at, ok := offsets[n]; ok {
			fmt.Fprintf(b, "%010d 00000 n \n", at)
		} else {
			b.WriteString("0000000000 00000 f \n")
		}
	}
	if h.size != 0 {
		size = h.size
	}
	fmt.Fprintf(b, "trailer\n<</Size %d%s>>\n", size, h.trailer)
}

func (h handmade) writeStream(b *bytes.Buffer, offsets map[int]int, size int) {
	self := size
	offsets[self] = b.Len() - len(h.head)
	rows := size + 1
	if h.silent {
		rows = size
	}
	var data []byte
	for n := range rows {
		at := offsets[n]
		kind := byte(1)
		if at == 0 {
			kind = 0
		}
		data = append(data, kind, byte(at>>16), byte(at>>8), byte(at), 0)
	}
	fmt.Fprintf(b, "%d 0 obj\n<</Type/XRef/W[1 3 1]/Size %d%s/Length %d>>stream\n%s\nendstream\nendobj\n", self, rows, h.trailer, len(data), data)
}

// signPlain signs a file invisibly and gives what was appended, and the whole
// opened without repair.
func signPlain(t *testing.T, in []byte, edits ...func(*pades.Options)) (increment string, file *pdf.File) {
	t.Helper()
	b := setup(t, "p-256")
	opt := b.options()
	opt.Level = pades.LevelB
	for _, edit := range edits {
		edit(&opt)
	}
	out, result := sign(t, b, in, opt)
	if !bytes.HasPrefix(out, in) || result.Level != pades.LevelB {
		t.Fatal("not the original with a signature behind it")
	}
	file, err := pdf.Open(bytes.NewReader(out), int64(len(out)), pdf.Options{Strict: true, Password: opt.Password})
	if err != nil {
		t.Fatalf("not readable without repair: %v", err)
	}
	if n, err := file.PageCount(); err != nil || n != 1 {
		t.Fatalf("%d pages, %v", n, err)
	}
	return string(out[len(in):]), file
}

// object is the text of an object of an increment.
func object(t *testing.T, increment string, num int) string {
	t.Helper()
	_, rest, ok := strings.Cut("\n"+increment, fmt.Sprintf("\n%d 0 obj\n", num))
	text, _, closed := strings.Cut(rest, "\nendobj")
	if !ok || !closed {
		t.Fatalf("the increment has no object %d", num)
	}
	return text
}

// has fails where the text lacks one of the words.
func has(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %s in %s", w, text)
		}
	}
}
