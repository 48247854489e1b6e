package envelope

import (
	"context"
	"encoding/json"
	"io"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/schedule"
)

// Intake reads hostile bytes in a child process with memory and time caps.
type Intake interface {
	// Accept inspects an upload and, unless it bears signatures, writes its canonical form to w. Refusals are
	// problems with stable codes (not_pdf, password_required, too_many_pages, ...).
	Accept(ctx context.Context, upload File, w io.Writer) (*Accepted, error)
}

// Accepted is what intake learned about an upload.
type Accepted struct {
	Pages   int
	Signed  bool            // bears intact signatures: nothing was written to w, the bytes stay as they are
	Removed json.RawMessage // what the canonical form dropped or flattened
}

// Uploads hands over finished uploads of a caller.
type Uploads interface {
	// Take gives the name and bytes of a finished upload of this caller, once: the blob is the envelope's from
	// then on. Another caller's upload, an unfinished or a taken one is NotFound.
	Take(ctx context.Context, by *access.Principal, upload id.ID) (name string, b Blob, err error)
	// Return undoes Take after a failure.
	Return(ctx context.Context, by *access.Principal, upload id.ID) error
}

// SealTest proves that the organization's seal works before anything is sent.
type SealTest interface {
	SelfTest(ctx context.Context, org id.Org) error // nil, or the problem "seal_not_working"
}

// Methods says which ways of signing exist.
type Methods interface {
	Known(name string) bool
	UsesKey(name string) bool // an act is a PDF signature with the recipient's own key
}

// Deps is what the service needs. All members are required unless they say otherwise.
type Deps struct {
	Store     Store
	Vault     Vault
	Intake    Intake
	Uploads   Uploads
	Methods   Methods
	Clock     clock.Clock
	Seals     SealTest      // nil: sends are not held back
	PublicURL func() string // without a slash at the end; the only source of links
}

// Service holds the rules of envelopes.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d: d} }

// Jobs are the handlers of this domain's jobs.
func (s *Service) Jobs() map[string]schedule.Handler {
	return map[string]schedule.Handler{JobPrepare: s.prepare, JobExpire: s.expireDue}
}

// The jobs that this domain enqueues; message.send and seal.document are handled by notify and seal.
const (
	JobPrepare = "envelope.prepare" // {"envelope": id}
	JobExpire  = "envelope.expire"  // periodic, one an organization, no payload
	JobMessage = "message.send"     // {"message": id}
	JobSeal    = "seal.document"    // {"envelope": id, "document": id}
)
