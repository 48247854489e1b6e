package pades_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/testpdf"
)

// grown is a large file with what was appended to it.
type grown struct {
	*testpdf.Virtual
	tail []byte
}

func (g grown) ReadAt(b []byte, at int64) (int, error) {
	size := g.Virtual.Size()
	if at >= size {
		return bytes.NewReader(g.tail).ReadAt(b, at-size)
	}
	n, err := g.Virtual.ReadAt(b, at)
	if n == len(b) || err != io.EOF {
		return n, err
	}
	more, err := bytes.NewReader(g.tail).ReadAt(b[n:], 0)
	return n + more, err
}

// behind keeps what is written after the first bytes.
type behind struct {
	skip int64
	rest bytes.Buffer
}

func (w *behind) Write(b []byte) (int, error) {
	n := min(w.skip, int64(len(b)))
	w.skip -= n
	w.rest.Write(b[n:])
	return len(b), nil
}

// TestExtendLargeFile lifts 256 MB from B-B to B-LTA, and renews it, within 64 MB.
func TestExtendLargeFile(t *testing.T) {
	b, c := long(t, withOCSP)
	opt := b.options()
	opt.Level = pades.LevelB
	file := grown{Virtual: testpdf.Large(256 << 20)}
	signed := &behind{skip: file.Size()}
	if _, err := pades.Sign(context.Background(), file, file.Size(), b.leaf.Signer, nil, opt, signed); err != nil {
		t.Fatal(err)
	}
	file.tail = signed.rest.Bytes()
	peak := watchHeap()
	for range 2 {
		out := &behind{skip: file.Virtual.Size()}
		result, err := pades.Extend(context.Background(), file, file.Virtual.Size()+int64(len(file.tail)), b.tsa, pades.Extension{Level: pades.LevelLTA, Collector: c}, out)
		if err != nil || len(result.Levels) != 1 || result.Levels[0].Level != pades.LevelLTA {
			t.Fatalf("%v, %v", result, err)
		}
		file.tail = out.rest.Bytes()
	}
	if most := peak() >> 20; most > 64 {
		t.Errorf("%d MB of memory", most)
	}
}
