package op

import (
	"context"
	"encoding/pem"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
)

type certificateOutput struct{ Body CertificateView }

type importInput struct {
	Body struct {
		PKCS12   []byte `json:"pkcs12" doc:"The file (.p12, .pfx), base64" maxLength:"1048576"`
		Password string `json:"password" maxLength:"1024" doc:"Of the file; it is not kept"`
	}
}

// CertificateRequestView is a key that waits for its certificate.
type CertificateRequestView struct {
	ID        id.ID     `json:"id"`
	Algorithm string    `json:"algorithm"`
	Subject   string    `json:"subject"`
	CreatedAt time.Time `json:"created_at"`
	PEM       string    `json:"pem" doc:"PKCS#10, to hand to a CA"`
}

type certificateRequestInput struct {
	Body struct {
		CommonName   string `json:"common_name" minLength:"1" maxLength:"256"`
		Organization string `json:"organization,omitempty" maxLength:"256"`
		Unit         string `json:"organizational_unit,omitempty" maxLength:"256"`
		Locality     string `json:"locality,omitempty" maxLength:"512"`
		Country      string `json:"country,omitempty" maxLength:"2" doc:"ISO 3166-1, two capital letters"`
		Algorithm    string `json:"algorithm" enum:"P-256,P-384,RSA-2048,RSA-3072,RSA-4096"`
	}
}

type certificateRequestOutput struct{ Body CertificateRequestView }

type certificateRequestsOutput struct {
	Body List[CertificateRequestView]
}

type requestInput struct {
	Request string `path:"request"`
}

type completeRequestInput struct {
	Request string `path:"request"`
	Body    struct {
		Certificates string `json:"certificates" maxLength:"262144" doc:"PEM: the certificate that was issued, and its issuers up to the root, in any order"`
	}
}

// ImportedCertificates are the rows of certificates that were bought.
func ImportedCertificates(s *seal.Service) []Op {
	row := func(id, method, path, summary string) Row {
		return Row{
			ID: id, Method: method, Path: "/api/v1/certificates/" + path, Summary: summary, Audience: staffAndAPI,
			Group: GroupSignature, Permission: access.CertificatesWrite, Audit: AuditAlways,
		}
	}
	imports := row("importCertificate", http.MethodPost, "import", "Seal with a key and certificate from a PKCS#12 file")
	imports.MaxBody, imports.Secret = 2<<20, true // the password stays out of every record
	list := row("listCertificateRequests", http.MethodGet, "requests", "List keys that wait for a certificate")
	list.Permission, list.Audit = access.CertificatesRead, AuditAuto
	create := row("createCertificateRequest", http.MethodPost, "requests", "Make a key and a request (PKCS#10) for its certificate")
	create.Status = http.StatusCreated
	return []Op{
		Typed(imports, func(ctx context.Context, in *importInput) (*certificateOutput, error) {
			return certified(ctx, func(org id.Org) (*seal.Key, error) { return s.ImportPKCS12(ctx, org, in.Body.PKCS12, in.Body.Password) })
		}),
		Typed(row("useBuiltInCertificate", http.MethodPost, "built-in", "Seal with the installation's own CA again"), func(ctx context.Context, _ *Empty) (*certificateOutput, error) {
			return certified(ctx, func(org id.Org) (*seal.Key, error) { return s.UseBuiltIn(ctx, org) })
		}),
		Typed(list, func(ctx context.Context, _ *Empty) (*certificateRequestsOutput, error) {
			return listCertificateRequests(ctx, s)
		}),
		Typed(create, func(ctx context.Context, in *certificateRequestInput) (*certificateRequestOutput, error) {
			return createCertificateRequest(ctx, s, in)
		}),
		Typed(row("completeCertificateRequest", http.MethodPost, "requests/{request}/certificate", "Seal with the certificate that was issued for a request"),
			func(ctx context.Context, in *completeRequestInput) (*certificateOutput, error) {
				return certified(ctx, func(org id.Org) (*seal.Key, error) {
					return s.CompleteRequest(ctx, org, id.ID(in.Request), []byte(in.Body.Certificates))
				})
			}),
		Typed(row("deleteCertificateRequest", http.MethodDelete, "requests/{request}", "Forget a request and its key"),
			func(ctx context.Context, in *requestInput) (*Empty, error) {
				p, err := access.From(ctx)
				if err != nil {
					return nil, err
				}
				return &Empty{}, s.DeleteRequest(ctx, p.Org, id.ID(in.Request))
			}),
	}
}

// certified runs what ends with a certificate of the caller's organization.
func certified(ctx context.Context, do func(id.Org) (*seal.Key, error)) (*certificateOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	key, err := do(p.Org)
	if err != nil {
		return nil, err
	}
	v, err := viewCertificate(key)
	return &certificateOutput{Body: v}, err
}

func listCertificateRequests(ctx context.Context, s *seal.Service) (*certificateRequestsOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Requests(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out := &certificateRequestsOutput{Body: List[CertificateRequestView]{Items: []CertificateRequestView{}}}
	for _, r := range list {
		v, err := viewRequest(r)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

func createCertificateRequest(ctx context.Context, s *seal.Service, in *certificateRequestInput) (*certificateRequestOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	subject := seal.Subject{CommonName: b.CommonName, Organization: b.Organization, Unit: b.Unit, Locality: b.Locality, Country: b.Country}
	r, err := s.CreateRequest(ctx, p.Org, subject, b.Algorithm)
	if err != nil {
		return nil, err
	}
	v, err := viewRequest(r)
	return &certificateRequestOutput{Body: v}, err
}

func viewRequest(r *seal.Request) (CertificateRequestView, error) {
	name, err := r.Subject()
	return CertificateRequestView{
		ID: r.ID, Algorithm: r.Algorithm, Subject: name, CreatedAt: r.CreatedAt,
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: r.DER})),
	}, err
}
