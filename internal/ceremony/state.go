package ceremony

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/problem"
)

// State is everything that a recipient may see of the envelope now.
type State struct {
	Sender       string // the organization
	Mailed       bool   // copies go out by e-mail
	AskedBy      string // the member of staff who sent it; empty: not known
	Envelope     *envelope.Envelope
	Recipient    *envelope.Recipient
	MayAct       bool
	NeedsConsent bool
	WaitsFor     bool // others have to sign first, or still
	SignersDone  int
	SignersTotal int
	Told         Told
	Documents    []DocumentState
	Fields       []FieldState
}

// Locale is the language in which the recipient is spoken to.
func (s *State) Locale() string { return localeOf(s.Envelope, s.Recipient) }

// DocumentState is one document as it is now.
type DocumentState struct {
	ID     id.ID
	Name   string
	Digest string // of the newest revision, lower-case hex SHA-256
	Size   int64  // of the newest revision, bytes
	Sealed bool
	State  string // base, sealing, sealed
	Level  string // achieved
	Pages  []intake.Page

	Reading *intake.Reading // nil: not known
}

// FieldState is a field of the recipient, or one of another recipient who has acted, which cannot be changed.
type FieldState struct {
	*envelope.Field
	Mine       bool
	ServerOnly bool            // the server fills it in
	Value      json.RawMessage // nil: none yet
}

// State reads the sitting.
func (s *Service) State(ctx context.Context, by *access.Principal) (*State, error) {
	sender, err := s.d.Organizations.OrganizationName(ctx, by.Org)
	if err != nil {
		return nil, err
	}
	out := &State{Sender: sender, Mailed: s.Mailed()}
	var sc *scene
	err = s.view(ctx, by, envelope.OpSit, func(tx envelope.Tx, now *scene) error {
		sc = now
		return s.fillState(ctx, tx, sc, out)
	})
	if err != nil {
		return nil, err
	}
	asker, err := s.asker(ctx, by.Org, sc.e.Sender)
	if err != nil {
		return nil, err
	}
	if asker != nil {
		out.AskedBy = asker.Name
	}
	out.Told = s.toldOf(sc, asker)
	return out, nil
}

func (s *Service) fillState(ctx context.Context, tx envelope.Tx, sc *scene, out *State) error {
	out.Envelope, out.Recipient = sc.e, sc.me
	out.NeedsConsent = sc.me.Role == envelope.RoleSigner && sc.me.ConsentedAt.IsZero()
	out.MayAct = sc.e.State.Open() && sc.mayAct() == nil
	out.WaitsFor = sc.waitsForOthers()
	out.SignersDone, out.SignersTotal = sc.signers()
	out.Documents, out.Fields = nil, nil
	for _, d := range sc.documents {
		ds, err := documentState(ctx, tx, d)
		if err != nil {
			return err
		}
		out.Documents = append(out.Documents, *ds)
	}
	acted := sc.acted()
	for _, f := range sc.fields {
		mine := f.Recipient == sc.me.ID
		if mine || acted[f.Recipient] {
			out.Fields = append(out.Fields, s.fieldState(sc, f, mine))
		}
	}
	return nil
}

func (s *scene) acted() map[id.ID]bool {
	m := make(map[id.ID]bool)
	for _, r := range s.recipients {
		m[r.ID] = r.State == envelope.Done
	}
	return m
}

func (s *Service) fieldState(sc *scene, f *envelope.Field, mine bool) FieldState {
	fs := FieldState{Field: f, Mine: mine}
	if t, ok := s.d.Types.Find(f.Type); ok {
		fs.ServerOnly = field.ServerOnly(t)
	}
	if v := sc.values[f.ID]; v != nil && !unset(v.Data) {
		fs.Value = v.Data
	}
	return fs
}

func documentState(ctx context.Context, tx envelope.Tx, d *envelope.Document) (*DocumentState, error) {
	facts, err := d.ReadFacts()
	if err != nil {
		return nil, err
	}
	head, err := headOf(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	return &DocumentState{
		ID: d.ID, Name: d.Name, Digest: hex.EncodeToString(head.Blob.SHA256), Size: head.Blob.Size,
		Sealed: head.Kind == envelope.SealedRev || head.Kind == envelope.Renewed, State: d.State, Level: d.Level, Pages: facts.Pages, Reading: facts.Reading,
	}, nil
}

func headOf(ctx context.Context, tx envelope.Tx, d *envelope.Document) (*envelope.Revision, error) {
	all, err := tx.Revisions(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Number == d.Head {
			return r, nil
		}
	}
	return nil, problem.New(problem.Internal, "internal", "Something went wrong on our side.")
}

// OpenDocument gives the bytes of a revision that the recipient may see, named by its digest; an empty digest
// names the newest.
func (s *Service) OpenDocument(ctx context.Context, by *access.Principal, document id.ID, digest string) (envelope.File, *envelope.Revision, string, error) {
	var rev *envelope.Revision
	var name string
	err := s.view(ctx, by, envelope.OpSit, func(tx envelope.Tx, sc *scene) error {
		d := sc.document(document)
		if d == nil {
			return noDocument()
		}
		name = d.Name
		var err error
		rev, err = shown(ctx, tx, d, digest)
		return err
	})
	if err != nil {
		return nil, nil, "", err
	}
	f, err := s.d.Vault.Open(ctx, by.Org, rev.Blob)
	return f, rev, name, err
}

func noDocument() error {
	return problem.New(problem.NotFound, "not_found", "This envelope has no such document or revision.")
}

// shown finds a revision that recipients see: never the upload as it came, unless it came with signatures and
// is itself the base.
func shown(ctx context.Context, tx envelope.Tx, d *envelope.Document, digest string) (*envelope.Revision, error) {
	all, err := tx.Revisions(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		base := r.Kind == envelope.Original && !d.SignedUpload || r.Kind == envelope.Converted && d.Head > r.Number
		if !base && (digest == "" || digest == hex.EncodeToString(r.Blob.SHA256)) {
			return r, nil
		}
	}
	return nil, noDocument()
}

// PageText gives the text runs of a page of the newest revision, with their places in points.
func (s *Service) PageText(ctx context.Context, by *access.Principal, document id.ID, page int) ([]intake.Run, error) {
	f, _, _, err := s.OpenDocument(ctx, by, document, "")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.d.Pages.Text(ctx, f, page)
}

// PageImage draws a page of the newest revision.
func (s *Service) PageImage(ctx context.Context, by *access.Principal, document id.ID, page, dpi int, format string) ([]byte, error) {
	f, _, _, err := s.OpenDocument(ctx, by, document, "")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.d.Pages.PageImage(ctx, f, page, dpi, format)
}

// Viewed records that the recipient's screen showed these revisions. A repeat right after changes nothing.
func (s *Service) Viewed(ctx context.Context, by *access.Principal, seen map[id.ID]string) error {
	now := s.d.Clock.Now()
	return s.change(ctx, by, envelope.OpSit, func(tx envelope.Tx, sc *scene) error {
		for _, d := range sc.documents {
			if digest, ok := seen[d.ID]; ok {
				if _, err := shown(ctx, tx, d, digest); err != nil {
					return err
				}
			}
		}
		facts := map[string]any{"recipient": sc.me.ID, "ceremony": by.Ceremony, "documents": seen}
		return once(ctx, tx, sc.e, now, by, "recipient.viewed", facts)
	})
}

// once appends an event unless the newest event already is of this type and by this recipient, so that
// autosaves and scrolling do not drown the history.
func once(ctx context.Context, tx envelope.Tx, e *envelope.Envelope, now time.Time, by *access.Principal, typ string, facts any) error {
	last, err := tx.Events(ctx, e.ID, e.EventSeq-1, 1)
	if err != nil {
		return err
	}
	if len(last) == 1 && last[0].Type == typ && last[0].Actor == by.Actor() {
		return nil
	}
	return envelope.Append(ctx, tx, e, now, by.Actor(), typ, facts, origin(by).personal())
}
