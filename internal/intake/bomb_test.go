//go:build linux

package intake

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// bomb is zeros, compressed twice: 1 GB in about 1 KB.
func bomb(t testing.TB, size int64) []byte {
	t.Helper()
	var once, twice bytes.Buffer
	for _, step := range []struct {
		from io.Reader
		to   *bytes.Buffer
	}{{io.LimitReader(zeros{}, size), &once}, {&once, &twice}} {
		z, err := zlib.NewWriterLevel(step.to, zlib.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(z, step.from); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return twice.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bombs are files whose parser has to unpack the bomb to learn what they are.
func bombs(t testing.TB) map[string][]byte {
	data := bomb(t, 256<<20)
	stream := func(dict string) string {
		return fmt.Sprintf("<<%s/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
	}
	file := func(objects ...string) []byte {
		var b bytes.Buffer
		b.WriteString("%PDF-1.7\n")
		for i, o := range objects {
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
		}
		b.WriteString("trailer\n<</Root 1 0 R/Size 9>>\n%%EOF\n")
		return b.Bytes()
	}
	const page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
	xref := file("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream("/Type/XRef/W[1 2 1]/Index[0 9]/Size 9/Root 1 0 R"))
	at := bytes.Index(xref, []byte("4 0 obj"))
	xref = append(xref[:bytes.LastIndex(xref, []byte("trailer"))], fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at)...)
	return map[string][]byte{
		"object stream": file("<</Type/Catalog/Pages 7 0 R>>", stream("/Type/ObjStm/N 100/First 800")),
		"xref stream":   xref,
		"content":       file("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream("")),
		"metadata":      file("<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream("/Type/Metadata/Subtype/XML")),
	}
}

func TestBombsCostLittle(t *testing.T) {
	for name, data := range bombs(t) {
		p := newTestPool(t, Options{})
		if _, err := p.Inspect(context.Background(), bytes.NewReader(plain(t, 1)), io.Discard); err != nil {
			t.Fatal(err)
		}
		c := p.parse.idle[0]
		_, err := p.Inspect(context.Background(), bytes.NewReader(data), io.Discard)
		if problem.KindOf(err) == problem.Internal {
			t.Errorf("%s: %v", name, err)
		}
		c.end()
		use := c.cmd.ProcessState.SysUsage().(*syscall.Rusage)
		cpu := time.Duration(use.Utime.Nano() + use.Stime.Nano())
		t.Logf("%s: %d bytes, %v of processor, %d MB: %v", name, len(data), cpu, use.Maxrss>>10, err)
		if use.Maxrss>>10 > 64 {
			t.Errorf("%s: %d MB", name, use.Maxrss>>10)
		}
	}
}
