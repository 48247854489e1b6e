package op

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
)

// DocumentView is a document as its sender sees it.
type DocumentView struct {
	ID         id.ID              `json:"id"`
	Position   int                `json:"position"`
	Name       string             `json:"name"`
	State      string             `json:"state" enum:"base,sealing,sealed"`
	Signed     bool               `json:"signed_upload" doc:"Came with signatures: its bytes are only ever added to"`
	Certified  int                `json:"certified,omitempty" doc:"DocMDP permission of a certified upload"`
	Shut       bool               `json:"shut,omitempty" doc:"An earlier signature forbids every further change: nobody can sign it any more"`
	PageCount  int                `json:"page_count"`
	Pages      []intake.Page      `json:"pages" nullable:"false"`
	FormFields []intake.FormField `json:"form_fields" nullable:"false" doc:"Form fields that the upload brought along"`
	Removed    json.RawMessage    `json:"removed" doc:"What was dropped or flattened when the upload was taken in"`
	Level      string             `json:"level,omitempty" doc:"Achieved, computed from the sealed bytes"`
	Stalled    string             `json:"stalled,omitempty" doc:"Why the seal waits"`
	NextTry    *time.Time         `json:"next_try,omitempty"`
	ProofUntil *time.Time         `json:"proof_until,omitempty" doc:"When the first thing that the proof of a sealed document rests on runs out; renewed before"`
	Revision   int                `json:"revision" doc:"Number of the newest revision"`
	ReadingView
}

// ReadingView is how well a document can be read aloud; both members are absent where it is not known.
type ReadingView struct {
	Tagged       *bool `json:"tagged,omitempty" doc:"Says what its parts are: headings, lists, tables"`
	ScannedPages *int  `json:"scanned_pages,omitempty" doc:"Pages that are pictures without text"`
}

func viewReading(r *intake.Reading) ReadingView {
	if r == nil {
		return ReadingView{}
	}
	return ReadingView{Tagged: &r.Tagged, ScannedPages: &r.ScannedPages}
}

// DocumentAddBody names an upload to be added.
type DocumentAddBody struct {
	Upload string `json:"upload" maxLength:"64"`
	Name   string `json:"name,omitempty" maxLength:"800" doc:"Empty: the upload's own"`
}

// DocumentChangeBody renames or moves a document.
type DocumentChangeBody struct {
	Name     *string `json:"name,omitempty" maxLength:"800"`
	Position *int    `json:"position,omitempty"`
}

// DocumentPath names a document of a draft.
type DocumentPath struct {
	EnvelopeChange
	Document string `path:"document"`
}

type addDocumentInput struct {
	EnvelopeChange
	Body DocumentAddBody
}

type replaceDocumentInput struct {
	DocumentPath
	Body DocumentAddBody
}

type updateDocumentInput struct {
	DocumentPath
	Body DocumentChangeBody
}

type documentOutput struct {
	ETag string `header:"ETag"`
	Body DocumentView
}

type pageTextInput struct {
	Envelope string `path:"envelope"`
	Document string `path:"document"`
	Page     int    `path:"page" minimum:"1"`
}

// PageTextView is the text of one page.
type PageTextView struct {
	Runs []intake.Run `json:"runs" nullable:"false" doc:"In reading order, places in points from the lower left corner of the unrotated crop box"`
}

type pageTextOutput struct{ Body PageTextView }

// Documents are the rows of documents.
func Documents(s *envelope.Service) []Op {
	const all, one = "/api/v1/envelopes/{envelope}/documents", "/api/v1/envelopes/{envelope}/documents/{document}"
	write := Row{Method: http.MethodPost, Audience: staffAndAPI, Group: GroupDocument, Permission: access.EnvelopesWrite, Tag: "documents"}
	read := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupDocument, Permission: access.EnvelopesRead, Tag: "documents"}
	add := write.as("addDocument", all, "Add an upload to a draft")
	add.Idempotent, add.Status, add.Limit = true, http.StatusCreated, LimitWork
	replace, update, remove := write, write, write
	replace.Method, update.Method, remove.Method = http.MethodPut, http.MethodPatch, http.MethodDelete
	replace.Limit = LimitWork
	file := read.as("downloadDocument", one+"/file", "Download a document")
	file.Description = "?kind= original, converted, prepared, sealed or renewed; without it the newest revision. Ranges are served."
	file.Stream, file.Produces = true, "application/pdf"
	image := read.as("getDocumentPage", one+"/pages/{page}/image", "Draw a page")
	image.Limit, image.Produces = LimitWork, "image/png"
	return []Op{
		Typed(add, func(ctx context.Context, in *addDocumentInput) (*documentOutput, error) {
			return addDocument(ctx, s, in)
		}),
		Typed(replace.as("replaceDocument", one, "Put another upload in a document's place"), func(ctx context.Context, in *replaceDocumentInput) (*documentOutput, error) {
			return replaceDocument(ctx, s, in)
		}),
		Typed(update.as("updateDocument", one, "Rename or move a document"), func(ctx context.Context, in *updateDocumentInput) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				change := envelope.DocumentChange{Name: in.Body.Name, Position: in.Body.Position}
				return s.UpdateDocument(ctx, p, id.ID(in.Envelope), id.ID(in.Document), v, change)
			})
		}),
		Typed(remove.as("removeDocument", one, "Take a document out of a draft"), func(ctx context.Context, in *DocumentPath) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return s.RemoveDocument(ctx, p, id.ID(in.Envelope), id.ID(in.Document), v)
			})
		}),
		Raw(file, func(w http.ResponseWriter, r *http.Request) error { return downloadDocument(w, r, s) }).Describe(
			ranged(Param{Name: "kind", In: "query", Doc: "original, converted, prepared, sealed or renewed; without it the newest revision"})),
		Raw(image, func(w http.ResponseWriter, r *http.Request) error {
			return serveImage(w, r, func(p *access.Principal, doc id.ID, page, dpi int, format string) ([]byte, error) {
				return s.PageImage(r.Context(), p, id.ID(r.PathValue("envelope")), doc, page, dpi, format)
			})
		}).Describe(drawn()),
		Typed(read.as("getDocumentPageText", one+"/pages/{page}/text", "Read a page's text"), func(ctx context.Context, in *pageTextInput) (*pageTextOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return textOf(s.PageText(ctx, p, id.ID(in.Envelope), id.ID(in.Document), in.Page))
		}),
	}
}

func textOf(runs []intake.Run, err error) (*pageTextOutput, error) {
	if err != nil {
		return nil, err
	}
	if runs == nil {
		runs = []intake.Run{}
	}
	return &pageTextOutput{Body: PageTextView{Runs: runs}}, nil
}

func (b DocumentAddBody) input() envelope.DocumentInput {
	return envelope.DocumentInput{Upload: id.ID(b.Upload), Name: b.Name}
}

func addDocument(ctx context.Context, s *envelope.Service, in *addDocumentInput) (*documentOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return documentOf(s.AddDocument(ctx, p, id.ID(in.Envelope), v, in.Body.input()))
}

func replaceDocument(ctx context.Context, s *envelope.Service, in *replaceDocumentInput) (*documentOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return documentOf(s.ReplaceDocument(ctx, p, id.ID(in.Envelope), id.ID(in.Document), v, in.Body.input()))
}

func documentOf(f *envelope.Full, d *envelope.Document, err error) (*documentOutput, error) {
	if err != nil {
		return nil, err
	}
	v, err := viewDocument(d)
	if err != nil {
		return nil, err
	}
	return &documentOutput{ETag: ETag(f.Envelope.Version), Body: *v}, nil
}

// provenUntil leaves out what nobody has looked at, and ends that nobody knows.
func provenUntil(t time.Time) *time.Time {
	if t.Year() > 9000 {
		return nil
	}
	return instant(t)
}

func viewDocument(d *envelope.Document) (*DocumentView, error) {
	facts, err := d.ReadFacts()
	if err != nil {
		return nil, err
	}
	v := &DocumentView{
		ID: d.ID, Position: d.Position, Name: d.Name, State: d.State, Signed: d.SignedUpload, Certified: facts.Certified, Shut: facts.Shut(),
		PageCount: d.Pages, Pages: facts.Pages, FormFields: facts.Fields, Removed: d.Removed, Level: d.Level,
		Stalled: d.Stalled, NextTry: instant(d.NextTry), ProofUntil: provenUntil(d.ProofUntil), Revision: d.Head, ReadingView: viewReading(facts.Reading),
	}
	if v.Pages == nil {
		v.Pages = []intake.Page{}
	}
	if v.FormFields == nil {
		v.FormFields = []intake.FormField{}
	}
	if len(v.Removed) == 0 || string(v.Removed) == "null" {
		v.Removed = json.RawMessage("[]")
	}
	return v, nil
}

func downloadDocument(w http.ResponseWriter, r *http.Request, s *envelope.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	kind := envelope.RevisionKind(r.URL.Query().Get("kind"))
	f, rev, doc, err := s.Open(r.Context(), p, id.ID(r.PathValue("envelope")), id.ID(r.PathValue("document")), kind)
	if err != nil {
		return err
	}
	defer f.Close()
	ServeFile(w, r, revisionName(r, doc.Name, rev.Kind), "application/pdf", rev.Blob.SHA256, f)
	return nil
}

const (
	defaultDPI = 110
	maxDPI     = 200
)

type drawPage func(p *access.Principal, document id.ID, page, dpi int, format string) ([]byte, error)

// serveImage answers with a drawn page: ?dpi= up to 200, ?format= png or jpeg.
func serveImage(w http.ResponseWriter, r *http.Request, draw drawPage) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(r.PathValue("page"))
	if err != nil || page < 1 {
		return problem.New(problem.NotFound, "no_page", "The document has no such page.")
	}
	dpi, err := dpiOf(r.URL.Query().Get("dpi"))
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "png"
	}
	if format != "png" && format != "jpeg" {
		return problem.InField("query/format", "format", "The formats are png and jpeg.")
	}
	img, err := draw(p, id.ID(r.PathValue("document")), page, dpi, format)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/"+format)
	w.Header().Set("Content-Length", strconv.Itoa(len(img)))
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = w.Write(img)
	return err
}

func dpiOf(s string) (int, error) {
	if s == "" {
		return defaultDPI, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 10 || n > maxDPI {
		return 0, problem.InField("query/dpi", "dpi", "The resolution is a number from 10 to 200.")
	}
	return n, nil
}
