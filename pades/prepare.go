package pades

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// defaultTokenSize is the room kept for the token of an authority that was
// never seen: twice what a token with a chain of RSA-4096 certificates takes.
const defaultTokenSize = 12 << 10

// Prepare reads the file once and lays out a signature over it.
func Prepare(ctx context.Context, src io.ReaderAt, size int64, opt Options) (*Prepared, error) {
	opt, err := opt.complete()
	if err != nil {
		return nil, err
	}
	p, err := lay(src, size, opt)
	if err != nil {
		return nil, err
	}
	d := newDigests(p.Digest)
	if err := d.copy(ctx, io.Discard, src, size); err != nil {
		return nil, fmt.Errorf("pades: prepare: %w", err)
	}
	return p, p.bind(d)
}

// lay makes the increment; what is signed is known once the file was read.
func lay(src io.ReaderAt, size int64, opt Options) (*Prepared, error) {
	file, err := pdf.Open(src, size, opt.access())
	if err != nil {
		return nil, fmt.Errorf("pades: prepare: %w", err)
	}
	l := layout{opt: opt, update: pdf.NewUpdate(file)}
	if err := l.build(file); err != nil {
		return nil, err
	}
	p, err := l.prepared(size)
	if err != nil {
		return nil, err
	}
	if file.Repaired() {
		if err := p.reopens(src, opt.access()); err != nil {
			return nil, fmt.Errorf("pades: prepare: %w", err)
		}
	}
	return p, nil
}

// complete fills in what Options leave open, and refuses what cannot be.
func (opt Options) complete() (Options, error) {
	if opt.Certificate == nil {
		return opt, errors.New("pades: prepare: no certificate")
	}
	if opt.Time.IsZero() {
		return opt, errors.New("pades: prepare: no signing time")
	}
	if err := opt.checkCertificate(); err != nil {
		return opt, fmt.Errorf("pades: prepare: %w", err)
	}
	if opt.Algorithm == signer.Unknown {
		alg, err := signer.DefaultAlgorithm(opt.Certificate.PublicKey, opt.Digest)
		if err != nil {
			return opt, fmt.Errorf("pades: prepare: %w", err)
		}
		opt.Algorithm = alg
	}
	if opt.Digest != 0 && opt.Digest != opt.Algorithm.Hash() {
		return opt, fmt.Errorf("pades: prepare: %w: digest %v with %v", signer.ErrUnsupported, opt.Digest, opt.Algorithm)
	}
	opt.Digest = opt.Algorithm.Hash()
	return opt.completeLevel()
}

// checkCertificate refuses a certificate with which a signature would be born
// invalid: outside its validity, or not meant for signatures (RFC 5280 section
// 4.2.1.3).
func (opt Options) checkCertificate() error {
	c := opt.Certificate
	switch {
	case opt.AllowExpired:
	case opt.Time.Before(c.NotBefore):
		return fmt.Errorf("%w: before %s", pki.ErrNotYetValid, c.NotBefore.UTC().Format(time.RFC3339))
	case opt.Time.After(c.NotAfter):
		return fmt.Errorf("%w: on %s", pki.ErrExpired, c.NotAfter.UTC().Format(time.RFC3339))
	}
	if !opt.AllowUsage && !pki.MaySign(c) {
		return fmt.Errorf("%w: the certificate is not for signatures", pki.ErrUsage)
	}
	return nil
}

func (opt Options) completeLevel() (Options, error) {
	switch opt.Level {
	case LevelNone, LevelB:
		opt.Level = LevelB
	case LevelT, LevelLT, LevelLTA:
		if opt.TimestampSize <= 0 {
			opt.TimestampSize = defaultTokenSize
		}
	default:
		return opt, fmt.Errorf("pades: prepare: %w: %q is none to sign at", ErrLevel, opt.Level)
	}
	if opt.Reserve <= 0 {
		opt.Reserve = opt.estimate()
	}
	return opt, nil
}

func (opt Options) estimate() int {
	token := 0
	if opt.Level != LevelB {
		token = opt.TimestampSize
	}
	certs := append([]*x509.Certificate{opt.Certificate}, opt.Chain...)
	return cms.EstimateSize(certs, opt.Algorithm, token)
}

// incrementRoom is what a small increment takes beside its gap.
const incrementRoom = 2 << 10

// prepared writes the increment and notes where its gaps are.
func (l *layout) prepared(size int64) (*Prepared, error) {
	var buf bytes.Buffer
	buf.Grow(l.contents.Len() + incrementRoom)
	if _, err := l.update.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("pades: prepare: %w", err)
	}
	p := &Prepared{
		FileSize: size, Increment: buf.Bytes(),
		Digest: l.opt.Digest, Algorithm: l.opt.Algorithm,
		Certificate: l.opt.Certificate.Raw,
		Field:       l.field, Level: l.opt.Level, TokenSize: l.opt.TimestampSize, SigningTime: l.opt.Time, access: l.opt.access(), CMS: l.opt.CMS,
	}
	p.parsed = append([]*x509.Certificate{l.opt.Certificate}, l.opt.Chain...)
	for _, c := range l.opt.Chain {
		p.Chain = append(p.Chain, c.Raw)
	}
	start := l.contents.Offset
	end := start + int64(l.contents.Len())
	p.ByteRange = [4]int64{0, start, end, size + int64(buf.Len()) - end}
	return p, l.fillByteRange(p)
}

// fillByteRange overwrites the placeholder of /ByteRange, padded with spaces to
// its length.
func (l *layout) fillByteRange(p *Prepared) error {
	text := byteRangeText(p.ByteRange)
	at := l.byteRange.Offset - p.FileSize
	if len(text) > byteRangeRoom || at < 0 || at+int64(byteRangeRoom) > int64(len(p.Increment)) || !p.gapInIncrement() {
		return errors.New("pades: prepare: increment does not hold its placeholders")
	}
	copy(p.Increment[at:], text)
	return nil
}

// gapInIncrement reports whether the ranges leave out one hexadecimal string of
// the increment and nothing else.
func (p *Prepared) gapInIncrement() bool {
	start, end := p.ByteRange[1]-p.FileSize, p.ByteRange[2]-p.FileSize
	n := int64(len(p.Increment))
	return p.ByteRange[0] == 0 && start >= 0 && start+2 <= end && end <= n &&
		p.Increment[start] == '<' && p.Increment[end-1] == '>' && p.ByteRange[3] == n-end
}

// bind completes p with the digests of the file it was laid out for.
func (p *Prepared) bind(d *digests) error {
	message, err := d.ranges(p)
	if err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	p.FileSHA256, p.MessageDigest = d.file.Sum(nil), message
	attrs := cms.SignedAttributes{
		MessageDigest: message, Digest: p.Digest, Certificate: p.parsed[0], Algorithm: p.Algorithm,
	}
	if p.Attributes, err = attrs.DER(); err != nil {
		return fmt.Errorf("pades: prepare: %w", err)
	}
	return nil
}

// digests runs over the file the hash that names it and the one that is
// signed; they are one where both are SHA-256.
type digests struct {
	hash   crypto.Hash // of signed
	file   hash.Hash
	signed hash.Hash
}

func newDigests(signed crypto.Hash) *digests {
	d := &digests{hash: signed, file: crypto.SHA256.New()}
	d.signed = d.file
	if signed != crypto.SHA256 {
		d.signed = signed.New()
	}
	return d
}

// copy moves size bytes of src to w and both digests. It fails where src is
// shorter or longer.
func (d *digests) copy(ctx context.Context, w io.Writer, src io.ReaderAt, size int64) error {
	out := io.MultiWriter(w, d.file)
	if d.signed != d.file {
		out = io.MultiWriter(w, d.file, d.signed)
	}
	if err := feed(ctx, out, src, size); err != nil {
		return err
	}
	if n, _ := src.ReadAt(make([]byte, 1), size); n > 0 {
		return fmt.Errorf("%w: it has grown", ErrChanged)
	}
	return nil
}

// ranges is the digest that is signed: of the file, and the increment without
// its gap. The state of d stays that of the file.
func (d *digests) ranges(p *Prepared) ([]byte, error) {
	h, err := cloned(d.signed)
	if err != nil {
		return nil, err
	}
	h.Write(p.Increment[:p.ByteRange[1]-p.FileSize])
	h.Write(p.Increment[p.ByteRange[2]-p.FileSize:])
	return h.Sum(nil), nil
}

// whole is the SHA-256 of the file and what follows it.
func (d *digests) whole(tail []byte) ([]byte, error) {
	h, err := cloned(d.file)
	if err != nil {
		return nil, err
	}
	h.Write(tail)
	return h.Sum(nil), nil
}
