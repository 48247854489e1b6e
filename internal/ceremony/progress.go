package ceremony

import (
	"context"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// Progress is where an envelope stands, without a name: what a recipient's page follows.
type Progress struct {
	State     envelope.State
	Recipient envelope.RecipientState
	Documents []DocumentProgress
	Seq       int64 // of the envelope's newest event
}

// DocumentProgress is where one document stands.
type DocumentProgress struct {
	ID    id.ID
	State string
	Level string
}

// Progress reads where the envelope stands now, in whatever state it is. When nothing has happened since the event
// with the number known, it returns nil.
func (s *Service) Progress(ctx context.Context, by *access.Principal, known int64) (*Progress, error) {
	var out *Progress
	err := envelope.Read(ctx, s.d.Store, by.Org, by.Envelope, s.d.Clock.Now(), anybody, func(tx envelope.Tx, e *envelope.Envelope) error {
		if out = nil; e.EventSeq == known {
			return nil
		}
		me, err := tx.Recipient(ctx, by.Recipient)
		if err != nil {
			return err
		}
		docs, err := tx.Documents(ctx, e.ID)
		if err != nil {
			return err
		}
		out = &Progress{State: e.State, Recipient: me.State, Seq: e.EventSeq}
		for _, d := range docs {
			out.Documents = append(out.Documents, DocumentProgress{ID: d.ID, State: d.State, Level: d.Level})
		}
		return nil
	})
	return out, err
}
