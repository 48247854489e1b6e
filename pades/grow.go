package pades

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/consigil/consigil/pdf"
)

// growth is a file with the increments that were made for it and not written
// yet. Only the increments lie in memory.
type growth struct {
	src    io.ReaderAt
	size   int64                     // bytes of src
	tail   []byte                    // the increments
	access pdf.Options               // to an encrypted file
	known  time.Time                 // of the last time stamp; zero where there is none
	read   *digests                  // over src; nil where it was not read yet
	sums   map[crypto.Hash]hash.Hash // over src and tail
	seen   *imprints                 // its document time stamps
	shelf  *shelf
	own    []*x509.Certificate // of the authorities that were asked
	opened *pdf.File           // the last one
}

func newGrowth(src io.ReaderAt, size int64, access pdf.Options) *growth {
	return &growth{src: src, size: size, access: access, seen: &imprints{}, shelf: &shelf{}}
}

func (g *growth) whole() joined { return joined{first: g.src, size: g.size, rest: g.tail} }

func (g *growth) open() (*pdf.File, error) {
	w := g.whole()
	if g.opened != nil && g.opened.Size() == w.length() {
		return g.opened, nil
	}
	access := g.access
	access.Strict = true
	file, err := pdf.Open(w, w.length(), access)
	g.opened = file
	return file, err
}

// add appends an increment.
func (g *growth) add(increment []byte) {
	g.tail = append(g.tail, increment...)
	for _, sum := range g.sums {
		sum.Write(increment)
	}
}

// update appends what build puts into an update; nothing where it puts nothing.
func (g *growth) update(build func(*pdf.File, *pdf.Update) error) error {
	file, err := g.open()
	if err != nil {
		return err
	}
	u := pdf.NewUpdate(file)
	if err := build(file, u); err != nil || u.Empty() {
		return err
	}
	increment, err := written(u)
	if err != nil {
		return err
	}
	g.add(increment)
	return nil
}

// knows takes over the digests of src, so that it need not be read again.
func (g *growth) knows(d *digests) {
	g.read = d
}

// sum is the running digest of everything so far; the source is read once for
// each algorithm.
func (g *growth) sum(ctx context.Context, h crypto.Hash) (hash.Hash, error) {
	running, ok := g.sums[h]
	if !ok {
		var err error
		if running, err = g.source(ctx, h); err != nil {
			return nil, err
		}
		running.Write(g.tail)
		keep(&g.sums, h, running)
	}
	return cloned(running)
}

// source is the digest of src.
func (g *growth) source(ctx context.Context, h crypto.Hash) (hash.Hash, error) {
	switch {
	case g.read == nil:
	case h == crypto.SHA256:
		return cloned(g.read.file)
	case h == g.read.hash:
		return cloned(g.read.signed)
	}
	sum := h.New()
	return sum, feed(ctx, sum, g.src, g.size)
}

func cloned(h hash.Hash) (hash.Hash, error) {
	cloner, ok := h.(hash.Cloner)
	if !ok {
		return nil, errors.New("hash cannot be copied")
	}
	return cloner.Clone()
}

// feed writes size bytes of src to w.
func feed(ctx context.Context, w io.Writer, src io.ReaderAt, size int64) error {
	buf := make([]byte, min(size, 256<<10))
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := buf[:min(int64(len(buf)), size-at)]
		if n, err := src.ReadAt(part, at); n < len(part) {
			return fmt.Errorf("%w: read at byte %d: %w", ErrChanged, at, err)
		}
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		at += int64(len(part))
	}
	return nil
}
