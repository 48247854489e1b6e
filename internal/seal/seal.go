// Package seal puts the organization's own signature on finished documents: it keeps the seal keys, runs the
// job seal.document, and proves before the first send that sealing works. It decides nothing about routing,
// and it never lowers a level: where a time stamp cannot be had the document waits.
package seal

import (
	"context"
	"crypto/x509"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// JobKind is the job that seals one document.
const JobKind = "seal.document"

// CertificateJob is the job that follows when the last document is sealed.
const CertificateJob = "evidence.certificate"

// Payload is the payload of seal.document.
type Payload struct {
	Envelope id.ID `json:"envelope"`
	Document id.ID `json:"document"`
}

// EnvelopePayload is the payload of evidence.certificate.
type EnvelopePayload struct {
	Envelope id.ID `json:"envelope"`
}

// Authority certifies the organization's key.
type Authority interface {
	// IssueSeal returns the leaf and its issuers, leaf first, root last.
	IssueSeal(ctx context.Context, org id.Org, name string, pub any) ([]*x509.Certificate, error)
	// Root is the installation's trust anchor.
	Root() *x509.Certificate
	// CRLs are the current revocation lists of every issuer, DER.
	CRLs(ctx context.Context) ([][]byte, error)
	// OCSP, CRL and CertificateDER are what the installation publishes of the issuer whose key has this name; NotFound
	// where it is none of its own.
	OCSP(ctx context.Context, key string, request []byte) ([]byte, error)
	CRL(ctx context.Context, key string) ([]byte, error)
	CertificateDER(ctx context.Context, key string) ([]byte, error)
}

// Keyring wraps key material for the store.
type Keyring interface {
	Wrap(ctx context.Context, org id.Org, purpose string, plain []byte) ([]byte, error)
	Unwrap(ctx context.Context, org id.Org, purpose string, wrapped []byte) ([]byte, error)
}

// Key is an organization's seal key with its certificate.
type Key struct {
	ID        id.ID
	Org       id.Org
	Algorithm string   // "P-256", "P-384", "RSA-2048", "RSA-3072", "RSA-4096"
	Custodian string   // kind of who keeps the private part
	Reference []byte   // by which the custodian finds it; empty once it was erased
	Chain     [][]byte // DER, leaf first
	PublicURL string   // under which the chain's CRL and issuers are published
	Source    string   // Issued or Imported
	Current   bool
	CreatedAt time.Time
}

// KeyStore keeps seal keys.
type KeyStore interface {
	// SealKey returns the current key; NotFound "seal_key" where the organization has none.
	SealKey(ctx context.Context, org id.Org) (*Key, error)
	// SealKeys returns every key that ever was current, newest first.
	SealKeys(ctx context.Context, org id.Org) ([]*Key, error)
	// PutSealKey inserts or replaces by id. A key that is Current replaces the one that was; where replaces is
	// not empty and is no longer the current key's id, or is empty and there is one, Conflict "seal_key".
	PutSealKey(ctx context.Context, k *Key, replaces id.ID) error

	// SealRequests returns the keys that wait for a certificate, newest first; SealRequest one of them, NotFound
	// "seal_request" where there is none.
	SealRequests(ctx context.Context, org id.Org) ([]*Request, error)
	SealRequest(ctx context.Context, org id.Org, request id.ID) (*Request, error)
	// InsertSealRequest fails with Conflict "too_many_requests" where as many as most wait already.
	InsertSealRequest(ctx context.Context, r *Request, most int) error
	DeleteSealRequest(ctx context.Context, org id.Org, request id.ID) error
}

// Organizations names organizations and their choices.
type Organizations interface {
	OrganizationName(ctx context.Context, org id.Org) (string, error)
	// SealAlgorithm is the kind of key that the organization chose; empty means P-256.
	SealAlgorithm(ctx context.Context, org id.Org) (string, error)
	// SealPolicy is how the organization wants its documents sealed and kept.
	SealPolicy(ctx context.Context, org id.Org) (Policy, error)
}

// Policy is how an organization wants its documents sealed and kept.
type Policy struct {
	Level    string // of new envelopes, "B-T", "B-LT" or "B-LTA"; empty is B-T
	Fallback bool   // where a certificate that was brought in has expired, the built-in CA's takes its place
	Keep     bool   // documents of lower levels are lifted to B-LTA, too, before what proves them runs out
}

// Timestamps gives the sources of an organization in order of preference; each has a name for messages.
type Timestamps interface {
	Sources(ctx context.Context, org id.Org) ([]Source, error)
}

// Source is one time-stamp authority. Anchors are further roots under which its tokens are valid; the built-in
// one needs none.
type Source struct {
	Name string // "built-in", or the host of an external one
	tsp.Source
	Anchors []*x509.Certificate
}

// Deps are what the service stands on.
type Deps struct {
	Store         envelope.Store
	Vault         envelope.Vault
	Keys          KeyStore
	Custodians    []Custodian // the first makes new keys; each opens its own
	Authority     Authority
	Organizations Organizations
	Timestamps    Timestamps
	Clock         clock.Clock
	PublicURL     func() string
	Horizon       time.Duration // how long before its proof runs out a document is renewed; zero: 180 days
	Fetcher       pki.Fetcher   // gets what certificates of others point at; nil: none
}

// Service seals.
type Service struct {
	d      Deps
	checks *pki.Checks // of certificates and lists, which come again with every seal

	mu         sync.Mutex
	identities map[id.Org]*Identity
	tested     map[id.Org]map[pades.Level]string // fingerprint of key and configuration that passed the self test
}

// New makes the service; it does no work and opens nothing.
func New(d Deps) *Service {
	return &Service{d: d, checks: pki.NewChecks(), identities: map[id.Org]*Identity{}, tested: map[id.Org]map[pades.Level]string{}}
}

// Jobs returns the handlers of this package's jobs.
func (s *Service) Jobs() map[string]schedule.Handler {
	return map[string]schedule.Handler{JobKind: s.sealDocument, RenewJob: s.renewDocument}
}

// Identity is a key that is ready to sign, with its chain.
type Identity struct {
	KeyID  id.ID
	Signer signer.Signer
	Chain  []*x509.Certificate // leaf first, root last

	Imported bool // the certificate is somebody else's, and so is the root
}
