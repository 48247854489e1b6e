package form

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/consigil/consigil/pdf"
)

// TestManyFields adds two thousand fields, the most that an envelope takes:
// the cost must not grow out of hand.
func TestManyFields(t *testing.T) {
	base := shapes["no form"]
	start := time.Now()
	u := pdf.NewUpdate(open(t, base))
	for i := 0; i < 2000; i++ {
		spec := TextField{Root: "consigil", PartialName: fmt.Sprintf("f%d", i), Rect: pdf.Rect{URX: 9, URY: 9}}
		if _, err := AddTextField(u, spec); err != nil {
			t.Fatal(err)
		}
	}
	data := apply(t, base, u)
	t.Logf("2,000 fields in %v, %d bytes", time.Since(start), len(data))
	form, err := Read(open(t, data))
	if err != nil || len(form.Fields) != 2000 || len(form.Errors) > 0 {
		t.Fatal(len(form.Fields), form.Errors, err)
	}
}

func BenchmarkRead(b *testing.B) {
	base := shapes["no form"]
	u := pdf.NewUpdate(open(b, base))
	for i := 0; i < 20; i++ {
		if _, err := AddTextField(u, TextField{Root: "consigil", PartialName: fmt.Sprint(i), Rect: pdf.Rect{URX: 9, URY: 9}}); err != nil {
			b.Fatal(err)
		}
	}
	data := apply(b, base, u)
	for b.Loop() {
		f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Read(f); err != nil {
			b.Fatal(err)
		}
	}
}
