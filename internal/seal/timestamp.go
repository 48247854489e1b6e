package seal

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/tsp"
)

// NonceSource is a source that lets the caller choose the nonce, so that it can be stored before it is used.
type NonceSource interface {
	TimestampNonce(ctx context.Context, hash crypto.Hash, imprint []byte, nonce *big.Int) (token []byte, err error)
}

// UnavailableError says that no time-stamp authority answered.
type UnavailableError struct {
	Names []string // in the order they were asked
	Err   error    // of the last
}

// Error implements error.
func (e *UnavailableError) Error() string {
	return fmt.Sprintf("seal: time stamp from %s: %v", strings.Join(e.Names, ", "), e.Err)
}

// Unwrap returns the last authority's error.
func (e *UnavailableError) Unwrap() error { return e.Err }

// inOrder asks one source after the other until one answers.
type inOrder struct {
	sources []Source
	nonce   *big.Int // nil: each source makes its own
	used    string   // name of the one that answered
	failed  error    // kept because callers wrap errors in their own words
}

// Timestamp implements tsp.Source.
func (o *inOrder) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	failure := &UnavailableError{Err: errors.New("none is configured")}
	for _, source := range o.sources {
		token, err := ask(ctx, source.Source, hash, imprint, o.nonce)
		if err == nil {
			o.used, o.failed = source.Name, nil
			return token, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failure.Names, failure.Err = append(failure.Names, source.Name), err
	}
	o.failed = failure
	return nil, failure
}

func ask(ctx context.Context, source tsp.Source, hash crypto.Hash, imprint []byte, nonce *big.Int) ([]byte, error) {
	if n, ok := source.(NonceSource); ok && nonce != nil {
		return n.TimestampNonce(ctx, hash, imprint, nonce)
	}
	return source.Timestamp(ctx, hash, imprint)
}

// Timestamps returns the organization's time-stamp sources as one, tried in order.
func (s *Service) Timestamps(ctx context.Context, org id.Org) (tsp.Source, error) {
	return s.sources(ctx, org, nil)
}

func (s *Service) sources(ctx context.Context, org id.Org, nonce *big.Int) (*inOrder, error) {
	list, err := s.d.Timestamps.Sources(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("seal: list time-stamp sources: %w", err)
	}
	return &inOrder{sources: list, nonce: nonce}, nil
}

// CRLs returns the current revocation lists of the installation's issuers, DER.
func (s *Service) CRLs(ctx context.Context) ([][]byte, error) {
	lists, err := s.d.Authority.CRLs(ctx)
	if err != nil {
		return nil, fmt.Errorf("seal: list revocation lists: %w", err)
	}
	return lists, nil
}
