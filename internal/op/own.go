package op

import (
	"context"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/id"
)

// openOwn is the row with which a signed-in user signs what is addressed to them.
func openOwn(s *ceremony.Service) Op {
	row := Row{
		ID: "openOwnCeremony", Method: http.MethodPost, Path: "/api/v1/envelopes/{envelope}/recipients/{recipient}/open",
		Summary: "Open your own sitting as a signed-in user",
		Description: "For a recipient whose e-mail address is that of the caller's account. How they came in is recorded and printed " +
			"in the evidence.",
		Audience: access.Staff, Group: GroupCustomer, Permission: access.EnvelopesWrite, Audit: AuditAlways, Tag: "recipients",
		Status: http.StatusCreated,
	}
	return Typed(row, func(ctx context.Context, in *recipientCall) (*CeremonyOpened, error) {
		p, err := access.From(ctx)
		if err != nil {
			return nil, err
		}
		sess, err := s.OpenOwn(ctx, p, id.ID(in.Envelope), id.ID(in.Recipient))
		if err != nil {
			return nil, err
		}
		return openedSitting(sess), nil
	})
}
