// Package intake reads uploaded PDFs. Every byte from outside is parsed in a
// child process with capped memory and time: the program starts itself anew,
// the child asks for ranges of the file over a pipe and never sees a disk. This
// package starts and minds the children and speaks with them. It decides
// nothing about envelopes and stores nothing.
//
// There are two sorts of children. One parses: it judges a file and brings it
// into canonical form, with this project's own parser. The other renders page
// images and finds text, with PDFium as WebAssembly inside the child.
package intake

import (
	"context"
	"io"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pdf"
)

// Options set the caps of a pool; zero values are usable defaults.
type Options struct {
	Executable string        // default: os.Executable
	CacheDir   string        // for compiled render code, must not be writable by others; empty: none
	MaxBytes   int64         // of one file; default 100 MB
	MaxPages   int           // of one file; default 5,000
	Memory     int64         // of one parsing child beyond its start, bytes; default 256 MB
	Deadline   time.Duration // of one request; default 20 s
	Children   int           // of each sort; default 2
	Idle       time.Duration // after which an unused child ends; default 30 s
	Clock      clock.Clock   // default: the system's
}

func (o Options) withDefaults() Options {
	setDefault(&o.MaxBytes, 100<<20)
	setDefault(&o.MaxPages, 5000)
	setDefault(&o.Memory, 256<<20)
	setDefault(&o.Deadline, 20*time.Second)
	setDefault(&o.Children, 2)
	setDefault(&o.Idle, 30*time.Second)
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return o
}

func setDefault[T int | int64 | time.Duration](v *T, to T) {
	if *v <= 0 {
		*v = to
	}
}

// Source is a PDF: bytes by position, and how many.
type Source interface {
	io.ReaderAt
	Size() int64
}

// Page is the geometry of one page.
type Page struct {
	Width  float64    `json:"width"`  // points, as shown (rotation applied)
	Height float64    `json:"height"` // points, as shown
	Rotate int        `json:"rotate"` // 0, 90, 180, 270, clockwise
	Crop   [4]float64 `json:"crop"`   // llx, lly, urx, ury of the crop box, unrotated
}

// Inspection is what a file is.
type Inspection struct {
	Pages     []Page        `json:"pages"`
	Signed    bool          `json:"signed"`    // bears PDF signatures, all of them intact: never rewritten
	Encrypted bool          `json:"encrypted"` // opened with the empty user password
	Findings  []pdf.Finding `json:"findings"`  // what the canonical form dropped or flattened
	Fields    []FormField   `json:"fields"`    // existing form fields, one entry a widget
	Reading   *Reading      `json:"reading,omitempty"`
}

// FormField is a field that the upload brought along.
type FormField struct {
	Name  string     `json:"name"` // full name
	Type  string     `json:"type"` // Tx, Btn, Ch, Sig
	Page  int        `json:"page"` // 1, 2, ...; 0 where no page shows it
	Rect  [4]float64 `json:"rect"` // llx, lly, urx, ury in page space
	Value string     `json:"value,omitempty"`
	Empty bool       `json:"empty"`
}

// Run is a piece of text of one line, in points from the
// lower left corner of the unrotated crop box.
type Run struct {
	Text string  `json:"text"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	W    float64 `json:"w"`
	H    float64 `json:"h"`
	Size float64 `json:"size"` // font size in points, 0 where unknown
}

// Inspect judges a file and writes its canonical form to w. A file that bears
// signatures is judged and nothing is written. After an error what w got is
// worth nothing. Refusals are problems; see the codes of this package.
func (p *Pool) Inspect(ctx context.Context, src Source, w io.Writer) (*Inspection, error) {
	if err := p.checkSize(src); err != nil {
		return nil, err
	}
	a, err := p.parse.do(ctx, request{Op: opInspect, MaxPages: p.opt.MaxPages, Now: p.opt.Clock.Now()}, src, w)
	if err != nil {
		return nil, err
	}
	if a.Inspection == nil {
		return nil, errProtocol
	}
	return a.Inspection, nil
}

// MaxDPI is the finest resolution of a page image.
const MaxDPI = 200

// PageImage draws a page (1, 2, ...) as "png" or "jpeg" at up to 200 dpi. Pages
// so large that they would have more than 25 million pixels come out coarser.
func (p *Pool) PageImage(ctx context.Context, src Source, page, dpi int, format string) ([]byte, error) {
	if err := p.checkSize(src); err != nil {
		return nil, err
	}
	if format != "png" && format != "jpeg" {
		return nil, problemFormat()
	}
	var out limitedBuffer
	req := request{Op: opImage, Page: page, DPI: min(max(dpi, 10), MaxDPI), Format: format}
	if _, err := p.render.do(ctx, req, src, &out); err != nil {
		return nil, err
	}
	return out.data, nil
}

// Text gives the text of a page (1, 2, ...).
func (p *Pool) Text(ctx context.Context, src Source, page int) ([]Run, error) {
	if err := p.checkSize(src); err != nil {
		return nil, err
	}
	a, err := p.render.do(ctx, request{Op: opText, Page: page}, src, io.Discard)
	if err != nil {
		return nil, err
	}
	return a.Runs, nil
}

func (p *Pool) checkSize(src Source) error {
	if src.Size() > p.opt.MaxBytes {
		return problemTooLarge(p.opt.MaxBytes)
	}
	return nil
}
