package intake

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"
)

func BenchmarkInspectOnePage(b *testing.B) {
	p := newTestPool(b, Options{})
	src := bytes.NewReader(plain(b, 1))
	for b.Loop() {
		if _, err := p.Inspect(context.Background(), src, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	src := bytes.NewReader(plain(b, 1))
	for b.Loop() {
		p := NewPool(Options{})
		if _, err := p.Inspect(context.Background(), src, io.Discard); err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPageImage(b *testing.B) {
	p := newTestPool(b, Options{CacheDir: cacheDir(b), Deadline: time.Minute})
	src := bytes.NewReader(plain(b, 1))
	for b.Loop() {
		if _, err := p.PageImage(context.Background(), src, 1, 110, "png"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	p := newTestPool(b, Options{CacheDir: cacheDir(b), Deadline: time.Minute})
	src := bytes.NewReader(plain(b, 1))
	for b.Loop() {
		if _, err := p.Text(context.Background(), src, 1); err != nil {
			b.Fatal(err)
		}
	}
}
