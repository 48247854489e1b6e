package pades

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// Sign writes the signed file. It reads src once: the file goes to w while it is
// hashed, and what was made for it follows. Where the signature turns out larger
// than the room kept for it, only the increment is laid out and signed again,
// without another time stamp where none was asked for yet.
//
// Where Sign fails, what was written to w so far is to be dropped.
func Sign(ctx context.Context, src io.ReaderAt, size int64, s signer.Signer, tsa tsp.Source, opt Options, w io.Writer) (*Result, error) {
	if opt.TimestampSize <= 0 {
		opt.TimestampSize = seenSize(tsa)
	}
	opt, err := opt.complete()
	if err != nil {
		return nil, err
	}
	j := &signing{src: src, size: size, key: s, tsa: tsa, opt: opt}
	p, err := lay(src, size, opt)
	if err != nil {
		return nil, err
	}
	if j.lasting() {
		opt.Collector.Expect(ctx, opt.Certificate, opt.Chain)
	}
	j.read = newDigests(p.Digest)
	if err := j.read.copy(ctx, w, src, size); err != nil {
		return nil, fmt.Errorf("pades: sign: %w", err)
	}
	tail, result, err := j.attempts(ctx, p)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(tail); err != nil {
		return nil, fmt.Errorf("pades: sign: write: %w", err)
	}
	if result.SHA256, err = j.read.whole(tail); err != nil {
		return nil, fmt.Errorf("pades: sign: %w", err)
	}
	return result, nil
}

// signing is one run of Sign.
type signing struct {
	src  io.ReaderAt
	size int64
	key  signer.Signer
	tsa  tsp.Source
	opt  Options
	read *digests // of the file
}

// lasting reports that revocation data will be gathered.
func (j *signing) lasting() bool { return j.opt.Level.reaches(LevelLT) && j.opt.Collector != nil }

// attempts signs what was laid out; once more with room where there was none.
func (j *signing) attempts(ctx context.Context, p *Prepared) ([]byte, *Result, error) {
	tail, result, err := j.attempt(ctx, p)
	var overflow *OverflowError
	if !errors.As(err, &overflow) {
		return tail, result, err
	}
	opt := j.opt
	opt.Reserve = overflow.Need + 512 // a second token may be a little larger
	if p, err = lay(j.src, j.size, opt); err != nil {
		return nil, nil, err
	}
	return j.attempt(ctx, p)
}

func (j *signing) attempt(ctx context.Context, p *Prepared) ([]byte, *Result, error) {
	if err := p.bind(j.read); err != nil {
		return nil, nil, err
	}
	signature, err := j.key.Sign(ctx, p.Algorithm, p.ToBeSigned())
	if err != nil {
		return nil, nil, fmt.Errorf("pades: sign: %w", err)
	}
	if err := j.check(p, signature); err != nil {
		return nil, nil, fmt.Errorf("pades: sign: %w", err)
	}
	if j.lasting() {
		j.opt.Collector.Ahead(ctx, p.parsed[0]) // while the time stamp is asked for; it is newer than the signature
	}
	a := &assembly{p: p, cert: p.parsed[0], chain: p.parsed[1:], signature: signature, consume: true}
	if err := a.build(ctx, j.tsa); err != nil {
		return nil, nil, err
	}
	g := newGrowth(j.src, j.size, j.opt.access())
	g.knows(j.read)
	ext := Extension{Collector: j.opt.Collector, Password: j.opt.Password, Recipient: j.opt.Recipient}
	tail, result, err := a.complete(ctx, g, j.tsa, ext)
	if err != nil {
		return nil, nil, fmt.Errorf("pades: sign: %w", err)
	}
	return tail, result, nil
}

// check makes sure that the signature is one of the certificate. What a key in this
// process makes is taken as right where the keys are one pair: checking it again
// would take longer than signing.
func (j *signing) check(p *Prepared, signature []byte) error {
	if !signer.InProcess(j.key) {
		_, _, err := p.check(signature)
		return err
	}
	if !signer.Matches(p.parsed[0], j.key.Public()) {
		return fmt.Errorf("%w: the key is not that of the certificate", ErrSignature)
	}
	return nil
}
