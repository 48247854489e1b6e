package envelope

import (
	"context"
	"io"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/pdf/draw"
)

// Intake reads hostile bytes in a child process with memory and time caps. *intake.Pool satisfies it.
type Intake interface {
	// Inspect judges an upload and, unless it bears signatures, writes its canonical form to w. Refusals are
	// problems with stable codes.
	Inspect(ctx context.Context, src intake.Source, w io.Writer) (*intake.Inspection, error)
}

// Pages draws pages and reads their text in such a child too. *intake.Pool satisfies it.
type Pages interface {
	PageImage(ctx context.Context, src intake.Source, page, dpi int, format string) ([]byte, error)
	Text(ctx context.Context, src intake.Source, page int) ([]intake.Run, error)
}

// Uploads hands over finished uploads of a caller. *upload.Service satisfies it.
type Uploads interface {
	// Take gives the name and bytes of a finished upload of this caller, once: the blob is the envelope's from
	// then on. Another caller's upload, an unfinished or a taken one is refused.
	Take(ctx context.Context, by *access.Principal, upload id.ID) (name string, b Blob, err error)
	// Return undoes Take after a failure.
	Return(ctx context.Context, by *access.Principal, upload id.ID) error
}

// SealTest proves that the organization's seal works before anything is sent.
type SealTest interface {
	SelfTest(ctx context.Context, org id.Org, level string) error // nil, or the problem "seal_not_working"
	// Level is the one of new envelopes.
	Level(ctx context.Context, org id.Org) (string, error)
}

// Methods says which ways of signing exist.
type Methods interface {
	Known(name string) bool
	UsesKey(name string) bool // an act is a PDF signature with the recipient's own key
}

// Types finds field types by name.
type Types interface {
	Find(name string) (field.Type, bool)
}

// Users gives members of staff. *account.Service satisfies it.
type Users interface {
	User(ctx context.Context, org id.Org, user id.ID) (*account.User, error)
}

// Deps is what the service needs. All members are required unless they say otherwise.
type Deps struct {
	Store     Store
	Vault     Vault
	Intake    Intake
	Pages     Pages
	Uploads   Uploads
	Types     Types
	Fonts     *draw.FontSet
	Methods   Methods
	Clock     clock.Clock
	Seals     SealTest      // nil: sends are not held back, and new envelopes are B-T
	Users     Users         // nil: nobody's own turn is known
	PublicURL func() string // without a slash at the end; the only source of links
}

// Limits of one envelope (ARCHITECTURE section 6).
const (
	MaxDocuments  = 25
	MaxRecipients = 100
	MaxFields     = 2000
)

// Service holds the rules of envelopes.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d: d} }

// The jobs that this domain enqueues; message.send and seal.document are handled by notify and seal.
const (
	JobPrepare = "envelope.prepare" // {"envelope": id}
	JobExpire  = "envelope.expire"  // periodic, one an organization, no payload
	JobMessage = "message.send"     // {"message": id}
	JobSeal    = "seal.document"    // {"envelope": id, "document": id}
)

// Jobs are the handlers of this domain's jobs.
func (s *Service) Jobs() map[string]schedule.Handler {
	return map[string]schedule.Handler{JobPrepare: s.prepareJob, JobExpire: s.expireJob}
}

// Expected is the version of an envelope that a caller saw; zero means that any will do.
type Expected int64

func (v Expected) check(e *Envelope) error {
	if v != 0 && int64(v) != e.Version {
		return problem.New(problem.Precondition, "version", "The envelope has changed since you read it. Read it again and repeat your change.")
	}
	return nil
}

// readable and writable say whether a member of staff or an API account may see or change an envelope. What
// they may not see does not exist for them.
func readable(by *access.Principal) func(*Envelope) error {
	return func(e *Envelope) error {
		if !by.MayRead(e.Sender) {
			return notFound()
		}
		return nil
	}
}

func writable(by *access.Principal) func(*Envelope) error {
	return func(e *Envelope) error {
		if !by.MayRead(e.Sender) {
			return notFound()
		}
		if !by.MayWrite(e.Sender) {
			return problem.New(problem.Forbidden, "forbidden", "You may read this envelope but not change it.")
		}
		return nil
	}
}

func notFound() error {
	return problem.New(problem.NotFound, "not_found", "There is no such envelope.")
}

// Full is an envelope with everything that belongs to it.
type Full struct {
	Envelope   *Envelope
	Documents  []*Document
	Recipients []*Recipient
	Fields     []*Field
	Deliveries map[id.ID]Delivery // of each recipient's newest message
}

// Signers counts who signs and who has.
func (f *Full) Signers() (s Signers) {
	for _, r := range f.Recipients {
		if r.Role != RoleSigner {
			continue
		}
		if s.Total++; r.State == Done {
			s.Done++
		}
	}
	return s
}

func readFull(ctx context.Context, tx Tx, e *Envelope) (*Full, error) {
	docs, err := tx.Documents(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	recipients, err := tx.Recipients(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	fields, err := tx.Fields(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	f := &Full{Envelope: e, Documents: docs, Recipients: recipients, Fields: fields}
	if e.State != Draft && e.State != Preparing {
		f.Deliveries, err = tx.Deliveries(ctx, e.ID)
	}
	return f, err
}

func (f *Full) recipient(want id.ID) *Recipient {
	for _, r := range f.Recipients {
		if r.ID == want {
			return r
		}
	}
	return nil
}

func (f *Full) document(want id.ID) *Document {
	for _, d := range f.Documents {
		if d.ID == want {
			return d
		}
	}
	return nil
}

func (f *Full) field(want id.ID) *Field {
	for _, fd := range f.Fields {
		if fd.ID == want {
			return fd
		}
	}
	return nil
}

// edit runs a change: visible, in a state that allows it, at the expected version. The function writes rows
// and appends events; the envelope's row is written afterwards.
func (s *Service) edit(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, op Operation, fn func(Tx, *Full) error) (*Full, error) {
	var out *Full
	err := Enter(ctx, s.d.Store, by.Org, envelope, s.d.Clock.Now(), op, writable(by), func(tx Tx, e *Envelope) error {
		if err := v.check(e); err != nil {
			return err
		}
		f, err := readFull(ctx, tx, e)
		if err != nil {
			return err
		}
		if err := fn(tx, f); err != nil {
			return err
		}
		if err := tx.UpdateEnvelope(ctx, e); err != nil {
			return err
		}
		out, err = readFull(ctx, tx, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
