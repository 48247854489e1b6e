package intake

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"

	"github.com/consigil/consigil/pdf"
)

// Caps on rendering.
const (
	maxPixels   = 25_000_000
	wasmPages   = 8192 // 512 MB
	maxRuns     = 50_000
	maxRunText  = 4 << 20 // bytes of one page
	jpegQuality = 82
)

// renderer is a rendering child. Each request gets an instance of its own,
// which sees nothing of the requests before and no file system.
type renderer struct {
	pool pdfium.Pool
}

// newRenderer makes PDFium ready. Without a filled cache this compiles it, which
// takes seconds and 300 MB, given back afterwards.
func newRenderer(cacheDir string) (*renderer, error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(wasmPages)
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("intake: compilation cache: %w", err)
		}
		config = config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal: 1, MaxIdle: 1, FSConfig: wazero.NewFSConfig(), RuntimeConfig: config,
		Stdout: io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("intake: PDFium: %w", err)
	}
	debug.FreeOSMemory()
	return &renderer{pool: pool}, nil
}

// work answers one request. After a failure inside PDFium the child is done.
func (r *renderer) work(req request, file *remote, out io.Writer) (*answer, error) {
	page, err := pageOf(req, file)
	if err != nil {
		return nil, err
	}
	instance, err := r.pool.GetInstance(time.Minute)
	if err != nil {
		return &answer{Retire: true}, fmt.Errorf("intake: instance: %w", err)
	}
	a, err := r.ask(instance, req, page, file, out)
	if closeErr := instance.Close(); err == nil && closeErr != nil {
		a.Retire = true
	}
	if err != nil {
		return &answer{Retire: true}, err
	}
	return a, nil
}

// pageOf finds the page with our own parser: the boxes that PDFium tells of
// are those of the page's own dictionary only.
func pageOf(req request, file *remote) (pdf.Page, error) {
	f, err := pdf.Open(file, file.size, pdf.Options{})
	if err != nil {
		return pdf.Page{}, err
	}
	n := 0
	for p, err := range f.Pages() {
		if err != nil {
			return pdf.Page{}, err
		}
		if n++; n == req.Page {
			return p, nil
		}
	}
	return pdf.Page{}, problemNoSuchPage()
}

func (r *renderer) ask(in pdfium.Pdfium, req request, page pdf.Page, file *remote, out io.Writer) (*answer, error) {
	doc, err := in.OpenDocument(&requests.OpenDocument{
		FileReader: io.NewSectionReader(file, 0, file.size), FileReaderSize: file.size,
	})
	if err != nil {
		return nil, unreadable(file, err)
	}
	at := requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: page.Index}}
	switch req.Op {
	case opImage:
		return &answer{}, r.image(in, doc.Document, at, req, page, file, out)
	case opText:
		runs, err := r.text(in, at, page, file)
		return &answer{Runs: runs}, err
	}
	return nil, errProtocol
}

// unreadable tells damage of the file from failure to read it.
func unreadable(file *remote, err error) error {
	if file.failed {
		return errSource
	}
	if strings.Contains(err.Error(), "wasm error") {
		return problemTooComplex(err)
	}
	return explain(&pdf.MalformedError{Offset: -1, Reason: "PDFium: " + err.Error()})
}

// image draws the page with its annotations and form fields.
func (r *renderer) image(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, at requests.Page, req request, page pdf.Page, file *remote, out io.Writer) error {
	got, err := in.RenderPageInDPI(&requests.RenderPageInDPI{
		Page: at, Document: &doc, DPI: fitDPI(page, req.DPI), RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT, RenderForm: true,
	})
	if err != nil {
		return unreadable(file, err)
	}
	defer got.Cleanup()
	return encodeImage(out, got.Result.RenderedImage, req.Format)
}

// fitDPI lowers the resolution of pages that would have too many pixels.
func fitDPI(page pdf.Page, dpi int) int {
	area := page.CropBox.Width() * page.CropBox.Height() / (72 * 72) // square inches
	if area <= 0 {
		return dpi
	}
	return max(1, min(dpi, int(math.Sqrt(maxPixels/area))))
}

func encodeImage(out io.Writer, img image.Image, format string) error {
	var buf bytes.Buffer
	var err error
	if format == "jpeg" {
		err = jpeg.Encode(&buf, img, &jpeg.Options{Quality: jpegQuality})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, img)
	}
	if err != nil {
		return fmt.Errorf("intake: encode image: %w", err)
	}
	_, err = out.Write(buf.Bytes())
	return err
}

// text lists the page's runs in the order of the content.
func (r *renderer) text(in pdfium.Pdfium, at requests.Page, page pdf.Page, file *remote) ([]Run, error) {
	got, err := in.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: at, Mode: requests.GetPageTextStructuredModeRects, CollectFontInformation: true,
	})
	if err != nil {
		return nil, unreadable(file, err)
	}
	var runs []Run
	total := 0
	for _, rect := range got.Rects {
		run, ok := newRun(rect, page.CropBox)
		if !ok {
			continue
		}
		if total += len(run.Text); len(runs) == maxRuns || total > maxRunText {
			return nil, problemTooComplex(errors.New("intake: too much text on one page"))
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// newRun moves a run from page space into the crop box.
func newRun(r *responses.GetPageTextStructuredRect, crop pdf.Rect) (Run, bool) {
	text := strings.ToValidUTF8(strings.TrimRight(r.Text, "\r\n\x00"), "")
	p := r.PointPosition
	run := Run{
		Text: text, X: round(math.Min(p.Left, p.Right) - crop.LLX), Y: round(math.Min(p.Bottom, p.Top) - crop.LLY),
		W: round(math.Abs(p.Right - p.Left)), H: round(math.Abs(p.Top - p.Bottom)),
	}
	if r.FontInformation != nil {
		run.Size = round(r.FontInformation.Size)
	}
	finite := !math.IsNaN(run.X+run.Y+run.W+run.H+run.Size) && !math.IsInf(run.X+run.Y+run.W+run.H+run.Size, 0)
	return run, finite && strings.TrimSpace(text) != ""
}

// round gives hundredths of a point.
func round(v float64) float64 { return math.Round(v*100) / 100 }
