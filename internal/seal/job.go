package seal

import (
	"context"
	"io"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/tsp"
)

var errStarting = problem.New(problem.Unavailable, "seal_starting", "The seal is starting; try again shortly.")

func (s *Service) sealDocument(ctx context.Context, job schedule.Job) error { return errStarting }

// SelfTest makes a test seal with the organization's key and validates it against the installation's root.
// A success is remembered until key or configuration change; a failure is the problem "seal_not_working".
func (s *Service) SelfTest(ctx context.Context, org id.Org) error { return errStarting }

// Identity returns the organization's seal key, made and certified now where there is none.
func (s *Service) Identity(ctx context.Context, org id.Org) (*Identity, error) {
	return nil, errStarting
}

// SealFile seals bytes that belong to no document, such as the completion certificate.
func (s *Service) SealFile(ctx context.Context, org id.Org, src io.ReaderAt, size int64, w io.Writer) (level string, err error) {
	return "", errStarting
}

// Timestamps returns the organization's time-stamp sources as one, tried in order.
func (s *Service) Timestamps(ctx context.Context, org id.Org) (tsp.Source, error) {
	return nil, errStarting
}

// CRLs returns the current revocation lists of the installation's issuers.
func (s *Service) CRLs(ctx context.Context) ([][]byte, error) { return s.d.Authority.CRLs(ctx) }
