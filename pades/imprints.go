package pades

import (
	"context"
	"crypto"
	"hash"
	"io"

	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/tsp"
)

// imprints knows which document time stamps are over the bytes that they claim.
// Each one covers what the one before it covered and more, so that a file is
// read once however many there are, and never where there is none. What was
// found stays true while a file grows.
type imprints struct {
	ahead map[crypto.Hash]*prefix
	found map[int64]*tsp.Token // by where the value stands; nil where it does not fit
}

// prefix is the digest of the first bytes of a file.
type prefix struct {
	sum hash.Hash
	at  int64
}

// token is that of a document time stamp, nil where it is none or stamps
// something else.
func (p *imprints) token(src io.ReaderAt, s form.Signature) *tsp.Token {
	if s.SubFilter != subFilterTimestamp || s.Err != nil {
		return nil
	}
	if token, ok := p.found[s.ContentsOffset]; ok {
		return token
	}
	token := p.read(src, s)
	keep(&p.found, s.ContentsOffset, token)
	return token
}

func (p *imprints) read(src io.ReaderAt, s form.Signature) *tsp.Token {
	r := s.ByteRange
	if r[0] != 0 || r[1] != s.ContentsOffset || r[2] != s.ContentsEnd || s.Revision < 0 {
		return nil
	}
	token, err := tsp.ParseToken(s.Contents)
	if err != nil || !token.Hash.Available() {
		return nil
	}
	sum, err := p.sum(src, r, token.Hash)
	if err != nil {
		return nil
	}
	if _, err := token.Verify(token.Hash, sum); err != nil {
		return nil
	}
	return token
}

func (p *imprints) sum(src io.ReaderAt, r [4]int64, h crypto.Hash) ([]byte, error) {
	ahead := p.ahead[h]
	if ahead == nil || ahead.at > r[1] {
		ahead = &prefix{sum: h.New()}
		keep(&p.ahead, h, ahead)
	}
	ctx := context.Background() // the file is at hand; its size bounds this
	if err := feed(ctx, ahead.sum, io.NewSectionReader(src, ahead.at, r[1]-ahead.at), r[1]-ahead.at); err != nil {
		delete(p.ahead, h)
		return nil, err
	}
	ahead.at = r[1]
	own, err := cloned(ahead.sum)
	if err != nil {
		return nil, err
	}
	if err := feed(ctx, own, io.NewSectionReader(src, r[2], r[3]), r[3]); err != nil {
		return nil, err
	}
	return own.Sum(nil), nil
}
