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
	"slices"
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
	Recipient     pdf.Recipient  // opens a file that was encrypted for certificates
}

// Extended describes a file whose signatures were lifted.
type Extended struct {
	Levels     []FieldLevel // of every signature, from the bytes
	Size       int64        // bytes of the whole file
	SHA256     []byte       // of the whole file
	Timestamps []time.Time  // of the document time stamps that were added
	TokenSize  int          // bytes of the largest token

	// NoChanges tells of a certification that allows no changes (DocMDP 1).
	// ISO 32000-2 section 12.8.2.2.2 lets validation data and time stamps follow
	// it, and so does Extend; some viewers mind them all the same.
	NoChanges bool
}

// Extend lifts every signature of a file to a level and writes the file with
// what was appended. A B-B signature gets a document time stamp first, which
// makes it B-T; one that is B-LTA already gets the validation data of its last
// time stamp and another one over it, which renews it; what an earlier one is over
// stays as it is. Locks and certifications of earlier signatures forbid none of
// this. Nothing is written before all of that is there; where one signature cannot
// be lifted, the error names it and what it lacks.
//
// Where a token is larger than the room kept for it, another one is asked for:
// the room is part of what a document time stamp is over. So the room follows the
// largest of Extension.TimestampSize, tokens seen before, and what a source with
// a TokenSize method says.
func Extend(ctx context.Context, src io.ReaderAt, size int64, tsa tsp.Source, ext Extension, w io.Writer) (*Extended, error) {
	g := newGrowth(src, size, ext.access())
	e := &extender{g: g, tsa: tsa, ext: ext.complete(tsa)}
	if err := e.run(ctx); err != nil {
		return nil, fmt.Errorf("pades: extend: %w", err)
	}
	return e.write(ctx, w)
}

func (x Extension) complete(tsa tsp.Source) Extension {
	if x.Digest == 0 {
		x.Digest = crypto.SHA256
	}
	if x.TimestampSize <= 0 {
		x.TimestampSize = seenSize(tsa)
	}
	if x.TimestampSize <= 0 {
		x.TimestampSize = defaultTokenSize
	}
	return x
}

// seenSize is the room for a token of an authority whose tokens were seen before,
// 0 for others.
func seenSize(tsa tsp.Source) int {
	if s, ok := tsa.(tsp.Sized); ok && s.TokenSize() > 0 {
		return s.TokenSize() + tokenMargin
	}
	return 0
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
	g, list, err := e.grader()
	if err != nil {
		return err
	}
	levels := g.levels()
	if len(levels) == 0 {
		return ErrUnsigned
	}
	if err := liftable(list, levels); err != nil {
		return err
	}
	return e.lift(ctx, g, list, anyUnstamped(levels))
}

// liftable names the signature that stands in the way of all.
func liftable(list []form.Signature, levels []FieldLevel) error {
	for _, s := range list {
		if s.Err != nil {
			return fmt.Errorf("%w: signature %q cannot be read: %w", ErrLevel, s.Field, s.Err)
		}
	}
	for _, l := range levels {
		if l.Level == LevelNone {
			return fmt.Errorf("%w: signature %q is no CMS with one signer", ErrLevel, l.Field)
		}
	}
	return nil
}

// grader opens what there is so far.
func (e *extender) grader() (*grader, []form.Signature, error) {
	file, err := e.g.open()
	if err != nil {
		return nil, nil, err
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, nil, err
	}
	fits := func(s form.Signature) bool { return e.g.seen.token(e.g.whole(), s) != nil }
	return newGrader(file, list, fits, e.g.shelf), list, nil
}

func (e *extender) lift(ctx context.Context, g *grader, list []form.Signature, unstamped bool) error {
	if unstamped {
		if err := e.stamp(ctx); err != nil {
			return err
		}
		var err error
		if g, list, err = e.grader(); err != nil {
			return err
		}
	}
	if e.ext.Level == LevelT {
		return nil
	}
	if err := e.collect(ctx, g, list); err != nil {
		return fmt.Errorf("%w: %w", ErrLevel, err)
	}
	if e.ext.Level == LevelLT {
		return nil
	}
	return e.stamp(ctx)
}

func anyUnstamped(levels []FieldLevel) bool {
	return slices.ContainsFunc(levels, func(l FieldLevel) bool { return !l.Level.reaches(LevelT) })
}

func (e *extender) stamp(ctx context.Context) error {
	s, err := e.g.addStamp(ctx, e.tsa, e.ext.Digest, max(e.ext.TimestampSize, e.token+tokenMargin))
	if err != nil {
		return err
	}
	e.stamps = append(e.stamps, s.token.Time)
	e.token = max(e.token, len(s.raw))
	return nil
}

// tokenMargin is by how much the next token of an authority may be larger, bytes.
const tokenMargin = 256

// collect appends what the signatures and time stamps in list need.
func (e *extender) collect(ctx context.Context, g *grader, list []form.Signature) error {
	c := e.ext.Collector
	if c == nil {
		return errors.New("no source of validation data given")
	}
	if c.Checks == nil {
		c.Checks = pki.NewChecks()
	}
	g.shelf.checks = c.Checks.Fork()
	c.Own = append(c.Own, e.g.own...)
	c.Know(material(g.file))
	for _, p := range g.parts {
		c.Know(carried(p))
	}
	c.Ahead(ctx, signersOf(own(g.parts, list))...)
	again := false
	for _, p := range own(g.parts, list) {
		if err := e.gather(ctx, c, g, p); err != nil {
			return fmt.Errorf("%s: %w", p.sig.Field, err)
		}
		again = again || p.sig.SubFilter != subFilterTimestamp && !g.storedAfter(p.sig.End(), g.file)
	}
	return e.g.update(func(file *pdf.File, u *pdf.Update) error { return addMaterial(file, u, c.Material(), again) })
}

// own are the parts that are in a list, usage rights apart.
func own(parts []*part, list []form.Signature) []*part {
	return slices.DeleteFunc(slices.Clone(parts), func(p *part) bool {
		return p.sig.UsageRights || !slices.ContainsFunc(list, func(s form.Signature) bool { return s.ContentsOffset == p.sig.ContentsOffset })
	})
}

// signersOf are the certificates that signed, and those of the time stamps.
func signersOf(parts []*part) (signers []*x509.Certificate) {
	for _, p := range parts {
		if p.data == nil {
			continue
		}
		all := []*x509.Certificate{p.data.Certificate()}
		for _, token := range p.tokens {
			all = append(all, token.SignedData().Certificate())
		}
		for _, c := range all {
			if c != nil {
				signers = append(signers, c)
			}
		}
	}
	return signers
}

// carried is what a signature or time stamp, and the time stamps over its value,
// bring along.
func carried(p *part) pki.Material {
	if p.data == nil {
		return pki.Material{}
	}
	m := carriedBy(p.data)
	for _, token := range p.tokens {
		t := carriedBy(token.SignedData())
		m.Certificates, m.CRLs, m.OCSP = append(m.Certificates, t.Certificates...), append(m.CRLs, t.CRLs...), append(m.OCSP, t.OCSP...)
	}
	return m
}

func carriedBy(data *cms.SignedData) pki.Material {
	m := pki.Material{Certificates: slices.Clone(data.Certificates), CRLs: slices.Clone(data.CRLs), OCSP: slices.Clone(data.OCSPResponses)}
	for i := range data.Signers {
		crls, ocsp := data.Signers[i].RevocationArchive()
		m.CRLs, m.OCSP = append(m.CRLs, crls...), append(m.OCSP, ocsp...)
	}
	return m
}

// gather collects for one signature or document time stamp, and the time stamps
// over its value. What an archive time stamp is over, with all that it needs,
// stays as it is: after years nobody answers for it any more.
func (e *extender) gather(ctx context.Context, c *pki.Collector, g *grader, p *part) error {
	if p.data == nil {
		return errors.New("its value cannot be read")
	}
	if p.sig.SubFilter == subFilterTimestamp {
		token := g.shelf.token(p.sig.Contents)
		if token == nil {
			return errors.New("it cannot be read")
		}
		return e.gatherToken(ctx, c, g, p, token)
	}
	known := time.Time{}
	for _, d := range g.stampsOver(p) {
		if token := g.shelf.token(d.sig.Contents); token != nil {
			known = earlier(known, token.Time)
		}
	}
	for _, token := range p.tokens {
		if err := e.gatherToken(ctx, c, g, p, token); err != nil {
			return err
		}
		known = earlier(known, token.Time)
	}
	if known.IsZero() {
		known = c.Now
	}
	return e.add(ctx, c, g, p, p.data, known)
}

// add collects for the signer of a CMS that stands in a part.
func (e *extender) add(ctx context.Context, c *pki.Collector, g *grader, p *part, data *cms.SignedData, at time.Time, usage ...x509.ExtKeyUsage) error {
	cert := data.Certificate()
	if cert == nil {
		return errNoCertificate
	}
	if g.kept(p.sig.End(), data) {
		return nil
	}
	return c.Add(ctx, cert, at, usage...)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func (e *extender) gatherToken(ctx context.Context, c *pki.Collector, g *grader, p *part, token *tsp.Token) error {
	if err := e.add(ctx, c, g, p, token.SignedData(), token.Time, x509.ExtKeyUsageTimeStamping); err != nil {
		return fmt.Errorf("time stamp: %w", err)
	}
	return nil
}

// write checks what was reached and writes it.
func (e *extender) write(ctx context.Context, w io.Writer) (*Extended, error) {
	g, _, err := e.grader()
	if err != nil {
		return nil, fmt.Errorf("pades: extend: what would be written cannot be read: %w", err)
	}
	levels := g.levels()
	for i, l := range levels {
		if !l.Level.reaches(e.ext.Level) {
			return nil, fmt.Errorf("pades: extend: %w: %s reaches %s, not %s: %w", ErrLevel, l.Field, l.Level, e.ext.Level, g.lacks(g.signatures()[i]))
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
		NoChanges: g.noChanges(),
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
