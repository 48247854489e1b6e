package seal

import (
	"context"
	"crypto"
	"crypto/rand"
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

// plannedTokens is how many tokens one attempt may ask for: over the signature and over the document, and each once
// more where a token turns out larger than the room for it.
const plannedTokens = 4

func newNonces() ([]*big.Int, error) {
	nonces := make([]*big.Int, plannedTokens)
	for i := range nonces {
		var err error
		if nonces[i], err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64)); err != nil {
			return nil, fmt.Errorf("seal: make nonce: %w", err)
		}
	}
	return nonces, nil
}

func hexadecimal(numbers []*big.Int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, n.Text(16))
	}
	return out
}

// inOrder asks one source after the other until one answers.
type inOrder struct {
	sources []Source
	nonces  []*big.Int // one for each token that may be asked for; nil: each source makes its own
	taken   int        // of nonces
	used    string     // name of the one that answered
	failed  error      // kept because callers wrap errors in their own words
}

// Timestamp implements tsp.Source.
func (o *inOrder) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	failure := &UnavailableError{Err: errors.New("none is configured")}
	nonce, err := o.next()
	if err != nil {
		return nil, err
	}
	for _, source := range o.sources {
		token, err := ask(ctx, source.Source, hash, imprint, nonce)
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

// next takes the nonce of the next token: none is used for two, and none that was not stored before.
func (o *inOrder) next() (*big.Int, error) {
	if o.nonces == nil {
		return nil, nil
	}
	if o.taken == len(o.nonces) {
		return nil, errors.New("seal: more time stamps asked for than were planned")
	}
	o.taken++
	return o.nonces[o.taken-1], nil
}

// TokenSize implements tsp.Sized: of the source that will be asked first and is not known to be down.
func (o *inOrder) TokenSize() int {
	for _, source := range o.sources {
		if a, ok := source.Source.(interface{ Available() bool }); ok && !a.Available() {
			continue
		}
		if s, ok := source.Source.(tsp.Sized); ok {
			return s.TokenSize()
		}
		return 0
	}
	return 0
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

func (s *Service) sources(ctx context.Context, org id.Org, nonces []*big.Int) (*inOrder, error) {
	list, err := s.d.Timestamps.Sources(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("seal: list time-stamp sources: %w", err)
	}
	return &inOrder{sources: list, nonces: nonces}, nil
}

// CRLs returns the current revocation lists of the installation's issuers, DER.
func (s *Service) CRLs(ctx context.Context) ([][]byte, error) {
	lists, err := s.d.Authority.CRLs(ctx)
	if err != nil {
		return nil, fmt.Errorf("seal: list revocation lists: %w", err)
	}
	return lists, nil
}
