//go:build interop

package sweep

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// What PDFium looks at: pictures of the first pages, small ones, and the text
// of more.
const (
	maxPictures = 8
	maxTexts    = 40
	pixels      = 160 // the longer side of a picture
)

type lookQuestion struct {
	Path     string `json:"path"`
	Password string `json:"password"`
}

// lookAnswer is what PDFium sees of a file.
type lookAnswer struct {
	Error  string   `json:"error"` // it does not open the file
	Pages  int      `json:"pages"`
	Texts  []string `json:"texts"`    // digests
	Images []string `json:"pictures"` // digests
	broken bool
}

// newLooking makes a child that looks at files; the configuration is where
// compiled code is kept.
func newLooking(cacheDir string) (func(lookQuestion) lookAnswer, error) {
	cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
	if err != nil {
		return nil, err
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal: 1, MaxIdle: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithMemoryLimitPages(8192).WithCompilationCache(cache),
	})
	if err != nil {
		return nil, err
	}
	return func(q lookQuestion) lookAnswer { return look(pool, q) }, nil
}

func look(pool pdfium.Pool, q lookQuestion) lookAnswer {
	instance, err := pool.GetInstance(time.Minute)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	a := lookAt(instance, q)
	if err := instance.Close(); err != nil || a.broken {
		_ = instance.Kill()
	}
	return a
}

func lookAt(in pdfium.Pdfium, q lookQuestion) (a lookAnswer) {
	defer func() {
		if p := recover(); p != nil {
			a = lookAnswer{Error: fmt.Sprintf("PDFium: %v", p), broken: true}
		}
	}()
	data, err := os.ReadFile(q.Path)
	if err != nil {
		return lookAnswer{Error: err.Error()}
	}
	request := &requests.OpenDocument{FileReader: bytes.NewReader(data), FileReaderSize: int64(len(data))}
	if q.Password != "" {
		request.Password = &q.Password
	}
	doc, err := in.OpenDocument(request)
	if err != nil {
		return lookAnswer{Error: err.Error(), broken: broken(err)}
	}
	count, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil {
		return lookAnswer{Error: err.Error(), broken: broken(err)}
	}
	a.Pages = count.PageCount
	for i := range min(a.Pages, maxTexts) {
		page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: i}}
		a.text(in, page)
		if i < maxPictures {
			a.picture(in, doc.Document, page)
		}
	}
	return a
}

func (a *lookAnswer) text(in pdfium.Pdfium, page requests.Page) {
	got, err := in.GetPageText(&requests.GetPageText{Page: page})
	if err != nil {
		a.broken = a.broken || broken(err)
		a.Texts = append(a.Texts, "error: "+err.Error())
		return
	}
	a.Texts = append(a.Texts, digest([]byte(got.Text)))
}

func (a *lookAnswer) picture(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, page requests.Page) {
	got, err := in.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: page, Document: &doc, Width: pixels, Height: pixels, RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT, RenderForm: true,
	})
	if err != nil {
		a.broken = a.broken || broken(err)
		a.Images = append(a.Images, "error: "+err.Error())
		return
	}
	if img, ok := got.Result.RenderedImage.(*image.RGBA); ok {
		a.Images = append(a.Images, digest(img.Pix))
	}
	got.Cleanup()
}

// broken reports an error after which the instance is of no use.
func broken(err error) bool { return strings.Contains(err.Error(), "wasm error") }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return fmt.Sprintf("%x", sum[:8])
}
