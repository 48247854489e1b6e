package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
)

// RenewalView is a document whose proof runs out.
type RenewalView struct {
	Envelope   id.ID      `json:"envelope"`
	Document   id.ID      `json:"document"`
	Level      string     `json:"level" doc:"Achieved"`
	ProofUntil *time.Time `json:"proof_until,omitempty" doc:"When the first thing that its proof rests on runs out; absent where nobody has looked yet"`
	NextTry    *time.Time `json:"next_try,omitempty" doc:"Absent: with the next round"`
	Reason     string     `json:"reason,omitempty" doc:"Why an earlier try failed"`
}

type renewalsOutput struct{ Body List[RenewalView] }

type renewedOutput struct {
	Body struct {
		Queued int `json:"queued" doc:"Documents whose renewal was queued; those that were put off are among them"`
	}
}

// Renewals are the rows of the renewal of archive time stamps.
func Renewals(s *seal.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "listRenewals", Method: http.MethodGet, Path: "/api/v1/renewals", Summary: "List sealed documents whose proof runs out",
			Audience: staffAndAPI, Group: GroupSignature, Permission: access.CertificatesWrite,
		}, func(ctx context.Context, _ *Empty) (*renewalsOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			due, err := s.DueRenewals(ctx, p.Org)
			if err != nil {
				return nil, err
			}
			out := &renewalsOutput{Body: List[RenewalView]{Items: []RenewalView{}}}
			for _, d := range due {
				out.Body.Items = append(out.Body.Items, RenewalView{
					Envelope: d.Envelope, Document: d.Document, Level: d.Level, ProofUntil: whenSet(d.Until), NextTry: whenSet(d.NextTry), Reason: d.Reason,
				})
			}
			return out, nil
		}),
		Typed(Row{
			ID: "startRenewals", Method: http.MethodPost, Path: "/api/v1/renewals", Summary: "Renew the proof of the documents that are due now",
			Audience: staffAndAPI, Group: GroupSignature, Permission: access.CertificatesWrite, Audit: AuditAlways, Status: http.StatusAccepted,
		}, func(ctx context.Context, _ *Empty) (*renewedOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			n, err := s.EnqueueRenewals(ctx, p.Org, true)
			out := &renewedOutput{}
			out.Body.Queued = n
			return out, err
		}),
	}
}
