package pades

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// ErrLevel says that a level cannot be reached; the error that it wraps, or that
// wraps it, says why.
var ErrLevel = errors.New("level cannot be reached")

// ErrUnsigned says that there is no signature to extend.
var ErrUnsigned = errors.New("file bears no signature")

// Extension says how far to lift the signatures of a file.
type Extension struct {
	Level         Level          // LevelT, LevelLT or LevelLTA
	Collector     *pki.Collector // finds what B-LT keeps; required from there on
	Digest        crypto.Hash    // of document time stamps; 0 is SHA-256
	TimestampSize int            // bytes of the largest token seen from this authority; 0 assumes a generous one
	Password      string         // of an encrypted file
}

// Extended describes a file whose signatures were lifted.
type Extended struct {
	Levels     []FieldLevel // of every signature, from the bytes
	Size       int64        // bytes of the whole file
	SHA256     []byte       // of the whole file
	Timestamps []time.Time  // of the document time stamps that were added
	TokenSize  int          // bytes of the largest token
}

// Extend lifts every signature of a file to a level and writes the file with
// what was appended. A B-B signature gets a document time stamp first, which
// makes it B-T; one that is B-LTA already gets the validation data of its last
// time stamp and another one over it, which renews it. Nothing is written before
// all of that is there.
func Extend(ctx context.Context, src io.ReaderAt, size int64, tsa tsp.Source, ext Extension, w io.Writer) (*Extended, error) {
	g := newGrowth(src, size, ext.Password)
	e := &extender{g: g, tsa: tsa, ext: ext.complete()}
	if err := e.run(ctx); err != nil {
		return nil, fmt.Errorf("pades: extend: %w", err)
	}
	return e.write(ctx, w)
}

func (x Extension) complete() Extension {
	if x.Digest == 0 {
		x.Digest = crypto.SHA256
	}
	if x.TimestampSize <= 0 {
		x.TimestampSize = defaultTokenSize
	}
	return x
}

type extender struct {
	g      *growth
	tsa    tsp.Source
	ext    Extension
	stamps []time.Time
	token  int
}

func (e *extender) run(ctx context.Context) error {
	switch e.ext.Level {
	case LevelT, LevelLT, LevelLTA:
	default:
		return fmt.Errorf("%w: %q is none to extend to", ErrLevel, e.ext.Level)
	}
	list, levels, err := e.read()
	if err != nil {
		return err
	}
	if len(levels) == 0 {
		return ErrUnsigned
	}
	for _, s := range list {
		if s.Err != nil {
			return fmt.Errorf("%w: signature %s cannot be read: %w", ErrLevel, s.Field, s.Err)
		}
	}
	return e.lift(ctx, list, levels)
}

// read opens what there is so far.
func (e *extender) read() ([]form.Signature, []FieldLevel, error) {
	file, err := e.g.open()
	if err != nil {
		return nil, nil, err
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, nil, err
	}
	levels, err := LevelsOf(file, list)
	return list, levels, err
}

func (e *extender) lift(ctx context.Context, list []form.Signature, levels []FieldLevel) error {
	if anyUnstamped(levels) {
		if err := e.stamp(ctx); err != nil {
			return err
		}
		var err error
		if list, _, err = e.read(); err != nil {
			return err
		}
	}
	if e.ext.Level == LevelT {
		return nil
	}
	if err := e.collect(ctx, list); err != nil {
		return fmt.Errorf("%w: %w", ErrLevel, err)
	}
	if e.ext.Level == LevelLT {
		return nil
	}
	return e.stamp(ctx)
}

func anyUnstamped(levels []FieldLevel) bool {
	for _, l := range levels {
		if l.Level == LevelB || l.Level == LevelPKCS7B {
			return true
		}
	}
	return false
}

func (e *extender) stamp(ctx context.Context) error {
	s, err := e.g.addStamp(ctx, e.tsa, e.ext.Digest, e.ext.TimestampSize)
	if err != nil {
		return err
	}
	e.stamps = append(e.stamps, s.token.Time)
	e.token = max(e.token, len(s.raw))
	return nil
}

// collect appends what every signature and time stamp of the file needs.
func (e *extender) collect(ctx context.Context, list []form.Signature) error {
	c := e.ext.Collector
	if c == nil {
		return errors.New("no source of validation data given")
	}
	file, err := e.g.open()
	if err != nil {
		return err
	}
	c.Know(material(file))
	for _, s := range list {
		if s.UsageRights {
			continue
		}
		if err := e.gather(ctx, c, s, stampedAt(list, s)); err != nil {
			return fmt.Errorf("%s: %w", s.Field, err)
		}
	}
	return e.g.update(func(file *pdf.File, u *pdf.Update) error { return addMaterial(file, u, c.Material()) })
}

// gather collects for one signature or document time stamp, which is known to
// have existed at a time.
func (e *extender) gather(ctx context.Context, c *pki.Collector, s form.Signature, known time.Time) error {
	data, err := cms.Parse(s.Contents)
	if err != nil {
		return err
	}
	c.Pool = append(c.Pool, data.Certificates...)
	if s.SubFilter == subFilterTimestamp {
		token, err := tsp.ParseToken(s.Contents)
		if err != nil {
			return err
		}
		return e.gatherToken(ctx, c, token)
	}
	cert := data.Certificate()
	if cert == nil {
		return errors.New("its certificate is not in it")
	}
	for _, token := range tokensOf(data) {
		if err := e.gatherToken(ctx, c, token); err != nil {
			return err
		}
		known = earlier(known, token.Time)
	}
	if known.IsZero() {
		known = c.Now
	}
	return c.Add(ctx, cert, known)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func (e *extender) gatherToken(ctx context.Context, c *pki.Collector, token *tsp.Token) error {
	c.Pool = append(c.Pool, token.SignedData().Certificates...)
	cert := token.SignedData().Certificate()
	if cert == nil {
		return errors.New("time stamp: its certificate is not in it")
	}
	if err := c.Add(ctx, cert, token.Time, x509.ExtKeyUsageTimeStamping); err != nil {
		return fmt.Errorf("time stamp: %w", err)
	}
	return nil
}

// stampedAt is the time of the first document time stamp over a signature, zero
// where there is none.
func stampedAt(list []form.Signature, s form.Signature) time.Time {
	for _, later := range list {
		if later.SubFilter != subFilterTimestamp || later.End() <= s.End() {
			continue
		}
		if token, err := tsp.ParseToken(later.Contents); err == nil {
			return token.Time
		}
	}
	return time.Time{}
}

// tokensOf are the time stamps over a signature's value.
func tokensOf(data *cms.SignedData) []*tsp.Token {
	var tokens []*tsp.Token
	for _, info := range data.Signers {
		for _, attribute := range info.Unsigned {
			if !attribute.Type.Equal(cms.OIDSignatureTimeStamp()) {
				continue
			}
			for _, raw := range attribute.Values {
				if token, err := tsp.ParseToken(raw); err == nil {
					tokens = append(tokens, token)
				}
			}
		}
	}
	return tokens
}

// write checks what was reached and writes it.
func (e *extender) write(ctx context.Context, w io.Writer) (*Extended, error) {
	_, levels, err := e.read()
	if err != nil {
		return nil, fmt.Errorf("pades: extend: what would be written cannot be read: %w", err)
	}
	for _, l := range levels {
		if !l.Level.reaches(e.ext.Level) {
			return nil, fmt.Errorf("pades: extend: %w: %s reaches %s, not %s", ErrLevel, l.Field, l.Level, e.ext.Level)
		}
	}
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	if err := feed(ctx, out, e.g.src, e.g.size); err != nil {
		return nil, fmt.Errorf("pades: extend: %w", err)
	}
	if _, err := io.Copy(out, bytes.NewReader(e.g.tail)); err != nil {
		return nil, fmt.Errorf("pades: extend: write: %w", err)
	}
	return &Extended{
		Levels: levels, Size: e.g.whole().length(), SHA256: sum.Sum(nil), Timestamps: e.stamps, TokenSize: e.token,
	}, nil
}

// reaches reports a level at least as high as another.
func (l Level) reaches(other Level) bool { return l.rank() >= other.rank() }

func (l Level) rank() int {
	switch l {
	case LevelB, LevelPKCS7B:
		return 1
	case LevelT, LevelPKCS7T:
		return 2
	case LevelLT, LevelPKCS7LT:
		return 3
	case LevelLTA, LevelPKCS7LTA:
		return 4
	}
	return 0
}
