// Package intake reads uploaded PDFs. Every byte from outside is parsed in a
// child process with capped memory and time; this package starts and minds the
// children and speaks with them. It decides nothing about envelopes and stores
// nothing.
package intake

import (
	"context"
	"io"
	"time"

	"github.com/consigil/consigil/pdf"
)

// ChildArg is the hidden first argument with which the program starts itself
// as a child; main hands the rest to RunChild.
const ChildArg = "child-pdf"

// RunChild is the child's main function; it returns the exit code.
func RunChild(args []string) int { return 0 }

// Options set the caps of a pool; zero values are usable defaults.
type Options struct {
	Executable string        // default: os.Executable
	CacheDir   string        // for compiled render code; empty: none
	MaxBytes   int64         // of one file; default 100 MB
	MaxPages   int           // of one file; default 5,000
	Memory     int64         // of one parsing child, bytes; default 256 MB
	Deadline   time.Duration // of one request; default 20 s
	Children   int           // of each sort; default 2
	Idle       time.Duration // after which an unused child ends; default 30 s
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
	Signed    bool          `json:"signed"`    // bears PDF signatures: never rewritten
	Encrypted bool          `json:"encrypted"` // opened with the empty user password
	Findings  []pdf.Finding `json:"findings"`  // what the canonical form dropped or flattened
	Fields    []FormField   `json:"fields"`    // existing form fields
}

// FormField is a field that the upload brought along.
type FormField struct {
	Name  string     `json:"name"` // full name
	Type  string     `json:"type"` // Tx, Btn, Ch, Sig
	Page  int        `json:"page"` // 1, 2, ...
	Rect  [4]float64 `json:"rect"` // llx, lly, urx, ury in page space
	Value string     `json:"value,omitempty"`
	Empty bool       `json:"empty"`
}

// Run is a piece of text of one line in reading order, in points from the
// lower left corner of the unrotated crop box.
type Run struct {
	Text string  `json:"text"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	W    float64 `json:"w"`
	H    float64 `json:"h"`
	Size float64 `json:"size"` // font size in points, 0 where unknown
}

// Pool minds the children.
type Pool struct{ opt Options }

// NewPool makes a pool; no child runs until one is needed.
func NewPool(opt Options) *Pool { return &Pool{opt: opt} }

// Close ends all children.
func (p *Pool) Close() error { return nil }

// Inspect judges a file and writes its canonical form to w. A file that bears
// signatures is judged and nothing is written.
func (p *Pool) Inspect(ctx context.Context, src Source, w io.Writer) (*Inspection, error) {
	return &Inspection{}, nil
}

// PageImage draws a page (1, 2, ...) as PNG or JPEG at up to 200 dpi.
func (p *Pool) PageImage(ctx context.Context, src Source, page int, dpi int, format string) ([]byte, error) {
	return nil, nil
}

// Text gives a page's text.
func (p *Pool) Text(ctx context.Context, src Source, page int) ([]Run, error) { return nil, nil }
