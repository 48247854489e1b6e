package pades

import (
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/tsp"
)

// stamp is a document time stamp in the making (EN 319 142-1 section 5.4.3).
type stamp struct {
	hash    crypto.Hash
	reserve int       // bytes kept for the token
	after   time.Time // what it stamps is known to have existed then; zero where nothing is known
	token   *tsp.Token
	raw     []byte
	field   string
}

// addStamp appends a document time stamp over everything so far. Where the token
// is larger than the room, it asks once more with room for it: the token is over
// the byte ranges, and so over where the room ends.
func (g *growth) addStamp(ctx context.Context, tsa tsp.Source, hash crypto.Hash, reserve int) (*stamp, error) {
	if tsa == nil {
		return nil, fmt.Errorf("%w: %w", ErrTimestamp, ErrNoAuthority)
	}
	s := &stamp{hash: hash, reserve: max(reserve, seenSize(tsa)), after: g.known}
	err := s.append(ctx, g, tsa)
	var overflow *OverflowError
	if errors.As(err, &overflow) {
		s.reserve = overflow.Need + 512
		err = s.append(ctx, g, tsa)
	}
	return s, err
}

func (s *stamp) append(ctx context.Context, g *growth, tsa tsp.Source) error {
	increment, gap, err := s.layOut(g)
	if err != nil {
		return err
	}
	sum, err := g.sum(ctx, s.hash)
	if err != nil {
		return err
	}
	sum.Write(increment[:gap.start])
	sum.Write(increment[gap.end:])
	if err := s.ask(ctx, tsa, sum.Sum(nil)); err != nil {
		return err
	}
	if room := (gap.end - gap.start - 2) / 2; len(s.raw) > room {
		return &OverflowError{Have: room, Need: len(s.raw)}
	}
	hex.Encode(increment[gap.start+1:], s.raw)
	g.shelf.knows(s.raw, s.token)
	g.own = append(g.own, s.token.Certificates...)
	keep(&g.seen.found, g.whole().length()+int64(gap.start), s.token)
	g.add(increment)
	g.known = s.token.Time
	return nil
}

func (s *stamp) ask(ctx context.Context, tsa tsp.Source, imprint []byte) error {
	var err error
	s.raw, s.token, err = askToken(ctx, tsa, s.hash, imprint)
	if err != nil {
		return err
	}
	return fresh(s.token, s.after)
}

// askToken gets a token and checks it before it is embedded. Its chain is the
// validator's question.
func askToken(ctx context.Context, tsa tsp.Source, hash crypto.Hash, imprint []byte) (raw []byte, token *tsp.Token, err error) {
	if source, ok := tsa.(tsp.TokenSource); ok {
		if token, err = source.TimestampToken(ctx, hash, imprint); err == nil {
			raw = token.Raw
		}
	} else if raw, err = tsa.Timestamp(ctx, hash, imprint); err == nil {
		token, err = tsp.ParseToken(raw)
	}
	if err == nil {
		_, err = token.Verify(hash, imprint)
	}
	if err == nil {
		err = token.CheckSigner()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrTimestamp, err)
	}
	return raw, token, nil
}

// gap is where the hexadecimal string stands in an increment.
type gap struct{ start, end int }

// layOut makes the increment with an empty token.
func (s *stamp) layOut(g *growth) ([]byte, gap, error) {
	file, err := g.open()
	if err != nil {
		return nil, gap{}, err
	}
	if err := permitted(file, true); err != nil {
		return nil, gap{}, err
	}
	existing, err := form.Read(file)
	if err != nil {
		return nil, gap{}, err
	}
	l := layout{update: pdf.NewUpdate(file), opt: Options{Reserve: s.reserve, Time: time.Unix(0, 0), signedBefore: true}}
	l.field = freeName(existing)
	s.field = l.field
	ref, err := form.AddSignatureField(l.update, form.SignatureField{Name: l.field, Signing: true})
	if err != nil {
		return nil, gap{}, err
	}
	if err := l.stampField(file, ref); err != nil {
		return nil, gap{}, err
	}
	increment, err := written(l.update)
	if err != nil {
		return nil, gap{}, err
	}
	return increment, l.finishRange(increment, file.Size()), nil
}

// stampField gives the field its value, /Type /DocTimeStamp: of a signature's
// entries it has only those that the table in EN 319 142-1 section 5.4.3 allows.
func (l *layout) stampField(file *pdf.File, ref pdf.Ref) error {
	field, err := l.dict(ref)
	if err != nil {
		return err
	}
	d := l.signature(file, nil)
	delete(d, "M")
	d["Type"], d["SubFilter"] = pdf.Name("DocTimeStamp"), pdf.Name(subFilterTimestamp)
	value := l.update.Alloc()
	l.update.Put(value, d)
	field = field.Clone()
	field["V"] = value
	l.update.Put(ref, field)
	if err := form.SetSigFlags(l.update, sigFlags); err != nil {
		return err
	}
	catalog, err := l.update.Catalog()
	if err != nil {
		return err
	}
	if declare(file, l.update, catalog) {
		l.update.Put(file.CatalogRef(), catalog)
	}
	return nil
}

// finishRange writes /ByteRange into an increment that begins at an offset.
func (l *layout) finishRange(increment []byte, base int64) gap {
	start := l.contents.Offset - base
	end := start + int64(l.contents.Len())
	copy(increment[l.byteRange.Offset-base:], byteRangeText([4]int64{0, base + start, base + end, int64(len(increment)) - end}))
	return gap{start: int(start), end: int(end)}
}
