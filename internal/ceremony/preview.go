package ceremony

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/method"
)

// Preview is what the act would make.
type Preview struct {
	Documents []PreviewDocument
	Entries   string // digest of what the recipient entered; the act may carry it
}

// PreviewDocument is one document with the recipient's values drawn.
type PreviewDocument struct {
	Document id.ID
	Reviewed string // digest of the revision that it builds upon: what the act has to carry
	Digest   string // digest of the revision that the act would make now
	Pages    []int  // pages with fields of the recipient
}

// Preview builds the act without keeping anything. Documents without own fields are listed too: they are
// reviewed all the same.
func (s *Service) Preview(ctx context.Context, by *access.Principal) (*Preview, error) {
	p, err := s.plan(ctx, by, false)
	if err != nil {
		return nil, err
	}
	out := &Preview{Entries: p.sc.entries()}
	for _, d := range p.sc.documents {
		head := hex.EncodeToString(p.heads[d.ID].Blob.SHA256)
		pd := PreviewDocument{Document: d.ID, Reviewed: head, Digest: head, Pages: pagesOf(p.fields[d.ID])}
		if len(p.fields[d.ID]) > 0 {
			if pd.Digest, err = s.previewDigest(ctx, by.Org, p, d); err != nil {
				return nil, err
			}
		}
		out.Documents = append(out.Documents, pd)
	}
	return out, nil
}

// entries is the digest of what the recipient entered and had saved, lower-case hex SHA-256. An act that carries
// it is refused where something else was entered meanwhile, in another window for instance: nobody signs what
// they were not shown.
func (s *scene) entries() string {
	mine := s.mine("")
	slices.SortFunc(mine, func(a, b *envelope.Field) int { return strings.Compare(string(a.ID), string(b.ID)) })
	h := sha256.New()
	for _, f := range mine {
		if v := s.values[f.ID]; v != nil {
			fmt.Fprintf(h, "%s %d %s\n", f.ID, len(v.Data), v.Data)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func pagesOf(fields []method.Filled) []int {
	seen := make(map[int]bool)
	var out []int
	for _, f := range fields {
		if !seen[f.Field.Page] {
			seen[f.Field.Page] = true
			out = append(out, f.Field.Page)
		}
	}
	return out
}

func (s *Service) previewDigest(ctx context.Context, org id.Org, p *plan, d *envelope.Document) (string, error) {
	src, err := s.d.Vault.Open(ctx, org, p.heads[d.ID].Blob)
	if err != nil {
		return "", err
	}
	defer src.Close()
	h := sha256.New()
	if err := s.applyPreview(ctx, p.how, p.input(org, d, src), h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// previewer is implemented by methods whose act cannot be tried without effect: what they show is drawn the
// same but not signed.
type previewer interface {
	Preview(ctx context.Context, in method.Input, w io.Writer) error
}

func (s *Service) applyPreview(ctx context.Context, how method.Method, in method.Input, w io.Writer) error {
	if m, ok := how.(previewer); ok {
		return m.Preview(ctx, in, w)
	}
	return how.Apply(ctx, in, w)
}

// PreviewImage draws a page with the recipient's values as they are now.
func (s *Service) PreviewImage(ctx context.Context, by *access.Principal, document id.ID, page, dpi int, format string) ([]byte, error) {
	p, err := s.plan(ctx, by, false)
	if err != nil {
		return nil, err
	}
	d := p.sc.document(document)
	if d == nil {
		return nil, noDocument()
	}
	src, err := s.d.Vault.Open(ctx, by.Org, p.heads[d.ID].Blob)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	t := &tail{skip: src.Size()}
	if len(p.fields[d.ID]) > 0 {
		if err := s.applyPreview(ctx, p.how, p.input(by.Org, d, src), t); err != nil {
			return nil, err
		}
	}
	return s.d.Pages.PageImage(ctx, &grown{src, t.rest.Bytes()}, page, dpi, format)
}

// tail keeps what follows the first skip bytes written to it: the increment of a revision.
type tail struct {
	skip int64
	rest bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if drop := min(t.skip, int64(n)); drop > 0 {
		t.skip -= drop
		p = p[drop:]
	}
	t.rest.Write(p)
	return n, nil
}

// grown is a file with an increment that was not stored.
type grown struct {
	base envelope.File
	rest []byte
}

// Size is the length of both.
func (g *grown) Size() int64 { return g.base.Size() + int64(len(g.rest)) }

// ReadAt reads across the seam.
func (g *grown) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if off < g.base.Size() {
		want := min(int64(len(p)), g.base.Size()-off)
		var err error
		if n, err = g.base.ReadAt(p[:want], off); err != nil && (!errors.Is(err, io.EOF) || int64(n) < want) {
			return n, fmt.Errorf("ceremony: preview: %w", err)
		}
	}
	if n < len(p) {
		m, err := bytes.NewReader(g.rest).ReadAt(p[n:], off+int64(n)-g.base.Size())
		return n + m, err
	}
	return n, nil
}
