package evidence

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/validate"
)

// Validator judges files that somebody hands in. Nothing of them is kept.
type Validator struct {
	Anchors func(ctx context.Context) ([]*x509.Certificate, error)
	CRLs    func(ctx context.Context) ([][]byte, error) // of the installation's own issuers
	Fetcher validate.Fetcher                            // nil stays offline
	Clock   clock.Clock
}

// File validates the signatures of a PDF.
func (v *Validator) File(ctx context.Context, src io.ReaderAt, size int64) (*validate.Report, error) {
	anchors, err := v.Anchors(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: list anchors: %w", err)
	}
	crls, err := v.CRLs(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: list revocation lists: %w", err)
	}
	report, err := validate.File(ctx, src, size, validate.Options{Anchors: anchors, CRLs: crls, Fetcher: v.Fetcher, Now: v.Clock.Now()})
	if errors.Is(err, validate.ErrUnreadable) {
		return nil, problem.Wrap(err, problem.Malformed, "not_pdf", "The file cannot be read as a PDF.")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: validate: %w", err)
	}
	return report, nil
}
