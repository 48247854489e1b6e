package validate

import (
	"crypto"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/consigil/consigil/cms"
)

// prefix is the digest of the file's first bytes. Each signature covers what
// the one before it covered and a little more, so that the file is read once
// however many there are.
type prefix struct {
	hash hash.Hash
	at   int64 // bytes
}

// digest hashes the two signed ranges.
func (g *gatherer) digest(r [4]int64, h crypto.Hash) ([]byte, error) {
	if !h.Available() {
		return nil, cms.ErrAlgorithm
	}
	hasher, err := g.start(r, h)
	if err != nil {
		return nil, err
	}
	if err := g.feed(hasher, r[2], r[3]); err != nil {
		return nil, err
	}
	return hasher.Sum(nil), nil
}

// start hashes the first range, from where the last signature left off.
func (g *gatherer) start(r [4]int64, h crypto.Hash) (hash.Hash, error) {
	p, ok := g.ahead[h]
	if !ok || r[0] != 0 || r[1] < p.at {
		p = prefix{hash: h.New(), at: r[0]}
	}
	if err := g.feed(p.hash, p.at, r[0]+r[1]-p.at); err != nil {
		return nil, err
	}
	cloner, ok := p.hash.(hash.Cloner)
	if !ok || r[0] != 0 {
		return p.hash, nil
	}
	clone, err := cloner.Clone()
	if err != nil {
		return nil, fmt.Errorf("validate: copy digest: %w", err)
	}
	g.ahead[h] = prefix{hash: p.hash, at: r[1]}
	return clone, nil
}

// feed hashes n bytes of the file.
func (g *gatherer) feed(hasher hash.Hash, from, n int64) error {
	buf := make([]byte, min(n, 256<<10))
	for end := from + n; from < end; {
		part := buf[:min(int64(len(buf)), end-from)]
		if read, err := g.src.ReadAt(part, from); read < len(part) {
			return fmt.Errorf("validate: read signed bytes: %w", unexpected(err))
		}
		if err := g.ctx.Err(); err != nil {
			return err
		}
		hasher.Write(part)
		from += int64(len(part))
	}
	return nil
}

func unexpected(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
