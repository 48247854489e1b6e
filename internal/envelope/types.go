// Package envelope is the unit of work: documents, recipients, fields and routing that are sent together, and
// the states they pass through. It holds the rules; rows and bytes are kept by a store and a vault that it
// only knows as interfaces.
package envelope

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
)

// State is where an envelope stands (ARCHITECTURE section 3).
type State string

// The envelope's states. Declined, voided and expired are final and never follow completed.
const (
	Draft      State = "draft"
	Preparing  State = "preparing"
	Sent       State = "sent"
	InProgress State = "in_progress"
	Completed  State = "completed"
	Sealing    State = "sealing"
	Sealed     State = "sealed"
	Delivered  State = "delivered"
	Declined   State = "declined"
	Voided     State = "voided"
	Expired    State = "expired"
)

// states are all of them, in the order in which an envelope meets them.
var states = []State{Draft, Preparing, Sent, InProgress, Completed, Sealing, Sealed, Delivered, Declined, Voided, Expired}

// Envelope is one row. Title is shown in lists; Message and Reason are personal data and encrypted at rest
// with the envelope's own key.
type Envelope struct {
	ID        id.ID
	Org       id.Org
	State     State
	Title     string
	Message   string // encrypted at rest
	Locale    string // BCP 47, language of mails and of the completion certificate
	Level     string // level asked for: "B-T", "B-LT", "B-LTA"
	Ordered   bool   // recipients act in order of Order; otherwise all at once
	Sender    access.Actor
	Reason    string    // why it was voided or declined; encrypted at rest
	ExpiresAt time.Time // zero: never
	CreatedAt time.Time
	UpdatedAt time.Time
	SentAt    time.Time
	DoneAt    time.Time // entered completed
	SealedAt  time.Time
	Version   int64  // grows with every change of the row; the ETag of a draft
	EventSeq  int64  // last event's sequence number
	EventHash []byte // last event's hash
}

// Document is one PDF of an envelope.
type Document struct {
	ID           id.ID
	Envelope     id.ID
	Position     int    // 1, 2, ...
	Name         string // encrypted at rest
	State        string // base, sealing, sealed
	Attempt      int    // seal attempt; fences the completion of a seal
	Stalled      string // why the seal waits, empty when it does not
	NextTry      time.Time
	SignedUpload bool // came with intact signatures: increments only
	Pages        int
	Level        string          // achieved level, computed from the sealed bytes
	Head         int             // number of the newest revision
	Removed      json.RawMessage // what intake dropped or flattened, for the sender
	Facts        json.RawMessage // what intake learned, a DocumentFacts: page boxes, form fields, certification
	Intent       json.RawMessage // stored before any outside act of an attempt to seal or renew
	ProofUntil   time.Time       // when what proves a sealed document's signatures runs out; zero: nobody has looked
	RenewAfter   time.Time       // its renewal is not tried before
}

// RevisionKind names a step (ARCHITECTURE section 1).
type RevisionKind string

// The kinds of revision that this product writes.
const (
	Original  RevisionKind = "original"
	Converted RevisionKind = "converted"
	Prepared  RevisionKind = "prepared"
	Stamped   RevisionKind = "stamped"
	SignedRev RevisionKind = "signed"
	SealedRev RevisionKind = "sealed"
	Renewed   RevisionKind = "renewed"
)

// kinds are all of them, in the order in which a document meets them.
var kinds = []RevisionKind{Original, Converted, Prepared, Stamped, SignedRev, SealedRev, Renewed}

// listed names the members of a vocabulary for a person.
func listed[T ~string](all []T) string {
	var names []string
	for _, v := range all {
		names = append(names, string(v))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// Revision is one state of a document's bytes; it is never rewritten.
type Revision struct {
	Document  id.ID
	Number    int // 1, 2, ... without gaps
	Kind      RevisionKind
	Blob      Blob
	Act       id.ID // the act that made it, if one did
	CreatedAt time.Time
}

// Blob names encrypted bytes: where they are, the wrapped key that opens them, and the plaintext's digest and size.
type Blob struct {
	Name   string `json:"name"` // lower-case hex SHA-256 of the ciphertext
	Key    []byte `json:"key"`  // object key wrapped by the organization's key
	SHA256 []byte `json:"sha256"`
	Size   int64  `json:"size"`
}

// RecipientState is where a recipient stands.
type RecipientState string

// The recipient's states.
const (
	Waiting   RecipientState = "waiting"  // not sent yet, or not their turn
	Notified  RecipientState = "notified" // message enqueued
	Opened    RecipientState = "opened"
	Consented RecipientState = "consented"
	Done      RecipientState = "done"
	Refused   RecipientState = "declined"
)

// Recipient is one party. Name, Email and Phone are encrypted at rest.
type Recipient struct {
	ID                                        id.ID
	Envelope                                  id.ID
	Role                                      string // signer, viewer, copy
	Order                                     int    // 1, 2, ...; equal numbers act together
	State                                     RecipientState
	Method                                    string // how they sign: "click"
	Locale                                    string
	Name                                      string
	Email                                     string
	Phone                                     string
	Reason                                    string // why they refused
	NotifiedAt, OpenedAt, ConsentedAt, DoneAt time.Time
}

// Field is a typed place on a page, in PDF points from the lower left corner of the unrotated crop box.
type Field struct {
	ID         id.ID
	Envelope   id.ID
	Document   id.ID
	Recipient  id.ID // empty: unassigned, which only a draft may have
	Type       string
	Page       int // 1, 2, ...
	X, Y, W, H float64
	Required   bool
	Config     json.RawMessage // per type, checked by the type
	Existing   string          // full name of a field of the upload that this one takes over
}

// Value is what a recipient entered: a draft until the act, evidence after it. Data is encrypted at rest.
type Value struct {
	Field     id.ID
	Recipient id.ID
	Data      json.RawMessage
	UpdatedAt time.Time
}

// Link is a recipient's way in. Only the token's hash is stored.
type Link struct {
	ID          id.ID
	Envelope    id.ID
	Recipient   id.ID
	Hash        []byte // SHA-256 of the token
	CreatedAt   time.Time
	ExpiresAt   time.Time
	ExchangedAt time.Time // zero: not yet
	RevokedAt   time.Time
	Revealed    bool // shown to the sender; printed in the evidence
}

// Sitting is one session of a ceremony. Only the session secret's hash is stored.
type Sitting struct {
	ID              id.ID // the ceremony id in every path
	Envelope        id.ID
	Recipient       id.ID
	Hash            []byte
	CreatedAt       time.Time
	ExpiresAt       time.Time
	EndedAt         time.Time
	Address         string          // encrypted at rest
	UserAgent       string          // encrypted at rest
	Consent         json.RawMessage // encrypted at rest: text version, locale, hash, time
	Handover        []byte          // SHA-256 of the one-time code for another device
	HandoverExpires time.Time
}

// Act is one submission by one recipient; there is at most one for each.
type Act struct {
	ID        id.ID
	Envelope  id.ID
	Recipient id.ID
	Sitting   id.ID
	Method    string
	Key       string          // the submission's idempotency key
	Request   []byte          // SHA-256 of the submission
	Reviewed  json.RawMessage // digests that the recipient reviewed, by document
	CreatedAt time.Time
}

// Event is one fact of an envelope's history. Facts carries no personal data; Personal is encrypted at rest
// and enters the hash only as a salted commitment, so that erasing it breaks no proof.
type Event struct {
	Envelope id.ID
	Seq      int64 // 1, 2, ... without gaps
	Type     string
	At       time.Time
	Actor    access.Actor
	Facts    json.RawMessage
	Personal json.RawMessage
	Salt     []byte
	Prev     []byte // hash of the predecessor, nil for the first
	Hash     []byte
	Index    int64 // place in the audit log, -1 until the sequencer assigned it
}

// Message is one e-mail (later SMS or push). Params is encrypted at rest and never holds a link's token.
type Message struct {
	ID        id.ID // also the local part of the Message-ID: a repeat carries the same
	Envelope  id.ID
	Recipient id.ID  // empty: to the user who sent the envelope
	Channel   string // "email"
	Template  string // "invite", "reminder", "completed", "declined", "voided", ..., "sender_completed", ...
	Locale    string
	To        string          // encrypted at rest; of a message to the sender: empty until it is settled
	Params    json.RawMessage // encrypted at rest
	State     string          // queued, sent, kept (no mail server configured), failed
	Attempts  int
	Error     string
	CreatedAt time.Time
	SentAt    time.Time
}
