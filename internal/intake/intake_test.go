package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
)

// TestMain lets the test program start itself as a child, as the real one does.
func TestMain(m *testing.M) {
	MaybeChild()
	if len(os.Args) == 3 && os.Args[1] == hogArg {
		os.Exit(hog(os.Args[2]))
	}
	os.Exit(m.Run())
}

// plain makes a file of n pages, each with one line of text.
func plain(t testing.TB, pages int) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	font := b.Alloc()
	b.Put(font, pdf.Dict{"Type": pdf.Name("Font"), "Subtype": pdf.Name("Type1"), "BaseFont": pdf.Name("Helvetica")})
	for i := range pages {
		content := fmt.Sprintf("BT /F 24 Tf 72 700 Td (Page %d of a contract) Tj ET", i+1)
		b.AddPage(612, 792, pdf.Dict{"Font": pdf.Dict{"F": font}}, []byte(content))
	}
	var buf bytes.Buffer
	if _, err := b.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func newTestPool(t testing.TB, opt Options) *Pool {
	t.Helper()
	p := NewPool(opt)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestInspectPlain(t *testing.T) {
	p := newTestPool(t, Options{})
	for range 3 { // cold and warm
		var out bytes.Buffer
		got, err := p.Inspect(context.Background(), bytes.NewReader(plain(t, 3)), &out)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Pages) != 3 || got.Signed || got.Encrypted || got.Pages[0].Width != 612 || got.Pages[0].Height != 792 {
			t.Errorf("%+v", got)
		}
		if _, err := pdf.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), pdf.Options{Strict: true}); err != nil {
			t.Error(err)
		}
	}
	if n := len(p.parse.idle); n != 1 {
		t.Errorf("%d idle children", n)
	}
}

func TestRefusals(t *testing.T) {
	whole := plain(t, 3)
	cases := []struct {
		name string
		data []byte
		kind problem.Kind
		code string
	}{
		{"empty", nil, problem.Malformed, CodeNotPDF},
		{"not a PDF", []byte("hello, this is no PDF at all"), problem.Malformed, CodeNotPDF},
		{"PNG", []byte("\x89PNG\r\n\x1a\n0000"), problem.Malformed, CodeNotPDF},
		{"cut at the head", whole[:20], problem.Malformed, CodeMalformed},
		{"no pages", noPages(), problem.Invalid, CodeNoPages},
		{"too many pages", plain(t, 11), problem.TooLarge, CodeTooManyPages},
		{"too large", make([]byte, 2<<20), problem.TooLarge, CodeTooLarge},
	}
	p := newTestPool(t, Options{MaxPages: 10, MaxBytes: 1 << 20})
	for _, c := range cases {
		_, err := p.Inspect(context.Background(), bytes.NewReader(c.data), io.Discard)
		got := problem.From(err)
		if err == nil || got.Kind != c.kind || got.Code != c.code {
			t.Errorf("%s: %v, want %s %s", c.name, err, c.kind, c.code)
		}
	}
	if _, err := p.Inspect(context.Background(), bytes.NewReader(whole), io.Discard); err != nil {
		t.Errorf("after the refusals: %v", err)
	}
}

func noPages() []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R/Size 3>>\n%%EOF\n")
}

func TestRenderAndText(t *testing.T) {
	p := newTestPool(t, Options{CacheDir: cacheDir(t), Deadline: time.Minute})
	src := bytes.NewReader(plain(t, 2))
	data, err := p.PageImage(context.Background(), src, 2, 72, "png")
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil || img.Bounds().Dx() != 612 || img.Bounds().Dy() != 792 {
		t.Errorf("%v %v", img.Bounds(), err)
	}
	if data, err = p.PageImage(context.Background(), src, 1, 9999, "jpeg"); err != nil || !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		t.Error(err)
	}
	runs, err := p.Text(context.Background(), src, 2)
	if err != nil || len(runs) != 1 || runs[0].Text != "Page 2 of a contract" {
		t.Fatalf("%+v %v", runs, err)
	}
	if r := runs[0]; r.X < 70 || r.X > 76 || r.Y < 690 || r.Y > 702 || r.H < 10 || r.H > 40 || r.Size != 24 {
		t.Errorf("%+v", r)
	}
	if _, err := p.Text(context.Background(), src, 3); problem.From(err).Code != CodeNoSuchPage {
		t.Error(err)
	}
	if _, err := p.PageImage(context.Background(), src, 1, 72, "tiff"); problem.From(err).Code != CodeFormat {
		t.Error(err)
	}
}

// cacheDir keeps compiled render code from run to run.
func cacheDir(t testing.TB) string {
	base, err := os.UserCacheDir()
	if err != nil {
		return t.TempDir()
	}
	dir := filepath.Join(base, "consigil-test-wasm")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return t.TempDir()
	}
	return dir
}

func TestDeadlineEndsChild(t *testing.T) {
	p := newTestPool(t, Options{Deadline: 300 * time.Millisecond})
	_, err := p.Inspect(context.Background(), slow{bytes.NewReader(plain(t, 1))}, io.Discard)
	if problem.From(err).Code != CodeTooComplex {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Inspect(ctx, bytes.NewReader(plain(t, 1)), io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// slow is a file that takes longer than any deadline here.
type slow struct{ *bytes.Reader }

func (s slow) ReadAt(p []byte, off int64) (int, error) {
	time.Sleep(500 * time.Millisecond)
	return s.Reader.ReadAt(p, off)
}

func TestSourceErrorIsTheCallers(t *testing.T) {
	p := newTestPool(t, Options{})
	mine := errors.New("disk gone")
	_, err := p.Inspect(context.Background(), broken{bytes.NewReader(plain(t, 1)), mine}, io.Discard)
	if !errors.Is(err, mine) {
		t.Errorf("%v", err)
	}
	_, err = p.Inspect(context.Background(), bytes.NewReader(plain(t, 1)), brokenWriter{mine})
	if !errors.Is(err, mine) {
		t.Errorf("%v", err)
	}
}

type broken struct {
	*bytes.Reader
	err error
}

func (b broken) ReadAt([]byte, int64) (int, error) { return 0, b.err }

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

func TestKilledWarmChildIsReplaced(t *testing.T) {
	p := newTestPool(t, Options{})
	src := bytes.NewReader(plain(t, 1))
	if _, err := p.Inspect(context.Background(), src, io.Discard); err != nil {
		t.Fatal(err)
	}
	p.parse.mu.Lock()
	c := p.parse.idle[0]
	p.parse.mu.Unlock()
	c.kill()
	_, _ = c.cmd.Process.Wait()
	if _, err := p.Inspect(context.Background(), src, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestIdleChildrenEnd(t *testing.T) {
	p := newTestPool(t, Options{Idle: 50 * time.Millisecond})
	if _, err := p.Inspect(context.Background(), bytes.NewReader(plain(t, 1)), io.Discard); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		p.parse.mu.Lock()
		n := len(p.parse.idle)
		p.parse.mu.Unlock()
		if n == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("still idle")
}

func TestWarm(t *testing.T) {
	p := newTestPool(t, Options{CacheDir: cacheDir(t)})
	if err := p.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(p.parse.idle) != 1 || len(p.render.idle) != 1 {
		t.Errorf("%d and %d children wait", len(p.parse.idle), len(p.render.idle))
	}
}

func TestClosedPoolRefuses(t *testing.T) {
	p := NewPool(Options{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := p.Inspect(context.Background(), bytes.NewReader(plain(t, 1)), io.Discard)
	if problem.From(err).Kind != problem.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestProgramThatIsNoChild(t *testing.T) {
	p := newTestPool(t, Options{Executable: "/bin/true"})
	_, err := p.Inspect(context.Background(), bytes.NewReader(plain(t, 1)), io.Discard)
	if problem.From(err).Code != CodeChildrenFailed {
		t.Errorf("%v", err)
	}
}
