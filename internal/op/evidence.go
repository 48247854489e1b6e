package op

import (
	"context"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
)

// Evidence are the rows of the completion certificate and the evidence bundle.
func Evidence(s *evidence.Service) []Op {
	read := Row{Method: http.MethodGet, Group: GroupContract, Stream: true, Tag: "evidence"}
	staff, bundle, recipient := read, read, read
	staff.ID, staff.Path, staff.Summary = "downloadCertificate", "/api/v1/envelopes/{envelope}/certificate", "Download the completion certificate"
	staff.Audience, staff.Permission, staff.Produces = staffAndAPI, access.EnvelopesRead, "application/pdf"
	bundle.ID, bundle.Path, bundle.Summary = "downloadEvidence", "/api/v1/envelopes/{envelope}/evidence", "Download the evidence bundle"
	bundle.Description = "A ZIP with the sealed documents, the certificate, every event with full contacts, and all that proves them offline: check it with `consigil verify --bundle`."
	bundle.Audience, bundle.Permission, bundle.Produces, bundle.Audit = staffAndAPI, access.EvidenceRead, "application/zip", AuditAlways
	recipient.ID, recipient.Path, recipient.Summary = "downloadOwnCertificate", "/api/v1/ceremonies/{ceremony}/certificate", "Download the completion certificate as a recipient"
	recipient.Audience, recipient.Group, recipient.Produces = access.RecipientAudience, GroupCustomer, "application/pdf"
	return []Op{
		Raw(staff, func(w http.ResponseWriter, r *http.Request) error {
			return serveEvidence(w, r, s.Completion, id.ID(r.PathValue("envelope")))
		}).Describe(ranged()),
		Raw(bundle, func(w http.ResponseWriter, r *http.Request) error {
			return serveEvidence(w, r, s.Bundle, id.ID(r.PathValue("envelope")))
		}).Describe(ranged()),
		Raw(recipient, func(w http.ResponseWriter, r *http.Request) error {
			p, err := access.From(r.Context())
			if err != nil {
				return err
			}
			return serveEvidence(w, r, s.Completion, p.Envelope)
		}).Describe(ranged()),
	}
}

type openEvidence func(ctx context.Context, by *access.Principal, envelope id.ID) (*evidence.Download, error)

func serveEvidence(w http.ResponseWriter, r *http.Request, open openEvidence, envelope id.ID) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	d, err := open(r.Context(), p, envelope)
	if err != nil {
		return err
	}
	defer d.File.Close()
	name := saved(r, "file.certificate", d.Title, ".pdf")
	if d.Type == "application/zip" {
		name = saved(r, "file.evidence", d.Title, ".zip")
	}
	ServeFile(w, r, name, d.Type, d.SHA256, d.File)
	return nil
}
