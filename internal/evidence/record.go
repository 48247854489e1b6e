package evidence

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
)

// RecordVersion names the form of the JSON in a completion certificate and in a bundle.
const RecordVersion = "consigil/record/v1"

// Hex is bytes that JSON shows in lower-case hexadecimal.
type Hex []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("evidence: not hexadecimal")
	}
	*h = b
	return nil
}

// Record is what is known of an envelope. In a completion certificate contacts are masked and the personal parts
// of events stand as their commitments; a bundle holds them whole.
type Record struct {
	Version        string            `json:"version"`
	Product        string            `json:"product"`
	ProductVersion string            `json:"product_version"`
	TrustURL       string            `json:"trust_url"` // where the installation's root certificate is published
	Organization   OrganizationRef   `json:"organization"`
	Envelope       EnvelopeRecord    `json:"envelope"`
	Documents      []DocumentRecord  `json:"documents"`
	Recipients     []RecipientRecord `json:"recipients"`
	Chain          ChainHead         `json:"chain"`
	Events         []EventRecord     `json:"events,omitempty"` // in a bundle: events.json
}

// OrganizationRef names an organization.
type OrganizationRef struct {
	ID   id.Org `json:"id"`
	Name string `json:"name"`
}

// EnvelopeRecord is the envelope itself. Times are UTC.
type EnvelopeRecord struct {
	ID        id.ID        `json:"id"`
	Title     string       `json:"title"`
	State     string       `json:"state"`
	Locale    string       `json:"locale"`
	Level     string       `json:"level"`   // asked for
	Ordered   bool         `json:"ordered"` // recipients acted in order
	Sender    access.Actor `json:"sender"`
	CreatedAt *time.Time   `json:"created_at,omitempty"`
	SentAt    *time.Time   `json:"sent_at,omitempty"`
	DoneAt    *time.Time   `json:"completed_at,omitempty"`
	SealedAt  *time.Time   `json:"sealed_at,omitempty"`
}

// DocumentRecord is one document with its digests before and after.
type DocumentRecord struct {
	ID           id.ID            `json:"id"`
	Position     int              `json:"position"`
	Name         string           `json:"name"`
	Pages        int              `json:"pages"`
	SignedUpload bool             `json:"signed_upload"` // came with signatures
	Level        string           `json:"level"`         // reached, computed from the sealed bytes
	Seal         *SealRecord      `json:"seal,omitempty"`
	Revisions    []RevisionRecord `json:"revisions"`
}

// SealRecord is what made a document's seal.
type SealRecord struct {
	At        time.Time `json:"at"`
	Serial    string    `json:"certificate_serial"` // hexadecimal
	Timestamp string    `json:"timestamp,omitempty"`
	Authority string    `json:"timestamp_authority,omitempty"`
}

// Digest returns the SHA-256 of the first revision of a kind, nil where there is none.
func (d *DocumentRecord) Digest(kind string) Hex {
	for _, r := range d.Revisions {
		if r.Kind == kind {
			return r.SHA256
		}
	}
	return nil
}

// Newest returns the SHA-256 of the file as it is now: sealed, and renewed where it was.
func (d *DocumentRecord) Newest() Hex {
	newest := d.Digest("sealed")
	for _, r := range d.Revisions {
		if r.Kind == "renewed" {
			newest = r.SHA256
		}
	}
	return newest
}

// RevisionRecord is one state of a document's bytes.
type RevisionRecord struct {
	Number    int       `json:"number"`
	Kind      string    `json:"kind"`
	SHA256    Hex       `json:"sha256"`
	Size      int64     `json:"size"`
	Act       id.ID     `json:"act,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// RecipientRecord is one party and what it did.
type RecipientRecord struct {
	ID          id.ID           `json:"id"`
	Role        string          `json:"role"`
	Order       int             `json:"order"`
	State       string          `json:"state"`
	Name        string          `json:"name"`
	Email       string          `json:"email"`           // masked in a certificate
	Phone       string          `json:"phone,omitempty"` // masked in a certificate
	Method      string          `json:"method"`          // how they signed
	Identity    []IdentityCheck `json:"identity"`        // how they came in
	Consent     *ConsentRecord  `json:"consent,omitempty"`
	Act         *ActRecord      `json:"act,omitempty"`
	Entered     []EnteredRecord `json:"entered"`
	NotifiedAt  *time.Time      `json:"notified_at,omitempty"`
	OpenedAt    *time.Time      `json:"opened_at,omitempty"`
	ConsentedAt *time.Time      `json:"consented_at,omitempty"`
	DoneAt      *time.Time      `json:"done_at,omitempty"`
}

// IdentityCheck is one way in that was used: a personal link, sent by mail or shown to the sender, or the session of a
// user of the sending organization whose account has the recipient's address.
type IdentityCheck struct {
	Kind      string    `json:"kind"`                   // link_sent, link_revealed, signed_in
	User      id.ID     `json:"user,omitempty"`         // signed_in
	Since     time.Time `json:"account_since,omitzero"` // signed_in: when the organization made the account
	At        time.Time `json:"at"`
	Ceremony  id.ID     `json:"ceremony"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
}

// ConsentRecord is the agreement to sign electronically.
type ConsentRecord struct {
	At        time.Time `json:"at"`
	Version   string    `json:"version"`
	Locale    string    `json:"locale"`
	Text      string    `json:"text_sha256"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
}

// ActRecord is the submission.
type ActRecord struct {
	ID        id.ID     `json:"id"`
	Method    string    `json:"method"`
	At        time.Time `json:"at"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
}

// EnteredRecord is one field as it was filled. In a certificate the contacts among labels and values are masked.
type EnteredRecord struct {
	Field    id.ID  `json:"field"`
	Document id.ID  `json:"document"`
	Page     int    `json:"page"`
	Type     string `json:"type"`
	Label    string `json:"label,omitempty"` // where the sender gave one
	Kind     string `json:"kind,omitempty"`  // of a signature and of initials: typed, drawn, image
	Value    string `json:"value"`           // as the document's form has it; of a signature what was typed
	How      string `json:"how"`             // description without the value
}

// ChainHead is the end of the event chain that a certificate or bundle covers.
type ChainHead struct {
	Events int64 `json:"events"` // number of the last one
	Hash   Hex   `json:"hash"`   // of the last one
}

// EventRecord is one event. Facts and Personal are the exact texts that were hashed.
type EventRecord struct {
	Seq        int64        `json:"seq"`
	Type       string       `json:"type"`
	At         time.Time    `json:"at"`
	Actor      access.Actor `json:"actor"`
	Facts      string       `json:"facts"`
	Commitment Hex          `json:"commitment"`         // SHA-256 over salt and personal part
	Salt       Hex          `json:"salt,omitempty"`     // bundle only
	Personal   *string      `json:"personal,omitempty"` // bundle only; absent after an erasure
	Prev       Hex          `json:"prev"`
	Hash       Hex          `json:"hash"`
	Index      *int64       `json:"index,omitempty"` // place in the audit log; bundle only
}
