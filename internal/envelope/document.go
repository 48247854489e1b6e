package envelope

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
)

// DocumentInput says what to add: an upload, and the name under which it is shown.
type DocumentInput struct {
	Upload id.ID
	Name   string // empty: the upload's own
}

// DocumentFacts is what intake learned about a document; Document.Facts holds its JSON.
type DocumentFacts struct {
	Pages     []intake.Page      `json:"pages"`
	Fields    []intake.FormField `json:"fields,omitempty"`    // form fields that the upload brought along
	Certified int                `json:"certified,omitempty"` // DocMDP permission of a certified upload: 1, 2, 3
	Locked    bool               `json:"locked,omitempty"`    // an earlier signature locks all fields
	Closed    []string           `json:"closed,omitempty"`    // fields that an earlier signature locks, with what stands below them
	Reading   *intake.Reading    `json:"reading,omitempty"`   // nil: not known
}

// Shut says that an earlier signature forbids every further change, so that nobody else can sign.
func (f *DocumentFacts) Shut() bool {
	return f.Certified == 1 || f.Locked
}

// ReadFacts decodes a document's facts.
func (d *Document) ReadFacts() (*DocumentFacts, error) {
	f := new(DocumentFacts)
	if len(d.Facts) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(d.Facts, f); err != nil {
		return nil, fmt.Errorf("envelope: document facts: %w", err)
	}
	return f, nil
}

// taken is an upload on its way into an envelope: bytes durable, rows not written yet.
type taken struct {
	upload    id.ID
	doc       *Document
	revisions []*Revision
}

// takeAll takes uploads one after the other; a failure gives back those taken before.
func (s *Service) takeAll(ctx context.Context, by *access.Principal, e *Envelope, in []DocumentInput) ([]*taken, error) {
	var out []*taken
	for i, d := range in {
		t, err := s.take(ctx, by, e, d, i+1)
		if err != nil {
			s.giveBack(ctx, by, out)
			return nil, below(err, pointer("/documents", i))
		}
		out = append(out, t)
	}
	return out, nil
}

// below moves a problem about one document to its place in the request.
func below(err error, at string) error {
	var p *problem.Error
	if !errors.As(err, &p) {
		return err
	}
	if len(p.Fields) > 0 {
		moved := *p
		moved.Fields = nil
		for _, f := range p.Fields {
			moved.Fields = append(moved.Fields, problem.Field{Pointer: at + f.Pointer, Code: f.Code, Detail: f.Detail})
		}
		return &moved
	}
	return p.With(problem.Field{Pointer: at + "/upload", Code: p.Code, Detail: p.Detail})
}

// take turns one upload into a document: the original as it came and, unless it bears signatures, its
// canonical form.
func (s *Service) take(ctx context.Context, by *access.Principal, e *Envelope, in DocumentInput, position int) (*taken, error) {
	name, original, err := s.d.Uploads.Take(ctx, by, in.Upload)
	if err != nil {
		return nil, err
	}
	t := &taken{upload: in.Upload, doc: &Document{ID: id.New(), Envelope: e.ID, Position: position, State: "base"}}
	t.add(Original, original, s.d.Clock.Now())
	if in.Name != "" {
		name = in.Name
	}
	if err := s.read1(ctx, by, t, name); err != nil {
		s.giveBack(ctx, by, []*taken{t})
		return nil, err
	}
	return t, nil
}

func (t *taken) add(kind RevisionKind, b Blob, now time.Time) {
	t.doc.Head++
	t.revisions = append(t.revisions, &Revision{
		Document: t.doc.ID, Number: t.doc.Head, Kind: kind, Blob: b, CreatedAt: now,
	})
}

// read1 has the upload judged and rewritten, and notes what was learned.
func (s *Service) read1(ctx context.Context, by *access.Principal, t *taken, name string) error {
	var bad faults
	t.doc.Name = checkLine(documentName(name), 200, "/name", &bad)
	if err := bad.err(); err != nil {
		return err
	}
	src, err := s.d.Vault.Open(ctx, by.Org, t.revisions[0].Blob)
	if err != nil {
		return err
	}
	defer src.Close()
	out := newLazyBlob(ctx, s.d.Vault, by.Org)
	seen, err := s.d.Intake.Inspect(ctx, src, out)
	blob, putErr := out.finish(err)
	if err != nil {
		return err
	}
	if putErr != nil {
		return putErr
	}
	if !seen.Signed {
		t.add(Converted, blob, s.d.Clock.Now())
	}
	return noteFacts(t.doc, seen, src)
}

// documentName is the last part of a file name, without folders and never empty.
func documentName(name string) string {
	name = strings.TrimSpace(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if name == "" || name == "." || name == "/" {
		return "document.pdf"
	}
	return name
}

func noteFacts(d *Document, seen *intake.Inspection, src File) error {
	facts := DocumentFacts{Pages: seen.Pages, Fields: seen.Fields, Reading: seen.Reading}
	if seen.Signed {
		limits, err := readPermissions(src)
		if err != nil {
			return err
		}
		facts.Certified, facts.Locked, facts.Closed = limits.certified, limits.locked, limits.fields
	}
	removed, err := json.Marshal(seen.Findings)
	if err != nil {
		return fmt.Errorf("envelope: findings: %w", err)
	}
	if d.Facts, err = json.Marshal(facts); err != nil {
		return fmt.Errorf("envelope: facts: %w", err)
	}
	d.Pages, d.SignedUpload, d.Removed = len(seen.Pages), seen.Signed, removed
	return nil
}

// giveBack undoes takes whose rows were not written: uploads return to their owner, our own bytes go. What
// cannot be undone is left to the sweep of orphans; the caller's error is the one that counts.
func (s *Service) giveBack(ctx context.Context, by *access.Principal, all []*taken) {
	ctx = context.WithoutCancel(ctx)
	for _, t := range all {
		for _, r := range t.revisions[1:] {
			if r.Blob.Name != t.revisions[0].Blob.Name {
				_ = s.d.Vault.Delete(ctx, by.Org, r.Blob)
			}
		}
		_ = s.d.Uploads.Return(ctx, by, t.upload)
	}
}

func insertTaken(ctx context.Context, tx Tx, by *access.Principal, e *Envelope, t *taken, now time.Time) error {
	if err := tx.PutDocument(ctx, t.doc); err != nil {
		return err
	}
	for _, r := range t.revisions {
		if err := tx.InsertRevision(ctx, r); err != nil {
			return err
		}
	}
	facts := map[string]any{
		"document": t.doc.ID, "pages": t.doc.Pages, "signed": t.doc.SignedUpload,
		"sha256": hex.EncodeToString(t.revisions[0].Blob.SHA256), "removed": t.doc.Removed,
	}
	if len(t.revisions) > 1 && t.revisions[1].Kind == Converted {
		facts["converted_sha256"] = hex.EncodeToString(t.revisions[1].Blob.SHA256)
	}
	return Append(ctx, tx, e, now, by.Actor(), "document.added", facts, map[string]string{"name": t.doc.Name})
}

// AddDocument adds an upload to a draft, behind the documents that it has.
func (s *Service) AddDocument(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in DocumentInput) (*Full, *Document, error) {
	before, err := s.editable(ctx, by, envelope, v)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.take(ctx, by, before, in, 0)
	if err != nil {
		return nil, nil, below(err, "")
	}
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		if len(f.Documents) >= MaxDocuments {
			return problem.New(problem.Invalid, "too_many_documents", "An envelope holds at most 25 documents.")
		}
		t.doc.Position = len(f.Documents) + 1
		return insertTaken(ctx, tx, by, f.Envelope, t, s.d.Clock.Now())
	})
	if err != nil {
		s.giveBack(ctx, by, []*taken{t})
		return nil, nil, err
	}
	return f, f.document(t.doc.ID), nil
}

// editable refuses early, before an upload is read, what the edit would refuse afterwards.
func (s *Service) editable(ctx context.Context, by *access.Principal, envelope id.ID, v Expected) (*Envelope, error) {
	var out *Envelope
	err := s.read(ctx, by, envelope, func(_ Tx, e *Envelope) error {
		out = e
		if err := e.State.Allow(OpEdit); err != nil {
			return err
		}
		return v.check(e)
	})
	return out, err
}

// ReplaceDocument puts a new upload in the place of a document of a draft. Fields that still lie on a page
// of it stay.
func (s *Service) ReplaceDocument(ctx context.Context, by *access.Principal, envelope, document id.ID, v Expected, in DocumentInput) (*Full, *Document, error) {
	before, err := s.editable(ctx, by, envelope, v)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.take(ctx, by, before, in, 0)
	if err != nil {
		return nil, nil, below(err, "")
	}
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error { return s.replace(ctx, tx, by, f, document, t) })
	if err != nil {
		s.giveBack(ctx, by, []*taken{t})
		return nil, nil, err
	}
	return f, f.document(t.doc.ID), nil
}

func (s *Service) replace(ctx context.Context, tx Tx, by *access.Principal, f *Full, document id.ID, t *taken) error {
	old := f.document(document)
	if old == nil {
		return noDocument()
	}
	t.doc.Position = old.Position
	if err := s.dropDocument(ctx, tx, by, f, old, false); err != nil {
		return err
	}
	if err := insertTaken(ctx, tx, by, f.Envelope, t, s.d.Clock.Now()); err != nil {
		return err
	}
	for _, fd := range f.Fields {
		if fd.Document != document || fd.Page > t.doc.Pages || fd.Existing != "" {
			continue
		}
		moved := *fd
		moved.ID, moved.Document = id.New(), t.doc.ID
		if err := tx.PutField(ctx, &moved); err != nil {
			return err
		}
	}
	return nil
}

func noDocument() error {
	return problem.New(problem.NotFound, "not_found", "This envelope has no such document.")
}

// RemoveDocument takes a document and its fields out of a draft.
func (s *Service) RemoveDocument(ctx context.Context, by *access.Principal, envelope, document id.ID, v Expected) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		old := f.document(document)
		if old == nil {
			return noDocument()
		}
		return s.dropDocument(ctx, tx, by, f, old, true)
	})
}

func (s *Service) dropDocument(ctx context.Context, tx Tx, by *access.Principal, f *Full, old *Document, closeGap bool) error {
	for _, fd := range f.Fields {
		if fd.Document != old.ID {
			continue
		}
		if err := tx.DeleteField(ctx, fd.ID); err != nil {
			return err
		}
	}
	if err := tx.DeleteDocument(ctx, old.ID); err != nil {
		return err
	}
	facts := map[string]any{"document": old.ID}
	if err := Append(ctx, tx, f.Envelope, s.d.Clock.Now(), by.Actor(), "document.removed", facts, nil); err != nil {
		return err
	}
	for _, d := range f.Documents {
		if !closeGap || d.Position <= old.Position {
			continue
		}
		d.Position--
		if err := tx.PutDocument(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// DocumentChange renames or moves a document of a draft. Nil members stay as they are.
type DocumentChange struct {
	Name     *string
	Position *int // 1, 2, ...; the others close up
}

// UpdateDocument renames or moves a document.
func (s *Service) UpdateDocument(ctx context.Context, by *access.Principal, envelope, document id.ID, v Expected, in DocumentChange) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		d := f.document(document)
		if d == nil {
			return noDocument()
		}
		var bad faults
		if in.Name != nil {
			d.Name = checkLine(documentName(*in.Name), 200, "/name", &bad)
		}
		if in.Position != nil && (*in.Position < 1 || *in.Position > len(f.Documents)) {
			bad.add("/position", "position", "The position must be that of one of the documents.")
		}
		if err := bad.err(); err != nil {
			return err
		}
		if in.Position != nil {
			move(f.Documents, d, *in.Position)
		}
		for _, each := range f.Documents {
			if err := tx.PutDocument(ctx, each); err != nil {
				return err
			}
		}
		return s.noteUpdate(ctx, tx, by, f.Envelope, "documents")
	})
}

// move gives d a new position and shifts those between.
func move(all []*Document, d *Document, to int) {
	from := d.Position
	for _, o := range all {
		switch {
		case o == d:
			o.Position = to
		case from < to && o.Position > from && o.Position <= to:
			o.Position--
		case to < from && o.Position >= to && o.Position < from:
			o.Position++
		}
	}
}
