package evidence

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/validate"
)

// Validator judges files that somebody hands in. Nothing of them is kept.
type Validator struct {
	Anchors func(ctx context.Context) ([]*x509.Certificate, error)
	CRLs    func(ctx context.Context) ([][]byte, error) // of the installation's own issuers
	Fetcher validate.Fetcher                            // nil stays offline
	Clock   clock.Clock
	Guard   Guard   // nil: none
	Origins Origins // nil: nothing is known of any file
}

// Guard judges hostile bytes in a child process with memory and time caps first. *intake.Pool satisfies it.
type Guard interface {
	Judge(ctx context.Context, src intake.Source, anchors []*x509.Certificate) error
}

// File validates the signatures of a PDF.
func (v *Validator) File(ctx context.Context, src io.ReaderAt, size int64) (*validate.Report, error) {
	anchors, err := v.Anchors(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: list anchors: %w", err)
	}
	if v.Guard != nil {
		if err := v.Guard.Judge(ctx, io.NewSectionReader(src, 0, size), anchors); err != nil {
			return nil, err
		}
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
