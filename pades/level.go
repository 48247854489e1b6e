package pades

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// FieldLevel is the level that one signature of a file reaches.
type FieldLevel struct {
	Field string // full name
	Level Level
}

// AchievedLevel tells from the bytes alone which level each signature has the
// parts for, by EN 319 142-1 section 6.3. B-T has a time stamp over the
// signature's value, or a document time stamp over the signature; B-LT has, for
// every certificate of the signer and of these time stamps up to a self-signed
// one or the topmost authority there, the issuer's certificate and a CRL or an
// OCSP answer of it; B-LTA has a document time stamp over a revision where all of
// that is there. Material of others, or added after the time stamp, does not
// count. A signature that is not made as the baseline wants it is PKCS7-*.
//
// It says nothing about validity: not whether the file was changed, a
// certificate is trusted or revoked, or revocation data are fresh. Document time
// stamps and usage rights are not signatures and are not listed. A file with
// document time stamps is read whole, once.
func AchievedLevel(src io.ReaderAt, size int64) ([]FieldLevel, error) {
	file, err := pdf.Open(src, size, pdf.Options{Strict: true})
	if err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	return LevelsOf(file, list)
}

// LevelsOf is AchievedLevel for a file that is open already.
func LevelsOf(file *pdf.File, list []form.Signature) ([]FieldLevel, error) {
	seen := &imprints{}
	return LevelsWith(file, list, func(s form.Signature) bool { return seen.token(file.Source(), s) != nil })
}

// LevelsWith is LevelsOf for a caller who knows which document time stamps are
// over the bytes that they claim: the file is not read for that again.
func LevelsWith(file *pdf.File, list []form.Signature, fits func(form.Signature) bool) ([]FieldLevel, error) {
	if _, err := file.Catalog(); err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	return newGrader(file, list, fits, &shelf{}).levels(), nil
}

func (g *grader) levels() []FieldLevel {
	var levels []FieldLevel
	for _, p := range g.signatures() {
		levels = append(levels, FieldLevel{Field: p.sig.Field, Level: g.level(p)})
	}
	return levels
}

func (g *grader) signatures() []*part {
	return slices.DeleteFunc(slices.Clone(g.parts), func(p *part) bool {
		return p.sig.SubFilter == subFilterTimestamp || p.sig.UsageRights
	})
}

// with is another level of the same kind of signature.
func (l Level) with(other Level) Level {
	_, step, _ := strings.Cut(string(other), "-")
	if strings.HasPrefix(string(l), "PKCS7-") {
		return Level("PKCS7-" + step)
	}
	return Level("B-" + step)
}

const (
	subFilterPAdES     = "ETSI.CAdES.detached"
	subFilterCMS       = "adbe.pkcs7.detached"
	subFilterTimestamp = "ETSI.RFC3161"
)

// maxStores is how many revisions' stores are read: the newest ones tell.
const maxStores = 64

// grader finds the levels of one file's signatures.
type grader struct {
	file  *pdf.File
	parts []*part // in the order of what they cover
	fits  func(form.Signature) bool
	shelf *shelf
	held  map[int64]*pki.Holdings // by where a revision ends

	contents map[int64]string // of stores, by where a revision ends
}

// part is a signature or a document time stamp.
type part struct {
	sig    form.Signature
	data   *cms.SignedData // nil where it cannot be read
	tokens []*tsp.Token    // over its value
	fits   *bool           // of a document time stamp, once asked
}

func newGrader(file *pdf.File, list []form.Signature, fits func(form.Signature) bool, shelf *shelf) *grader {
	g := &grader{file: file, fits: fits, shelf: shelf, held: map[int64]*pki.Holdings{}, contents: map[int64]string{}}
	for _, s := range list {
		p := &part{sig: s}
		if s.Err == nil {
			p.read(shelf)
		}
		g.parts = append(g.parts, p)
	}
	return g
}

// read takes the value apart; where that cannot be done there is no level.
func (p *part) read(shelf *shelf) {
	if p.sig.SubFilter == subFilterTimestamp {
		if token := shelf.token(p.sig.Contents); token != nil {
			p.data = token.SignedData()
			return
		}
	}
	value := shelf.value(p.sig.Contents)
	p.data = value.data
	if p.sig.SubFilter != subFilterTimestamp {
		p.tokens = value.tokens
	}
}

func (g *grader) level(p *part) Level {
	if p.data == nil || len(p.data.Signers) != 1 {
		return LevelNone
	}
	level := LevelPKCS7B
	if baselineCMS(p.sig.Contents, p.data) && baselineDict(g.file, p.sig, &p.data.Signers[0]) {
		level = LevelB
	}
	stamps := g.stampsOver(p)
	if len(p.tokens) == 0 && len(stamps) == 0 {
		return level
	}
	switch {
	case g.store(g.file) == nil:
		return level.with(LevelT)
	case g.archived(p, stamps):
		return level.with(LevelLTA)
	case g.complete(p, g.file, stamps) == nil:
		return level.with(LevelLT)
	}
	return level.with(LevelT)
}

// stampsOver are the document time stamps over a signature, oldest first.
func (g *grader) stampsOver(p *part) []*part {
	var stamps []*part
	for _, d := range g.parts {
		if d.sig.End() > p.sig.End() && g.stamps(d) {
			stamps = append(stamps, d)
		}
	}
	return stamps
}

// stamps reports a document time stamp over the bytes that it claims.
func (g *grader) stamps(d *part) bool {
	if d.sig.SubFilter != subFilterTimestamp || d.data == nil {
		return false
	}
	if d.fits == nil {
		ok := g.fits(d.sig)
		d.fits = &ok
	}
	return *d.fits
}

// archived reports a document time stamp over a revision that has all there is
// to validate the signature. The newest is the likeliest.
func (g *grader) archived(p *part, stamps []*part) bool {
	for i := len(stamps) - 1; i >= 0; i-- {
		below, err := g.file.Before(stamps[i].sig.End())
		if err == nil && g.complete(p, below, stamps[:i+1]) == nil {
			return true
		}
	}
	return false
}

var errNoStore = errors.New("no validation data are in the file")

var errOldStore = errors.New("the validation data in the file are older than the signature")

// complete says what a revision lacks to validate a signature and the time
// stamps over it, nil for nothing. A store counts for a signature where it was
// written after it: what lay there before was collected for others. The last document time stamp is what
// the next one is for: it needs no material where another proves the time.
func (g *grader) complete(p *part, revision *pdf.File, stamps []*part) error {
	h := g.store(revision)
	switch {
	case h == nil:
		return errNoStore
	case !g.storedAfter(p.sig.End(), revision):
		return errOldStore
	}
	if len(stamps) > 0 && len(stamps)+len(p.tokens) > 1 {
		stamps = stamps[:len(stamps)-1]
	}
	if err := completeCMS(h, p.data); err != nil {
		return err
	}
	for _, token := range p.tokens {
		if err := completeCMS(h, token.SignedData()); err != nil {
			return fmt.Errorf("time stamp: %w", err)
		}
	}
	for _, d := range stamps {
		if err := completeCMS(h, d.data); err != nil {
			return fmt.Errorf("document time stamp %s: %w", d.sig.Field, err)
		}
	}
	return nil
}

// lacks says what keeps a signature from the next level.
func (g *grader) lacks(p *part) error {
	stamps := g.stampsOver(p)
	if len(p.tokens)+len(stamps) == 0 {
		return errors.New("no time stamp is over it")
	}
	if err := g.complete(p, g.file, stamps); err != nil {
		return err
	}
	return errors.New("no time stamp is over its validation data")
}

// kept reports whether a later document time stamp is over all that one of the
// parts needs: what runs out from then on does no harm.
func (g *grader) kept(end int64, data *cms.SignedData) bool {
	for i := len(g.parts) - 1; i >= 0; i-- {
		d := g.parts[i]
		if d.sig.End() <= end || !g.stamps(d) {
			continue
		}
		below, err := g.file.Before(d.sig.End())
		if err != nil {
			continue
		}
		if h := g.store(below); h != nil && g.storedAfter(end, below) && completeCMS(h, data) == nil {
			return true
		}
	}
	return false
}

// storedAfter reports a store to which something was added after the first bytes
// of the file.
func (g *grader) storedAfter(end int64, revision *pdf.File) bool {
	before, ok := g.contents[end]
	if !ok {
		if old, err := g.file.Before(end); err == nil {
			before = storeContents(old)
		}
		g.contents[end] = before
	}
	return before != storeContents(revision)
}

func completeCMS(h *pki.Holdings, data *cms.SignedData) error {
	cert := data.Certificate()
	if cert == nil {
		return errNoCertificate
	}
	return h.Complete(cert)
}

var errNoCertificate = errors.New("its certificate is not in it")

// store is what lies in the security store of a revision and in the signatures
// up to there; nil without a store.
func (g *grader) store(revision *pdf.File) *pki.Holdings {
	end := revision.Size()
	if h, ok := g.held[end]; ok {
		return h
	}
	if len(g.held) == maxStores {
		return nil
	}
	h := g.shelf.store(revision)
	g.held[end] = h
	if h == nil {
		return nil
	}
	for _, p := range g.parts {
		if p.data == nil || p.sig.End() > end {
			continue
		}
		g.shelf.putCMS(h, p.data)
		for _, token := range p.tokens {
			g.shelf.putCMS(h, token.SignedData())
		}
	}
	return h
}

func imprint(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}
