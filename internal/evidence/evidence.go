// Package evidence makes what happened provable: the Merkle log over every event and staff operation, the
// sealed completion certificate, and the bundle that anyone can verify offline. It observes and records; it
// never changes what an envelope is, save that a certified envelope becomes delivered.
package evidence

import (
	"context"
	"crypto/x509"
	"io"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// LogKey signs checkpoints. Its certificate comes from the installation's CA.
type LogKey struct {
	Name   string // of the log, as in the first line of a checkpoint: host of the public URL + "/log"
	Signer signer.Signer
	Chain  []*x509.Certificate // leaf first
}

// Witness keeps the last checkpoint apart from the database, so that a database that was rolled back is found.
type Witness interface {
	Load(ctx context.Context) (note []byte, err error) // nil where there is none yet
	Save(ctx context.Context, note []byte) error       // durable when it returns
}

// Sealer is what evidence asks of the organization's seal.
type Sealer interface {
	Identity(ctx context.Context, org id.Org) (*seal.Identity, error)
	SealFile(ctx context.Context, org id.Org, level string, src io.ReaderAt, size int64, w io.Writer) (reached string, err error)
	Timestamps(ctx context.Context, org id.Org) (tsp.Source, error)
	CRLs(ctx context.Context) ([][]byte, error)
}

// Deps are what the service stands on.
type Deps struct {
	Log           LogStore
	Store         Store
	Vault         envelope.Vault
	Seal          Sealer
	Organizations seal.Organizations
	Types         envelope.Types // of fields, to say what was entered
	Fonts         *draw.FontSet  // for the completion certificate
	Key           func(ctx context.Context) (*LogKey, error)
	Stamps        tsp.Source // stamps the checkpoint hourly
	Witness       Witness
	Clock         clock.Clock
	PublicURL     func() string
	Version       string // of the product, printed in the certificate
}

// Service keeps the evidence.
type Service struct {
	d     Deps
	waits wakes

	healthMu sync.Mutex
	failure  error // why the log does not advance
}

// New makes the service; it does no work and opens nothing.
func New(d Deps) *Service { return &Service{d: d} }

// Jobs returns the handlers of this package's jobs.
func (s *Service) Jobs() map[string]schedule.Handler {
	return map[string]schedule.Handler{seal.CertificateJob: s.certify}
}

// Download is a file with its name and type.
type Download struct {
	File      envelope.File
	Title     string // of the envelope
	Type      string // media type
	SHA256    []byte
	CreatedAt time.Time
}
