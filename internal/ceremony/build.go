package ceremony

import (
	"cmp"
	"context"
	"encoding/hex"
	"io"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
)

// plan is an act worked out from a snapshot: what is to be built upon which revisions.
type plan struct {
	sc     *scene
	heads  map[id.ID]*envelope.Revision // of every document
	known  map[id.ID][]string           // digests of every revision that recipients were shown
	fields map[id.ID][]method.Filled    // by document
	how    method.Method
	now    time.Time
}

// plan reads a snapshot. complete asks that every required field has a value.
func (s *Service) plan(ctx context.Context, by *access.Principal, complete bool) (*plan, error) {
	p := &plan{now: s.d.Clock.Now()}
	err := s.view(ctx, by, envelope.OpAct, func(tx envelope.Tx, sc *scene) error {
		if err := sc.mayAct(); err != nil {
			return err
		}
		p.sc = sc
		return p.read(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.how, ok = s.d.Methods.Find(p.sc.me.Method); !ok {
		return nil, problem.New(problem.Unavailable, "method", "This way of signing is not available here at the moment.")
	}
	p.fields, err = s.filled(p.sc, p.now, complete)
	return p, err
}

func (p *plan) read(ctx context.Context, tx envelope.Tx) error {
	p.heads, p.known = make(map[id.ID]*envelope.Revision), make(map[id.ID][]string)
	for _, d := range p.sc.documents {
		all, err := tx.Revisions(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Kind == envelope.Converted || r.Kind == envelope.Original && !d.SignedUpload {
				continue
			}
			p.known[d.ID] = append(p.known[d.ID], hex.EncodeToString(r.Blob.SHA256))
			if r.Number == d.Head {
				p.heads[d.ID] = r
			}
		}
		if p.heads[d.ID] == nil {
			return problem.New(problem.Internal, "internal", "Something went wrong on our side.")
		}
	}
	return nil
}

// concerned lists the documents in which the recipient has fields, in their order.
func (p *plan) concerned() []*envelope.Document {
	var out []*envelope.Document
	for _, d := range p.sc.documents {
		if len(p.fields[d.ID]) > 0 {
			out = append(out, d)
		}
	}
	return out
}

func (p *plan) input(org id.Org, d *envelope.Document, src envelope.File) method.Input {
	return method.Input{
		Org: org, Envelope: p.sc.e, Document: d, Recipient: p.sc.me, Source: src, Fields: p.fields[d.ID], Now: p.now,
	}
}

// built is the revision of one document that an act makes; its bytes are durable.
type built struct {
	document *envelope.Document
	base     *envelope.Revision
	blob     envelope.Blob
}

// build makes the bytes of the act's revisions, outside every transaction.
func (s *Service) build(ctx context.Context, org id.Org, p *plan) ([]built, error) {
	var out []built
	for _, d := range p.concerned() {
		blob, err := s.buildOne(ctx, org, p, d)
		if err != nil {
			s.discard(ctx, org, out)
			return nil, err
		}
		out = append(out, built{d, p.heads[d.ID], blob})
	}
	return out, nil
}

func (s *Service) buildOne(ctx context.Context, org id.Org, p *plan, d *envelope.Document) (envelope.Blob, error) {
	src, err := s.d.Vault.Open(ctx, org, p.heads[d.ID].Blob)
	if err != nil {
		return envelope.Blob{}, err
	}
	defer src.Close()
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := p.how.Apply(ctx, p.input(org, d, src), w)
		w.CloseWithError(err)
		done <- err
	}()
	blob, err := s.d.Vault.Put(ctx, org, r)
	r.CloseWithError(cmp.Or(err, io.ErrClosedPipe)) // a full disk is told as such, not as the pipe that it broke
	if cause := <-done; cause != nil && err != nil {
		return envelope.Blob{}, cause
	}
	return blob, err
}

// discard deletes bytes that no commit has named yet. What fails here is left to the sweep of orphans.
func (s *Service) discard(ctx context.Context, org id.Org, all []built) {
	for _, b := range all {
		_ = s.d.Vault.Delete(context.WithoutCancel(ctx), org, b.blob)
	}
}
