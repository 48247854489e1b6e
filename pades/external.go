package pades

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/tsp"
)

// ErrAttributes says that a CMS made elsewhere is no PAdES signature, which has no
// signing time and names its certificate (EN 319 142-1 section 6.3). Prepared with
// Options.CMS it would be taken.
var ErrAttributes = errors.New("the attributes of the CMS are not those of PAdES")

// FinishCMS is FinishLong for a service that makes the whole CMS SignedData
// itself: detached, over the document's digest, by the certificate that was
// prepared for, with the attributes that PAdES asks for.
func FinishCMS(ctx context.Context, src io.ReaderAt, p *Prepared, der []byte, tsa tsp.Source, ext Extension, w io.Writer) (*Result, error) {
	data, err := p.accept(der)
	if err != nil {
		return nil, fmt.Errorf("pades: finish: %w", err)
	}
	a := assembly{p: p, signature: data.Signers[0].Signature, foreign: data, der: der, cert: data.Certificate()}
	return a.finish(ctx, src, tsa, ext, w)
}

// accept checks a CMS that was made elsewhere.
func (p *Prepared) accept(der []byte) (*cms.SignedData, error) {
	if p.FileSize < 0 || !p.gapInIncrement() || !p.Digest.Available() || len(p.MessageDigest) != p.Digest.Size() {
		return nil, fmt.Errorf("%w: damaged", ErrChanged)
	}
	data, err := cms.Parse(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	verified, err := data.Verify(func(h crypto.Hash) ([]byte, error) {
		if h != p.Digest {
			return nil, errors.New("another digest than was prepared")
		}
		return p.MessageDigest, nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	case !bytes.Equal(verified.Certificate.Raw, p.Certificate):
		return nil, fmt.Errorf("%w: by another certificate", ErrSignature)
	case !p.CMS && len(cms.Find(data.Signers[0].Signed, cms.OIDSigningTime())) > 0:
		return nil, fmt.Errorf("%w: it has a signing time; a plain CMS signature may have one", ErrAttributes)
	case !p.CMS && verified.Binding != cms.BindingV2:
		return nil, fmt.Errorf("%w: it has no signing-certificate-v2", ErrAttributes)
	}
	return data, nil
}
