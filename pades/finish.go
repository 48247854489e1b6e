package pades

import (
	"bytes"
	"context"
	"crypto"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// Finish writes the signed file: the one that was prepared, then the increment
// with the signature in its place. A token is asked for where p.Level wants
// one. Nothing is written before signature and token are known to be right and
// to fit; where the file turns out not to be the one that was prepared, what
// was written so far has to be dropped.
//
// For B-LT and B-LTA see FinishLong.
func Finish(ctx context.Context, src io.ReaderAt, p *Prepared, signature []byte, tsa tsp.Source, w io.Writer) (*Result, error) {
	return FinishLong(ctx, src, p, signature, tsa, Extension{Password: p.access.Password, Recipient: p.access.Recipient}, w)
}

// FinishLong is Finish for any level: where p.Level is B-LT or B-LTA, what ext's
// Collector finds, and a document time stamp, are appended behind the signature.
// Of ext, Level is not used.
func FinishLong(ctx context.Context, src io.ReaderAt, p *Prepared, signature []byte, tsa tsp.Source, ext Extension, w io.Writer) (*Result, error) {
	cert, chain, err := p.check(signature)
	if err != nil {
		return nil, fmt.Errorf("pades: finish: %w", err)
	}
	a := assembly{p: p, cert: cert, chain: chain, signature: signature}
	return a.finish(ctx, src, tsa, ext, w)
}

// finish makes what follows the file, and writes both.
func (a *assembly) finish(ctx context.Context, src io.ReaderAt, tsa tsp.Source, ext Extension, w io.Writer) (*Result, error) {
	if err := a.build(ctx, tsa); err != nil {
		return nil, err
	}
	tail, result, err := a.complete(ctx, newGrowth(src, a.p.FileSize, ext.access()), tsa, ext)
	if err != nil {
		return nil, fmt.Errorf("pades: finish: %w", err)
	}
	if result.SHA256, err = a.p.write(ctx, src, tail, w); err != nil {
		return nil, fmt.Errorf("pades: finish: %w", err)
	}
	return result, nil
}

// complete gives the increment with the signature, and what the level wants
// behind it.
func (a *assembly) complete(ctx context.Context, g *growth, tsa tsp.Source, ext Extension) ([]byte, *Result, error) {
	p := a.p
	result := &Result{
		Field: p.Field, ByteRange: p.ByteRange, Token: a.token, CMSSize: len(a.der), Algorithm: p.Algorithm,
	}
	g.shelf.knowsCertificates(append(a.chain, a.cert)...)
	if a.stamp != nil {
		g.shelf.knows(a.token, a.stamp)
		g.own = append(g.own, a.stamp.Certificates...)
		result.TimestampTime = a.stamp.Time
	}
	read := g.shelf.read
	if p.Level.reaches(LevelLT) {
		read = g.shelf.value // it is asked for again
	}
	result.Level = read(a.der).level(a.der)
	if p.CMS {
		result.Level = LevelPKCS7B.with(result.Level)
	}
	g.tail = a.filled()
	if p.Level.reaches(LevelLT) {
		if err := p.lengthen(ctx, g, tsa, ext, result); err != nil {
			return nil, nil, err
		}
	}
	result.Size = p.FileSize + int64(len(g.tail))
	return g.tail, result, nil
}

// lengthen appends validation data, and a document time stamp where p.Level has
// one, to the increment with the signature.
func (p *Prepared) lengthen(ctx context.Context, g *growth, tsa tsp.Source, ext Extension, result *Result) error {
	ext.Level = p.Level
	if ext.TimestampSize <= 0 && result.Token != nil {
		ext.TimestampSize = len(result.Token) + tokenMargin
	}
	g.known = result.TimestampTime
	e := &extender{g: g, tsa: tsa, ext: ext.complete(tsa)}
	grader, list, err := e.grader()
	if err != nil {
		return err
	}
	own := slices.DeleteFunc(list, func(s form.Signature) bool { return s.ByteRange != p.ByteRange })
	if err := e.collect(ctx, grader, own); err != nil {
		return fmt.Errorf("%w: %w", ErrLevel, err)
	}
	if p.Level == LevelLTA {
		if err := e.stamp(ctx); err != nil {
			return err
		}
	}
	result.DocumentTimestamps = e.stamps
	result.Level, err = e.reached(p)
	return err
}

// reached is the level of the new signature, from the bytes.
func (e *extender) reached(p *Prepared) (Level, error) {
	g, _, err := e.grader()
	if err != nil {
		return LevelNone, err
	}
	for _, l := range g.levels() {
		if l.Field == p.Field && l.Level.reaches(p.Level) {
			return l.Level, nil
		}
	}
	return LevelNone, fmt.Errorf("%w: what was made does not reach %s", ErrLevel, p.Level)
}

// check makes sure that a stored Prepared is whole and that the signature is
// one of its certificate over its attributes.
func (p *Prepared) check(signature []byte) (*x509.Certificate, []*x509.Certificate, error) {
	if p.FileSize < 0 || !p.gapInIncrement() || !p.Digest.Available() || p.Digest != p.Algorithm.Hash() {
		return nil, nil, fmt.Errorf("%w: damaged", ErrChanged)
	}
	certs, err := p.certificates()
	if err != nil {
		return nil, nil, err
	}
	if err := signer.Verify(certs[0].PublicKey, p.Algorithm, p.Attributes, signature); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return certs[0], certs[1:], nil
}

// certificates gives Certificate and Chain, parsed.
func (p *Prepared) certificates() ([]*x509.Certificate, error) {
	if p.parsed != nil {
		return p.parsed, nil
	}
	var certs []*x509.Certificate
	for _, der := range append([][]byte{p.Certificate}, p.Chain...) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		certs = append(certs, c)
	}
	return certs, nil
}

// assembly makes the CMS of one signature.
type assembly struct {
	p         *Prepared
	cert      *x509.Certificate
	chain     []*x509.Certificate
	signature []byte
	foreign   *cms.SignedData // made elsewhere; nil where it is made here
	token     []byte
	stamp     *tsp.Token // token, parsed; nil where there is none
	der       []byte
	consume   bool // the increment of p is not needed any more
}

func (a *assembly) build(ctx context.Context, tsa tsp.Source) error {
	stamped := a.p.Level != LevelB
	err := a.encode()
	var overflow *OverflowError
	if errors.As(err, &overflow) && stamped {
		overflow.Need += a.p.TokenSize // so that the next attempt has room for it as well
	}
	if err != nil || !stamped {
		return err
	}
	if err := a.timestamp(ctx, tsa); err != nil {
		return fmt.Errorf("pades: finish: %w", err)
	}
	return a.encode(a.token)
}

// encode fails with an OverflowError, bare, where the result does not fit.
func (a *assembly) encode(tokens ...[]byte) error {
	der, err := a.cms(tokens)
	if err != nil {
		return fmt.Errorf("pades: finish: %w", err)
	}
	if room := int(a.p.ByteRange[2]-a.p.ByteRange[1]-2) / 2; len(der) > room {
		return &OverflowError{Have: room, Need: len(der)}
	}
	a.der = der
	return nil
}

// cms is the SignedData with the tokens over its signature.
func (a *assembly) cms(tokens [][]byte) ([]byte, error) {
	switch {
	case a.foreign != nil && len(tokens) > 0:
		return a.foreign.AddUnsigned(cms.OIDSignatureTimeStamp(), tokens...)
	case a.foreign != nil:
		return a.der, nil
	case len(tokens) > 0:
		return cms.Build(a.p.Attributes, a.p.Algorithm, a.signature, a.cert, a.chain, cms.WithUnsigned(cms.OIDSignatureTimeStamp(), tokens...))
	}
	return cms.Build(a.p.Attributes, a.p.Algorithm, a.signature, a.cert, a.chain)
}

// timestamp gets a token over the signature value.
func (a *assembly) timestamp(ctx context.Context, tsa tsp.Source) error {
	if tsa == nil {
		return fmt.Errorf("%w: %w", ErrTimestamp, ErrNoAuthority)
	}
	hash := stampHash(a.p.Digest)
	raw, token, err := askToken(ctx, tsa, hash, imprint(hash, a.signature))
	if err != nil {
		return err
	}
	if err := fresh(token, a.p.SigningTime); err != nil {
		return err
	}
	a.token, a.stamp = raw, token
	return nil
}

// stampHash is the digest for time stamps of a signature: few authorities know
// SHA-3, so SHA-2 of the same size stands in for it.
func stampHash(h crypto.Hash) crypto.Hash {
	switch h {
	case crypto.SHA3_256:
		return crypto.SHA256
	case crypto.SHA3_384:
		return crypto.SHA384
	case crypto.SHA3_512:
		return crypto.SHA512
	}
	return h
}

// clockSkew is how far the clocks of a signer and an authority may differ.
const clockSkew = 10 * time.Minute

// fresh refuses a token that says it is older than what it stamps.
func fresh(token *tsp.Token, after time.Time) error {
	if token.Time.Before(after.Add(-clockSkew)) {
		return fmt.Errorf("%w: %w", ErrTimestamp, ErrOldTimestamp)
	}
	return nil
}

// write copies the file and what was made for it, and returns the digest of both. It
// checks on the way that file and increment are those that were prepared.
func (p *Prepared) write(ctx context.Context, src io.ReaderAt, tail []byte, w io.Writer) ([]byte, error) {
	d := newDigests(p.Digest)
	if err := d.copy(ctx, w, src, p.FileSize); err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(d.file.Sum(nil), p.FileSHA256) != 1 {
		return nil, ErrChanged
	}
	message, err := d.ranges(p)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(p.Attributes, message) {
		return nil, fmt.Errorf("%w: the increment does not fit the signed attributes", ErrChanged)
	}
	if _, err := w.Write(tail); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return d.whole(tail)
}

// filled is the increment with the CMS in its gap; what remains of the gap
// stays zeros.
func (a *assembly) filled() []byte {
	tail := a.p.Increment
	if !a.consume {
		tail = bytes.Clone(tail)
	}
	hex.Encode(tail[a.p.ByteRange[1]-a.p.FileSize+1:], a.der)
	return tail
}
