package op

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
)

// CertificateView is a certificate of the organization's seal.
type CertificateView struct {
	Key       id.ID     `json:"key"`
	Algorithm string    `json:"algorithm"`
	Current   bool      `json:"current"`
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Serial    string    `json:"serial" doc:"Hexadecimal"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"`
	Source    string    `json:"source" enum:"issued,imported" doc:"issued: by the installation's own CA, which renews it by itself"`
	Anchor    string    `json:"anchor" doc:"Root under which it stands"`
	PEM       string    `json:"pem" doc:"The certificate and its issuers, leaf first"`
}

type certificatesOutput struct{ Body List[CertificateView] }

// Certificates are the rows of the seal's certificates.
func Certificates(s *seal.Service) []Op {
	return []Op{Typed(Row{
		ID: "listCertificates", Method: http.MethodGet, Path: "/api/v1/certificates", Summary: "List the certificates of the organization's seal, newest first",
		Audience: staffAndAPI, Group: GroupSignature, Permission: access.CertificatesRead,
	}, func(ctx context.Context, _ *Empty) (*certificatesOutput, error) {
		p, err := access.From(ctx)
		if err != nil {
			return nil, err
		}
		keys, err := s.Keys(ctx, p.Org)
		if err != nil {
			return nil, err
		}
		out := &certificatesOutput{Body: List[CertificateView]{Items: []CertificateView{}}}
		for _, k := range keys {
			v, err := viewCertificate(k)
			if err != nil {
				return nil, err
			}
			out.Body.Items = append(out.Body.Items, v)
		}
		return out, nil
	})}
}

func viewCertificate(k *seal.Key) (CertificateView, error) {
	leaf, err := x509.ParseCertificate(k.Chain[0])
	if err != nil {
		return CertificateView{}, err
	}
	root, err := x509.ParseCertificate(k.Chain[len(k.Chain)-1])
	if err != nil {
		return CertificateView{}, err
	}
	sum := sha256.Sum256(leaf.Raw)
	v := CertificateView{
		Key: k.ID, Algorithm: k.Algorithm, Current: k.Current, Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(),
		Serial: leaf.SerialNumber.Text(16), NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter, SHA256: hex.EncodeToString(sum[:]),
		Source: k.Source, Anchor: root.Subject.String(),
	}
	for _, der := range k.Chain {
		v.PEM += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return v, nil
}
