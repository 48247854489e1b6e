package seal

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// Request is a key that waits for its certificate, with the request that a CA is handed. The key's private part stays
// with its custodian.
type Request struct {
	ID        id.ID
	Org       id.Org
	Algorithm string // as in Key
	Custodian string
	Reference []byte
	DER       []byte // PKCS#10
	CreatedAt time.Time
}

// maxRequests bounds how many keys of an organization wait for a certificate.
const maxRequests = 5

// Subject is whom a request names. CommonName is required.
type Subject struct {
	CommonName, Organization, Unit, Locality, Country string
}

// name checks a subject against what a certificate holds (RFC 5280 appendix A.1).
func (n Subject) name() (pkix.Name, error) {
	parts := []struct {
		at, value string
		most      int
	}{
		{"/common_name", n.CommonName, 64}, {"/organization", n.Organization, 64}, {"/organizational_unit", n.Unit, 64}, {"/locality", n.Locality, 128},
	}
	for _, p := range parts {
		if len([]rune(p.value)) > p.most || strings.ContainsFunc(p.value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return pkix.Name{}, problem.InField(p.at, "too_long", "A certificate holds up to 64 letters here, and no control characters.")
		}
	}
	if strings.TrimSpace(n.CommonName) == "" {
		return pkix.Name{}, problem.InField("/common_name", "required", "Say whom the certificate is to name.")
	}
	if n.Country != "" && (len(n.Country) != 2 || strings.Trim(n.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return pkix.Name{}, problem.InField("/country", "country", "Use the country's two capital letters, such as HU.")
	}
	return pkix.Name{
		CommonName: strings.TrimSpace(n.CommonName), Organization: listOf(n.Organization), OrganizationalUnit: listOf(n.Unit),
		Locality: listOf(n.Locality), Country: listOf(n.Country),
	}, nil
}

func listOf(value string) []string {
	if value = strings.TrimSpace(value); value == "" {
		return nil
	}
	return []string{value}
}

// CreateRequest makes a key with the custodian of new keys and a request for its certificate, signed with it.
func (s *Service) CreateRequest(ctx context.Context, org id.Org, subject Subject, algorithm string) (*Request, error) {
	name, err := subject.name()
	if err != nil {
		return nil, err
	}
	if rsaBits[algorithm] == 0 && algorithm != "P-256" && algorithm != "P-384" {
		return nil, problem.InField("/algorithm", "not_one_of", "Choose P-256, P-384, RSA-2048, RSA-3072 or RSA-4096.")
	}
	list, err := s.d.Keys.SealRequests(ctx, org)
	if err != nil {
		return nil, err
	}
	if len(list) >= maxRequests { // before a key is made for nothing; the store looks again
		return nil, problem.New(problem.Conflict, "too_many_requests", "Five requests wait for a certificate already. Delete one first.")
	}
	maker := s.maker()
	r := &Request{ID: id.New(), Org: org, Algorithm: algorithm, Custodian: maker.Kind(), CreatedAt: s.d.Clock.Now()}
	if r.Reference, _, err = maker.Create(ctx, org, algorithm); err != nil {
		return nil, err
	}
	key, err := maker.Open(ctx, org, r.Reference)
	if err != nil {
		return nil, err
	}
	if r.DER, err = pki.Request(ctx, &x509.CertificateRequest{Subject: name}, key); err != nil {
		return nil, err
	}
	return r, s.d.Keys.InsertSealRequest(ctx, r, maxRequests)
}

// Requests lists the keys that wait for a certificate, newest first.
func (s *Service) Requests(ctx context.Context, org id.Org) ([]*Request, error) {
	return s.d.Keys.SealRequests(ctx, org)
}

// DeleteRequest forgets a request and its key: a certificate that is issued for it later is of no use any more.
func (s *Service) DeleteRequest(ctx context.Context, org id.Org, request id.ID) error {
	return s.d.Keys.DeleteSealRequest(ctx, org, request)
}

// CompleteRequest makes the key of a request the organization's seal, with the certificate that a CA issued for it. It
// becomes current once a test seal has passed; otherwise nothing changes and the request stays.
func (s *Service) CompleteRequest(ctx context.Context, org id.Org, request id.ID, certificates []byte) (*Key, error) {
	r, err := s.d.Keys.SealRequest(ctx, org, request)
	if err != nil {
		return nil, err
	}
	custodian, err := s.custodian(&Key{ID: r.ID, Custodian: r.Custodian})
	if err != nil {
		return nil, err
	}
	held, err := custodian.Open(ctx, org, r.Reference)
	if err != nil {
		return nil, err
	}
	leaf, others, err := ownCertificate(certificates, held)
	if err != nil {
		return nil, err
	}
	chain, err := s.judgeBought(leaf, others)
	if err != nil {
		return nil, err
	}
	// The request's id becomes the key's: done twice, it is done once.
	key := &Key{ID: r.ID, Custodian: r.Custodian, Reference: r.Reference}
	key, err = s.adopt(ctx, org, key, &Identity{KeyID: r.ID, Signer: held, Chain: chain, Imported: true}, func() error { return nil })
	if err != nil {
		return nil, err
	}
	if err := s.d.Keys.DeleteSealRequest(ctx, org, r.ID); problem.KindOf(err) != problem.NotFound && err != nil {
		return nil, err
	}
	return key, nil
}

// ownCertificate finds the certificate of a key among those of a file.
func ownCertificate(file []byte, key signer.Signer) (leaf *x509.Certificate, others []*x509.Certificate, err error) {
	certs, err := signer.ParseCertificatesPEM(file)
	if err != nil || len(certs) > pki.MaxPool/2 {
		return nil, nil, problem.InField("/certificates", "not_certificates", "Paste the certificate and its issuers as PEM, each between BEGIN CERTIFICATE and END CERTIFICATE.")
	}
	for _, c := range certs {
		if leaf == nil && signer.Matches(c, key.Public()) {
			leaf = c
			continue
		}
		others = append(others, c)
	}
	if leaf == nil {
		return nil, nil, problem.InField("/certificates", "certificate_of_another_key", "None of these certificates is of this request's key. Use the one that was issued for it.")
	}
	return leaf, others, nil
}

// errExpired says that a bought certificate is over.
var errExpired = errors.New("seal: the certificate that was brought in has expired")

// Subject is the name in the request.
func (r *Request) Subject() (string, error) {
	csr, err := x509.ParseCertificateRequest(r.DER)
	if err != nil {
		return "", err
	}
	return csr.Subject.String(), nil
}
