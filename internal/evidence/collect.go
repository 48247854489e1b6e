package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// eventPage is how many events are read at once.
const eventPage = 500

// snapshot is everything that is stored of one envelope, read in one transaction.
type snapshot struct {
	org        OrganizationRef
	envelope   *envelope.Envelope
	documents  []*envelope.Document
	revisions  map[id.ID][]*envelope.Revision
	recipients []*envelope.Recipient
	fields     []*envelope.Field
	values     map[id.ID]*envelope.Value
	acts       map[id.ID]*envelope.Act
	events     []*envelope.Event
}

func (s *Service) snapshot(ctx context.Context, org id.Org, envelopeID id.ID) (*snapshot, error) {
	name, err := s.d.Organizations.OrganizationName(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("evidence: name organization: %w", err)
	}
	var snap *snapshot
	err = s.d.Store.View(ctx, org, func(tx Tx) error {
		snap = &snapshot{org: OrganizationRef{ID: org, Name: name}}
		return snap.read(ctx, tx, envelopeID)
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: read envelope: %w", err)
	}
	return snap, nil
}

func (s *snapshot) read(ctx context.Context, tx Tx, envelopeID id.ID) (err error) {
	if s.envelope, err = tx.Envelope(ctx, envelopeID); err != nil {
		return err
	}
	if s.recipients, err = tx.Recipients(ctx, envelopeID); err != nil {
		return err
	}
	if s.fields, err = tx.Fields(ctx, envelopeID); err != nil {
		return err
	}
	if err := s.readDocuments(ctx, tx, envelopeID); err != nil {
		return err
	}
	if err := s.readActs(ctx, tx, envelopeID); err != nil {
		return err
	}
	for {
		page, err := tx.Events(ctx, envelopeID, int64(len(s.events)), eventPage)
		if err != nil {
			return err
		}
		s.events = append(s.events, page...)
		if len(page) < eventPage {
			return nil
		}
	}
}

func (s *snapshot) readDocuments(ctx context.Context, tx Tx, envelopeID id.ID) (err error) {
	if s.documents, err = tx.Documents(ctx, envelopeID); err != nil {
		return err
	}
	s.revisions = map[id.ID][]*envelope.Revision{}
	for _, d := range s.documents {
		if s.revisions[d.ID], err = tx.Revisions(ctx, d.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *snapshot) readActs(ctx context.Context, tx Tx, envelopeID id.ID) error {
	values, err := tx.Values(ctx, envelopeID)
	if err != nil {
		return err
	}
	s.values = map[id.ID]*envelope.Value{}
	for _, v := range values {
		s.values[v.Field] = v
	}
	s.acts = map[id.ID]*envelope.Act{}
	for _, r := range s.recipients {
		act, err := tx.Act(ctx, r.ID)
		if problem.KindOf(err) == problem.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		s.acts[r.ID] = act
	}
	return nil
}

// upTo cuts the events behind the first of a type; false where there is none.
func (s *snapshot) upTo(typ string) bool {
	for i, e := range s.events {
		if e.Type == typ {
			s.events = s.events[:i+1]
			return true
		}
	}
	return false
}

// recorded says whether contracts that were signed elsewhere were only filed here.
func (s *snapshot) recorded() bool {
	for _, e := range s.events {
		if e.Type == "envelope.recorded" {
			return true
		}
	}
	return false
}

// sealed returns a document's newest sealed or renewed revision, nil where there is none.
func (s *snapshot) sealed(document id.ID) *envelope.Revision {
	list := s.revisions[document]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Kind == envelope.SealedRev || list[i].Kind == envelope.Renewed {
			return list[i]
		}
	}
	return nil
}

// record makes the record. Masked hides contacts and the personal parts of events.
func (s *Service) record(snap *snapshot, masked bool) *Record {
	e := snap.envelope
	r := &Record{
		Version: RecordVersion, Product: "Consigil", ProductVersion: s.d.Version, TrustURL: s.d.PublicURL() + "/pki/trust.pem", Organization: snap.org,
		Envelope: EnvelopeRecord{
			ID: e.ID, Title: e.Title, State: string(e.State), Locale: e.Locale, Level: e.Level, Ordered: e.Ordered, Sender: e.Sender,
			CreatedAt: instant(e.CreatedAt), SentAt: instant(e.SentAt), DoneAt: instant(e.DoneAt), SealedAt: instant(e.SealedAt),
		},
	}
	for _, d := range snap.documents {
		rec := documentRecord(d, snap.revisions[d.ID])
		rec.Seal = snap.sealOf(d.ID)
		r.Documents = append(r.Documents, rec)
	}
	for _, p := range snap.recipients {
		r.Recipients = append(r.Recipients, s.recipientRecord(snap, p, masked))
	}
	for _, ev := range snap.events {
		r.Events = append(r.Events, eventRecord(ev, masked))
	}
	if n := len(snap.events); n > 0 {
		r.Chain = ChainHead{Events: snap.events[n-1].Seq, Hash: snap.events[n-1].Hash}
	}
	return r
}

// sealOf reads the event that tells of a document's seal.
func (s *snapshot) sealOf(document id.ID) *SealRecord {
	for _, e := range s.events {
		var facts struct {
			Document id.ID `json:"document"`
			SealRecord
		}
		// The facts were written by this product; those that cannot be read stay in the event and add nothing here.
		if e.Type != "document.sealed" || json.Unmarshal(e.Facts, &facts) != nil || facts.Document != document {
			continue
		}
		facts.At = e.At.UTC()
		return &facts.SealRecord
	}
	return nil
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func documentRecord(d *envelope.Document, revisions []*envelope.Revision) DocumentRecord {
	out := DocumentRecord{ID: d.ID, Position: d.Position, Name: d.Name, Pages: d.Pages, SignedUpload: d.SignedUpload, Level: d.Level}
	for _, r := range revisions {
		out.Revisions = append(out.Revisions, RevisionRecord{
			Number: r.Number, Kind: string(r.Kind), SHA256: r.Blob.SHA256, Size: r.Blob.Size, Act: r.Act, CreatedAt: r.CreatedAt.UTC(),
		})
	}
	return out
}

func eventRecord(e *envelope.Event, masked bool) EventRecord {
	r := EventRecord{
		Seq: e.Seq, Type: e.Type, At: e.At.UTC(), Actor: e.Actor, Facts: string(e.Facts), Commitment: envelope.Commitment(*e),
		Prev: e.Prev, Hash: e.Hash,
	}
	if masked {
		return r
	}
	personal := string(e.Personal)
	r.Salt, r.Personal = e.Salt, &personal
	if e.Index >= 0 {
		index := e.Index
		r.Index = &index
	}
	return r
}

func (s *Service) recipientRecord(snap *snapshot, p *envelope.Recipient, masked bool) RecipientRecord {
	r := RecipientRecord{
		ID: p.ID, Role: p.Role, Order: p.Order, State: string(p.State), Name: p.Name, Email: p.Email, Phone: p.Phone, Method: p.Method,
		Identity: []IdentityCheck{}, Entered: s.entered(snap, p),
		NotifiedAt: instant(p.NotifiedAt), OpenedAt: instant(p.OpenedAt), ConsentedAt: instant(p.ConsentedAt), DoneAt: instant(p.DoneAt),
	}
	if masked {
		r.Email, r.Phone = maskEmail(p.Email), maskPhone(p.Phone)
		maskEntered(r.Entered, snap.recipients)
	}
	for _, e := range snap.events {
		if e.Actor.ID == p.ID {
			r.add(e)
		}
	}
	if act := snap.acts[p.ID]; act != nil && r.Act != nil {
		r.Act.ID, r.Act.Method = act.ID, act.Method
	}
	return r
}

// add takes from an event what it says of its recipient.
func (r *RecipientRecord) add(e *envelope.Event) {
	var facts struct {
		Ceremony id.ID  `json:"ceremony"`
		User     id.ID  `json:"user"`
		Revealed bool   `json:"revealed"`
		Version  string `json:"version"`
		Locale   string `json:"locale"`
		Text     string `json:"text_sha256"`
		Method   string `json:"method"`

		Since time.Time `json:"account_since"`
	}
	var from struct {
		Address   string `json:"address"`
		UserAgent string `json:"user_agent"`
	}
	// Both parts were written by this product; one that cannot be read stays in the event and adds nothing here.
	_ = json.Unmarshal(e.Facts, &facts)
	_ = json.Unmarshal(e.Personal, &from)
	switch e.Type {
	case "recipient.opened":
		kind := "link_sent"
		if facts.Revealed {
			kind = "link_revealed"
		}
		r.Identity = append(r.Identity, IdentityCheck{Kind: kind, At: e.At.UTC(), Ceremony: facts.Ceremony, Address: from.Address, UserAgent: from.UserAgent})
	case "recipient.signed_in":
		r.Identity = append(r.Identity, IdentityCheck{
			Kind: "signed_in", User: facts.User, Since: facts.Since, At: e.At.UTC(), Ceremony: facts.Ceremony, Address: from.Address, UserAgent: from.UserAgent,
		})
	case "recipient.consented":
		r.Consent = &ConsentRecord{At: e.At.UTC(), Version: facts.Version, Locale: facts.Locale, Text: facts.Text, Address: from.Address, UserAgent: from.UserAgent}
	case "recipient.signed":
		r.Act = &ActRecord{Method: facts.Method, At: e.At.UTC(), Address: from.Address, UserAgent: from.UserAgent}
	}
}
