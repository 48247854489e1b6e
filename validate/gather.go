package validate

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// evidence is everything known of one signature or document time stamp before
// anything is judged.
type evidence struct {
	sig    form.Signature
	level  pades.Level
	layout layout // where its bytes stand in the file

	data      *cms.SignedData // nil where dataErr
	dataErr   error
	verified  *cms.Verified // nil where verifyErr
	verifyErr error

	tokens []*token // over the signature value, or the document time stamp itself
	stamp  bool     // a document time stamp
	chain  chain    // of the signer, at best

	best      time.Time // earliest time at which the signature is proven to exist
	proven    bool      // best comes from a valid time stamp, not from the clock
	notBefore time.Time // it covers a valid time stamp of this time: it was made later

	now time.Time
}

// gatherer walks one file.
type gatherer struct {
	ctx   context.Context
	file  *pdf.File
	src   io.ReaderAt
	opt   Options
	world *world
	ahead map[crypto.Hash]prefix // digests of the file's start, for the next signature
}

// open reads the file without repair. A file that only opens with repair must
// bear no signature; one that does is handed back as damaged.
func open(src io.ReaderAt, size int64, opt Options) (file *pdf.File, damaged bool, err error) {
	access := pdf.Options{Password: opt.Password, Recipient: opt.Recipient, Strict: true}
	file, strictErr := pdf.Open(src, size, access)
	if strictErr == nil {
		return file, false, nil
	}
	access.Strict = false
	file, err = pdf.Open(src, size, access)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return file, true, nil
}

// all gathers the evidence of every signature, newest last.
func (g *gatherer) all(list []form.Signature) ([]*evidence, error) {
	g.world.addSecurityStore(g.file)
	var found []*evidence
	for _, s := range list {
		if s.UsageRights {
			continue
		}
		e := &evidence{sig: s, now: g.opt.Now, stamp: s.SubFilter == subFilterTimestamp}
		if err := g.one(e); err != nil {
			return nil, err
		}
		found = append(found, e)
	}
	if err := g.levels(list, found); err != nil {
		return nil, err
	}
	g.times(found)
	return found, g.ctx.Err()
}

// levels notes each signature's level. Which document time stamps fit is known by
// now.
func (g *gatherer) levels(list []form.Signature, found []*evidence) error {
	fitting := map[int64]bool{}
	for _, e := range found {
		fitting[e.sig.ContentsOffset] = e.stamp && !e.brokenStamp()
	}
	levels, err := pades.LevelsWith(g.file, list, func(s form.Signature) bool { return fitting[s.ContentsOffset] })
	if err != nil {
		return err
	}
	for _, e := range found {
		if !e.stamp && len(levels) > 0 {
			e.level, levels = levels[0].Level, levels[1:]
		}
	}
	return nil
}

// one reads the CMS of a signature and checks its digest and value.
func (g *gatherer) one(e *evidence) error {
	e.layout = g.layoutOf(e.sig)
	if e.sig.Err == nil {
		e.data, e.dataErr = cms.Parse(e.sig.Contents)
	}
	if e.data == nil {
		return nil // the evidence says why
	}
	e.layout.paddingZero = len(bytes.Trim(e.sig.Contents[min(e.data.Size, len(e.sig.Contents)):], "\x00")) == 0
	g.world.addCMS(e.data)
	digest := func(h crypto.Hash) ([]byte, error) { return g.digest(e.sig.ByteRange, h) }
	if e.stamp {
		return g.documentStamp(e, digest)
	}
	e.verified, e.verifyErr = verify(e, digest, g.opt.Certificates)
	g.signatureStamps(e)
	return g.ctx.Err()
}

// verify checks digest and signature value. The old adbe.pkcs7.sha1 signs the
// SHA-1 digest of the ranges as its content.
func verify(e *evidence, digest func(crypto.Hash) ([]byte, error), extra []*x509.Certificate) (*cms.Verified, error) {
	if e.sig.SubFilter != subFilterSHA1 {
		if !e.data.Detached {
			return nil, errEnveloped
		}
		return e.data.Verify(digest, extra...)
	}
	sum, err := digest(crypto.SHA1)
	if err != nil {
		return nil, err
	}
	if string(sum) != string(e.data.Content) {
		return nil, cms.ErrDigest
	}
	return e.data.Verify(nil, extra...)
}

// times fills in when each signature is proven to have existed, from the newest
// to the oldest: a document time stamp proves all that it covers, and so the
// time stamps in there are judged at its time rather than now.
func (g *gatherer) times(found []*evidence) {
	proof := moment{at: g.opt.Now}
	for i := len(found) - 1; i >= 0; i-- {
		e := found[i]
		if !e.layout.sound() {
			e.best, e.proven = g.opt.Now, false
			continue
		}
		e.best, e.proven = proof.at, proof.proven
		for _, t := range e.tokens {
			g.judgeToken(t, proof)
			if t.valid() && t.time.Before(e.best) {
				e.best, e.proven = t.time, true
			}
		}
		if e.stamp {
			proof = moment{at: e.best, proven: e.proven}
			continue
		}
		if e.verified != nil {
			e.chain = g.world.chainOf(g.ctx, e.verified.Certificate, e.best)
		}
	}
	floors(found)
}

// moment is a time and whether a time stamp proves it.
type moment struct {
	at     time.Time
	proven bool
}

// floors notes, for each signature, the latest valid time stamp among what it
// covers: it cannot be older than that.
func floors(found []*evidence) {
	var floor time.Time
	for _, e := range found {
		e.notBefore = floor
		if !e.layout.sound() {
			continue
		}
		for _, t := range e.tokens {
			if t.valid() && t.time.After(floor) {
				floor = t.time
			}
		}
	}
}
