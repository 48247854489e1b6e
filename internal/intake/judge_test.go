package intake

import (
	"bytes"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
)

func TestJudge(t *testing.T) {
	pool := NewPool(Options{Children: 1, Deadline: 10 * time.Second})
	t.Cleanup(func() { _ = pool.Close() })
	b := pdf.NewBuilder()
	b.AddPage(100, 100, pdf.Dict{}, []byte("q Q"))
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	if err := pool.Judge(t.Context(), bytes.NewReader(out.Bytes()), nil); err != nil {
		t.Errorf("a file without signatures: %v", err)
	}
	err := pool.Judge(t.Context(), bytes.NewReader([]byte("no PDF at all")), nil)
	if p := problem.From(err); p.Code != "not_pdf" || p.Kind != problem.Malformed {
		t.Errorf("no PDF: %v", err)
	}
}
