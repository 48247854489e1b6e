package evidence

import (
	"context"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Envelope returns an envelope that the principal may read; any other is NotFound.
func (s *Service) Envelope(ctx context.Context, by *access.Principal, envelopeID id.ID) (*envelope.Envelope, error) {
	var e *envelope.Envelope
	err := s.d.Store.View(ctx, by.Org, func(tx Tx) (err error) {
		e, err = tx.Envelope(ctx, envelopeID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !by.MayRead(e.Sender) && by.Envelope != envelopeID {
		return nil, problem.New(problem.NotFound, "no_envelope", "There is no such envelope.")
	}
	return e, nil
}

// Chain returns a page of an envelope's events by sequence number, those without an index included.
func (s *Service) Chain(ctx context.Context, by *access.Principal, envelopeID id.ID, afterSeq int64, limit int) ([]*envelope.Event, error) {
	if _, err := s.Envelope(ctx, by, envelopeID); err != nil {
		return nil, err
	}
	var out []*envelope.Event
	err := s.d.Store.View(ctx, by.Org, func(tx Tx) (err error) {
		out, err = tx.Events(ctx, envelopeID, afterSeq, limit)
		return err
	})
	return out, err
}

// Visible returns a filter for streams: whether the principal may see an envelope's events. It remembers answers,
// so it is made for one stream.
func (s *Service) Visible(by *access.Principal) func(ctx context.Context, envelopeID id.ID) (bool, error) {
	known := map[id.ID]bool{}
	return func(ctx context.Context, envelopeID id.ID) (bool, error) {
		if by.SeesAll() {
			return true, nil
		}
		if may, ok := known[envelopeID]; ok {
			return may, nil
		}
		_, err := s.Envelope(ctx, by, envelopeID)
		if err != nil && problem.KindOf(err) != problem.NotFound {
			return false, err
		}
		known[envelopeID] = err == nil
		return err == nil, nil
	}
}
