package evidence

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/envelope"
)

// Origin is what is known here of a file that somebody hands in, byte for byte: whether everybody whose signature was
// asked for has signed is a question that the file itself cannot answer. It names nobody.
type Origin struct {
	Complete     bool           `json:"complete" doc:"The sealed file: everybody who was asked has signed. Otherwise a stage on the way there"`
	State        envelope.State `json:"state" doc:"Of its envelope now"`
	SignersDone  int            `json:"signers_done" doc:"Of its envelope now"`
	SignersTotal int            `json:"signers_total"`
	SealedAt     *time.Time     `json:"sealed_at,omitempty"`
}

// Origins finds files by the SHA-256 of their bytes, in every organization. Uploads as they came are not found: whoever
// has the same contract must not learn that it was sent here.
type Origins interface {
	Origin(ctx context.Context, sha256 []byte) (*Origin, error) // nil: not known
}

// Origin says what is known of a file here, nil where nothing is.
func (v *Validator) Origin(ctx context.Context, sha256 []byte) (*Origin, error) {
	if v.Origins == nil {
		return nil, nil
	}
	return v.Origins.Origin(ctx, sha256)
}
