package envelope

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
)

// Open gives a revision's bytes to staff or an API account: the newest of a kind, or of all when kind is empty.
func (s *Service) Open(ctx context.Context, by *access.Principal, envelope, document id.ID, kind RevisionKind) (File, *Revision, *Document, error) {
	if kind != "" && !slices.Contains(kinds, kind) {
		return nil, nil, nil, problem.InField("query/kind", "kind", "The kinds of revision are "+listed(kinds)+".")
	}
	var rev *Revision
	var doc *Document
	err := s.read(ctx, by, envelope, func(tx Tx, e *Envelope) error {
		var err error
		doc, rev, err = findRevision(ctx, tx, e, document, kind)
		return err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	file, err := s.d.Vault.Open(ctx, by.Org, rev.Blob)
	return file, rev, doc, err
}

func findRevision(ctx context.Context, tx Tx, e *Envelope, document id.ID, kind RevisionKind) (*Document, *Revision, error) {
	doc, err := tx.Document(ctx, document)
	if err != nil {
		return nil, nil, err
	}
	if doc.Envelope != e.ID {
		return nil, nil, noDocument()
	}
	all, err := tx.Revisions(ctx, document)
	if err != nil {
		return nil, nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if kind == "" || all[i].Kind == kind {
			return doc, all[i], nil
		}
	}
	return nil, nil, problem.New(problem.NotFound, "no_revision", "The document has no revision of this kind yet.")
}

// PageImage draws a page of a document's newest revision for staff or an API account.
func (s *Service) PageImage(ctx context.Context, by *access.Principal, envelope, document id.ID, page, dpi int, format string) ([]byte, error) {
	f, _, _, err := s.Open(ctx, by, envelope, document, "")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.d.Pages.PageImage(ctx, f, page, dpi, format)
}

// PageText gives the text runs of a page of a document's newest revision.
func (s *Service) PageText(ctx context.Context, by *access.Principal, envelope, document id.ID, page int) ([]intake.Run, error) {
	f, _, _, err := s.Open(ctx, by, envelope, document, "")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.d.Pages.Text(ctx, f, page)
}

// lazyBlob stores what is written to it, once anything is.
type lazyBlob struct {
	ctx   context.Context
	vault Vault
	org   id.Org
	w     *io.PipeWriter
	done  chan error
	blob  Blob
}

func newLazyBlob(ctx context.Context, v Vault, org id.Org) *lazyBlob {
	return &lazyBlob{ctx: ctx, vault: v, org: org}
}

// Write starts the storing at the first byte.
func (l *lazyBlob) Write(p []byte) (int, error) {
	if l.w == nil {
		l.start()
	}
	return l.w.Write(p)
}

func (l *lazyBlob) start() {
	r, w := io.Pipe()
	l.w, l.done = w, make(chan error, 1)
	go func() {
		var err error
		l.blob, err = l.vault.Put(l.ctx, l.org, r)
		r.CloseWithError(errors.Join(io.ErrClosedPipe, err))
		l.done <- err
	}()
}

// finish ends the storing; with the writer's own error, nothing is kept.
func (l *lazyBlob) finish(cause error) (Blob, error) {
	if l.w == nil {
		return Blob{}, nil
	}
	l.w.CloseWithError(cause)
	err := <-l.done
	return l.blob, err
}
