package validate

import (
	"crypto"
	"crypto/x509"
	"errors"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/tsp"
)

// clockSkew is how far the clocks of an authority and ours may differ.
const clockSkew = 5 * time.Minute

// token is a time stamp with what is known of it.
type token struct {
	kind    string // signature or document
	time    time.Time
	cert    *x509.Certificate
	err     error // malformed, or imprint or signature do not fit
	weak    bool  // imprint, digest or signature can be forged today
	chain   chain
	verdict *finding // nil where it passed, once judged
	judged  bool
}

// valid reports whether the token proves its time.
func (t *token) valid() bool { return t.judged && t.verdict == nil }

// signatureStamps reads the signature-time-stamp attributes (EN 319 122-1
// section 5.3).
func (g *gatherer) signatureStamps(e *evidence) {
	if len(e.data.Signers) != 1 {
		return
	}
	info := e.data.Signers[0]
	for _, attribute := range cms.Find(info.Unsigned, cms.OIDSignatureTimeStamp()) {
		for _, raw := range attribute.Values {
			t := g.readToken(raw, "signature", func(h crypto.Hash) ([]byte, error) {
				hasher := h.New()
				hasher.Write(info.Signature)
				return hasher.Sum(nil), nil
			})
			e.tokens = append(e.tokens, t)
		}
	}
}

// documentStamp reads a DocTimeStamp (EN 319 142-1 section 5.4.3), whose token
// is the CMS itself.
func (g *gatherer) documentStamp(e *evidence, digest func(crypto.Hash) ([]byte, error)) error {
	e.tokens = []*token{g.readToken(e.data.Raw, "document", digest)}
	return g.ctx.Err()
}

func (g *gatherer) readToken(raw []byte, kind string, imprint func(crypto.Hash) ([]byte, error)) *token {
	t := &token{kind: kind}
	parsed, err := tsp.ParseToken(raw)
	if err != nil {
		t.err = err
		return t
	}
	t.time = parsed.Time
	g.world.addCMS(parsed.SignedData())
	if !parsed.Hash.Available() {
		t.err = cms.ErrAlgorithm
		return t
	}
	sum, err := imprint(parsed.Hash)
	if err != nil {
		t.err = err
		return t
	}
	t.cert, t.err = parsed.Verify(parsed.Hash, sum)
	t.weak = t.err == nil && errors.Is(parsed.CheckSigner(), tsp.ErrWeak)
	return t
}

// judgeToken completes a token with its chain at the moment by which it is
// known to have existed, and judges it.
func (g *gatherer) judgeToken(t *token, proof moment) {
	t.judged = true
	if t.err == nil {
		t.chain = g.world.chainOf(g.ctx, t.cert, proof.at, x509.ExtKeyUsageTimeStamping)
	}
	t.verdict = checkToken(t, proof)
}

// brokenStamp reports a document time stamp that is none: it is judged like a
// signature, so that a signature that only calls itself a time stamp cannot
// make a file look unsigned.
func (e *evidence) brokenStamp() bool {
	return !e.layout.sound() || len(e.tokens) == 0 || e.tokens[0].err != nil
}
